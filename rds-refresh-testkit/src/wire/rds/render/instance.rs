use crate::wire::xml::Xml;
use crate::world::Place;
use crate::world::engine::license_of;
use crate::world::naming::default_option_group;
use crate::world::resource::DbInstance;

use super::{hosted_zone, master_user_secret, monitoring, pending_modified_values, security_groups, subnets, tags};

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
            xml.maybe("HostedZoneId", hosted_zone(&instance.arn));
        });
    }
    xml.text("AllocatedStorage", instance.allocated_storage);
    xml.maybe("InstanceCreateTime", instance.created_at);
    xml.text("PreferredBackupWindow", &instance.preferred_backup_window);
    xml.text("PreferredMaintenanceWindow", &instance.preferred_maintenance_window);
    xml.text("BackupRetentionPeriod", instance.backup_retention_period);
    xml.texts("DBSecurityGroups", "DBSecurityGroup", [""; 0]);
    security_groups(xml, &instance.security_groups);
    xml.list("DBParameterGroups", "DBParameterGroup", [&instance.parameter_group], |xml, group| {
        xml.text("DBParameterGroupName", group);
        xml.text("ParameterApplyStatus", "in-sync");
    });
    xml.text("AvailabilityZone", &instance.availability_zone);
    xml.maybe("SecondaryAvailabilityZone", instance.secondary_availability_zone.as_ref());
    xml.element("DBSubnetGroup", |xml| {
        xml.text("DBSubnetGroupName", &instance.subnet_group);
        xml.text("DBSubnetGroupDescription", &instance.subnet_group_description);
        xml.text("VpcId", &instance.vpc);
        xml.text("SubnetGroupStatus", "Complete");
        subnets(xml, &instance.subnets);
        xml.maybe("DBSubnetGroupArn", subnet_group_arn(instance));
    });
    xml.maybe("LatestRestorableTime", instance.latest_restorable_at);
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
    xml.texts("ReadReplicaDBInstanceIdentifiers", "ReadReplicaDBInstanceIdentifier", [""; 0]);
    option_group(xml, instance);
    xml.maybe("Iops", instance.iops);
    xml.maybe("StorageThroughput", instance.storage_throughput);
    xml.maybe("MaxAllocatedStorage", instance.max_allocated_storage);
    xml.text("PubliclyAccessible", instance.publicly_accessible);
    xml.text("StorageType", &instance.storage_type);
    // RDS shows 0 here and the port in the endpoint.
    xml.text("DbInstancePort", 0);
    xml.maybe("DBClusterIdentifier", instance.cluster.as_ref());
    xml.text("StorageEncrypted", instance.kms_key.is_some());
    xml.maybe("KmsKeyId", instance.kms_key.as_ref());
    xml.text("DbiResourceId", &instance.resource_id);
    xml.text("CACertificateIdentifier", &instance.ca);
    xml.element("CertificateDetails", |xml| xml.text("CAIdentifier", &instance.ca));
    xml.texts("DomainMemberships", "DomainMembership", [""; 0]);
    xml.texts("AssociatedRoles", "DBInstanceRole", [""; 0]);
    xml.text("CopyTagsToSnapshot", instance.copy_tags_to_snapshot);
    xml.text("DBInstanceArn", &instance.arn);
    xml.text("DeletionProtection", instance.deletion_protection);
    xml.text("IAMDatabaseAuthenticationEnabled", instance.iam_authentication);
    monitoring(xml, &instance.monitoring);
    master_user_secret(xml, instance.master_user_secret.as_ref());
    xml.texts("EnabledCloudwatchLogsExports", "member", &instance.log_exports);
    tags(xml, &instance.tags);
    xml.maybe("PercentProgress", instance.percent_progress);
    xml.maybe("PromotionTier", instance.cluster.as_ref().map(|_| 1));
    xml.text("CustomerOwnedIpEnabled", false);
    xml.text("NetworkType", "IPV4");
    xml.text("BackupTarget", "region");
    xml.text("ActivityStreamStatus", "stopped");
    xml.text("DedicatedLogVolume", false);
    xml.text("EngineLifecycleSupport", &instance.engine_lifecycle_support);
}

/// An instance has the default option group of its engine version; members of a cluster have none (RDS user guide, limitations of
/// Multi-AZ DB clusters).
fn option_group(xml: &mut Xml, instance: &DbInstance) {
    let groups = instance.cluster.is_none().then(|| default_option_group(&instance.engine, &instance.engine_version));
    xml.list("OptionGroupMemberships", "OptionGroupMembership", groups, |xml, group| {
        xml.text("OptionGroupName", group);
        xml.text("Status", "in-sync");
    });
}

fn subnet_group_arn(instance: &DbInstance) -> Option<String> {
    let place = Place::of(&instance.arn.parse().ok()?);
    Some(place.arn("subgrp", &instance.subnet_group))
}
