use crate::wire::xml::Xml;
use crate::world::resource::DbCluster;
use crate::world::storage::default_throughput;

use super::{hosted_zone, master_user_secret, monitoring, pending_modified_values, security_groups, tags};

/// The members of a `DBCluster`.
///
/// Unlike on an instance, `DBSubnetGroup` and `Endpoint` are texts here, and so is `PercentProgress`.
pub(in crate::wire::rds) fn cluster(xml: &mut Xml, cluster: &DbCluster) {
    xml.text("AllocatedStorage", cluster.allocated_storage);
    xml.texts("AvailabilityZones", "AvailabilityZone", &cluster.availability_zones);
    xml.text("BackupRetentionPeriod", cluster.backup_retention_period);
    xml.text("DBClusterIdentifier", &cluster.identifier);
    xml.text("DBClusterParameterGroup", &cluster.parameter_group);
    xml.text("DBSubnetGroup", &cluster.subnet_group);
    xml.text("Status", &cluster.status);
    xml.maybe("PercentProgress", cluster.percent_progress);
    xml.maybe("Endpoint", cluster.endpoint.as_ref());
    xml.maybe("ReaderEndpoint", cluster.reader_endpoint.as_ref());
    xml.maybe("EarliestRestorableTime", cluster.earliest_restorable_at);
    xml.maybe("LatestRestorableTime", cluster.latest_restorable_at);
    xml.text("MultiAZ", true);
    xml.text("Engine", &cluster.engine);
    xml.text("EngineVersion", &cluster.engine_version);
    xml.text("EngineMode", "provisioned");
    xml.text("Port", cluster.port);
    xml.maybe("DatabaseName", cluster.database_name.as_ref());
    xml.text("MasterUsername", &cluster.master_username);
    xml.text("PreferredBackupWindow", &cluster.preferred_backup_window);
    xml.text("PreferredMaintenanceWindow", &cluster.preferred_maintenance_window);
    xml.list("DBClusterMembers", "DBClusterMember", &cluster.members, |xml, member| {
        xml.text("DBInstanceIdentifier", &member.instance);
        xml.text("IsClusterWriter", member.is_writer);
        xml.text("DBClusterParameterGroupStatus", "in-sync");
        xml.text("PromotionTier", 1);
    });
    xml.texts("ReadReplicaIdentifiers", "ReadReplicaIdentifier", [""; 0]);
    security_groups(xml, &cluster.security_groups);
    xml.maybe("HostedZoneId", hosted_zone(&cluster.arn));
    xml.text("StorageEncrypted", cluster.kms_key.is_some());
    xml.maybe("KmsKeyId", cluster.kms_key.as_ref());
    xml.text("DbClusterResourceId", &cluster.resource_id);
    xml.text("DBClusterArn", &cluster.arn);
    xml.texts("AssociatedRoles", "DBClusterRole", [""; 0]);
    xml.maybe("ClusterCreateTime", cluster.created_at);
    xml.texts("EnabledCloudwatchLogsExports", "member", &cluster.log_exports);
    pending_modified_values(xml, &cluster.pending, &cluster.storage(), |xml| {
        xml.maybe("DBClusterIdentifier", cluster.pending.identifier.as_ref());
        if let Some(ca) = &cluster.pending.ca {
            xml.element("CertificateDetails", |xml| xml.text("CAIdentifier", ca));
        }
    });
    xml.text("DBClusterInstanceClass", &cluster.class);
    xml.text("StorageType", &cluster.storage_type);
    xml.maybe("Iops", cluster.iops);
    xml.maybe("StorageThroughput", default_throughput(&cluster.storage_type, cluster.allocated_storage));
    xml.text("PubliclyAccessible", cluster.publicly_accessible);
    xml.text("AutoMinorVersionUpgrade", cluster.auto_minor_version_upgrade);
    xml.text("IAMDatabaseAuthenticationEnabled", cluster.iam_authentication);
    xml.text("DeletionProtection", cluster.deletion_protection);
    xml.text("CopyTagsToSnapshot", cluster.copy_tags_to_snapshot);
    tags(xml, &cluster.tags);
    monitoring(xml, &cluster.monitoring);
    master_user_secret(xml, cluster.master_user_secret.as_ref());
    xml.element("CertificateDetails", |xml| xml.text("CAIdentifier", &cluster.ca));
    xml.text("HttpEndpointEnabled", false);
    xml.text("CrossAccountClone", false);
    xml.text("ActivityStreamStatus", "stopped");
    xml.texts("DomainMemberships", "DomainMembership", [""; 0]);
    xml.text("NetworkType", "IPV4");
    xml.text("EngineLifecycleSupport", &cluster.engine_lifecycle_support);
}
