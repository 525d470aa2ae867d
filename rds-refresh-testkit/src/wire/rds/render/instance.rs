use crate::wire::xml::Xml;
use crate::world::engine::license_of;
use crate::world::resource::DbInstance;

use super::{master_user_secret, monitoring, pending_modified_values, security_groups, tags};

/// The members of a `DBInstance`. Unlike on a cluster, `Endpoint` and `DBSubnetGroup` are structures here.
pub(in crate::wire::rds) fn instance(xml: &mut Xml, instance: &DbInstance) {
    xml.text("DBInstanceIdentifier", &instance.identifier);
    xml.text("DBInstanceClass", &instance.class);
    xml.text("Engine", &instance.engine);
    xml.text("DBInstanceStatus", &instance.status);
    xml.text("MasterUsername", &instance.master_username);
    xml.maybe("DBName", instance.database_name.as_ref());
    if let Some(address) = &instance.endpoint {
        xml.element("Endpoint", |xml| {
            xml.text("Address", address);
            xml.text("Port", instance.port);
        });
    }
    xml.text("AllocatedStorage", instance.allocated_storage);
    xml.maybe("InstanceCreateTime", instance.created_at);
    xml.text("PreferredBackupWindow", &instance.preferred_backup_window);
    xml.text("PreferredMaintenanceWindow", &instance.preferred_maintenance_window);
    xml.text("BackupRetentionPeriod", instance.backup_retention_period);
    security_groups(xml, &instance.security_groups);
    xml.list("DBParameterGroups", "DBParameterGroup", [&instance.parameter_group], |xml, group| {
        xml.text("DBParameterGroupName", group);
        xml.text("ParameterApplyStatus", "in-sync");
    });
    xml.text("AvailabilityZone", &instance.availability_zone);
    xml.maybe("SecondaryAvailabilityZone", instance.secondary_availability_zone.as_ref());
    xml.element("DBSubnetGroup", |xml| {
        xml.text("DBSubnetGroupName", &instance.subnet_group);
        xml.text("VpcId", &instance.vpc);
        xml.text("SubnetGroupStatus", "Complete");
    });
    let pending = &instance.pending;
    pending_modified_values(xml, pending, &instance.storage(), |xml| {
        xml.maybe("DBInstanceIdentifier", pending.identifier.as_ref());
        xml.maybe("DBInstanceClass", pending.class.as_ref());
        xml.maybe("Port", pending.port);
        xml.maybe("MultiAZ", pending.multi_az);
        xml.maybe("CACertificateIdentifier", pending.ca.as_ref());
        xml.maybe("DBSubnetGroupName", pending.subnet_group.as_ref().map(|group| &group.name));
        let throughput = pending.storage.as_ref().and_then(|storage| storage.throughput);
        xml.maybe("StorageThroughput", throughput.filter(|_| throughput != instance.storage_throughput));
    });
    xml.text("MultiAZ", instance.multi_az);
    xml.text("EngineVersion", &instance.engine_version);
    xml.text("AutoMinorVersionUpgrade", instance.auto_minor_version_upgrade);
    xml.text("LicenseModel", license_of(&instance.engine));
    xml.maybe("Iops", instance.iops);
    xml.maybe("StorageThroughput", instance.storage_throughput);
    xml.maybe("MaxAllocatedStorage", instance.max_allocated_storage);
    xml.text("PubliclyAccessible", instance.publicly_accessible);
    xml.text("StorageType", &instance.storage_type);
    xml.maybe("DBClusterIdentifier", instance.cluster.as_ref());
    xml.text("StorageEncrypted", instance.kms_key.is_some());
    xml.maybe("KmsKeyId", instance.kms_key.as_ref());
    xml.text("DbiResourceId", &instance.resource_id);
    xml.text("CACertificateIdentifier", &instance.ca);
    xml.text("CopyTagsToSnapshot", instance.copy_tags_to_snapshot);
    xml.text("DBInstanceArn", &instance.arn);
    xml.text("DeletionProtection", instance.deletion_protection);
    xml.text("IAMDatabaseAuthenticationEnabled", instance.iam_authentication);
    monitoring(xml, &instance.monitoring);
    master_user_secret(xml, instance.master_user_secret.as_ref());
    xml.texts("EnabledCloudwatchLogsExports", "member", &instance.log_exports);
    tags(xml, &instance.tags);
    xml.maybe("PercentProgress", instance.percent_progress);
    xml.text("EngineLifecycleSupport", &instance.engine_lifecycle_support);
}
