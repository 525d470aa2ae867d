use crate::wire::xml::Xml;
use crate::world::resource::DbCluster;

use super::{pending_modified_values, security_groups, tags};

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
    xml.text("MultiAZ", true);
    xml.text("Engine", &cluster.engine);
    xml.text("EngineVersion", &cluster.engine_version);
    xml.text("EngineMode", "provisioned");
    xml.text("Port", cluster.port);
    xml.text("MasterUsername", &cluster.master_username);
    xml.text("PreferredBackupWindow", &cluster.preferred_backup_window);
    xml.list("DBClusterMembers", "DBClusterMember", &cluster.members, |xml, member| {
        xml.text("DBInstanceIdentifier", &member.instance);
        xml.text("IsClusterWriter", member.is_writer);
        xml.text("DBClusterParameterGroupStatus", "in-sync");
        xml.text("PromotionTier", 1);
    });
    security_groups(xml, &cluster.security_groups);
    xml.text("StorageEncrypted", cluster.kms_key.is_some());
    xml.maybe("KmsKeyId", cluster.kms_key.as_ref());
    xml.text("DbClusterResourceId", &cluster.resource_id);
    xml.text("DBClusterArn", &cluster.arn);
    xml.maybe("ClusterCreateTime", cluster.created_at);
    xml.texts("EnabledCloudwatchLogsExports", "member", &cluster.log_exports);
    pending_modified_values(xml, cluster.password_pending);
    xml.text("DBClusterInstanceClass", &cluster.class);
    xml.text("StorageType", &cluster.storage_type);
    xml.maybe("Iops", cluster.iops);
    xml.text("PubliclyAccessible", cluster.publicly_accessible);
    xml.text("DeletionProtection", cluster.deletion_protection);
    xml.text("CopyTagsToSnapshot", cluster.copy_tags_to_snapshot);
    tags(xml, &cluster.tags);
    xml.text("MonitoringInterval", cluster.monitoring.interval);
    xml.maybe("MonitoringRoleArn", cluster.monitoring.role_arn.as_ref());
    xml.text("PerformanceInsightsEnabled", cluster.monitoring.performance_insights);
    xml.maybe("PerformanceInsightsKMSKeyId", cluster.monitoring.performance_insights_key.as_ref());
    xml.maybe("PerformanceInsightsRetentionPeriod", cluster.monitoring.performance_insights_retention);
    xml.text("EngineLifecycleSupport", &cluster.engine_lifecycle_support);
}
