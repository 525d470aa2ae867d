use super::TagList;
use crate::world::resource::DbCluster;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `RestoreDBClusterFromSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestoreDbClusterFromSnapshot {
    /// `DBClusterIdentifier`.
    pub identifier: String,
    /// `SnapshotIdentifier`.
    pub snapshot: String,
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: Option<String>,
    /// `DBClusterInstanceClass`.
    pub class: Option<String>,
    /// `StorageType`.
    pub storage_type: Option<String>,
    /// `Iops`.
    pub iops: Option<i64>,
    /// `DBSubnetGroupName`.
    pub subnet_group: Option<String>,
    /// `VpcSecurityGroupIds`.
    pub security_groups: Vec<String>,
    /// `DBClusterParameterGroupName`.
    pub parameter_group: Option<String>,
    /// `KmsKeyId`.
    pub kms_key: Option<String>,
    /// `Port`.
    pub port: Option<i64>,
    /// `PubliclyAccessible`.
    pub publicly_accessible: Option<bool>,
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `CopyTagsToSnapshot`.
    pub copy_tags_to_snapshot: Option<bool>,
    /// `BackupRetentionPeriod`.
    pub backup_retention_period: Option<i64>,
    /// `PreferredBackupWindow`.
    pub preferred_backup_window: Option<String>,
    /// `EnableCloudwatchLogsExports`.
    pub log_exports: Vec<String>,
    /// `EngineLifecycleSupport`.
    pub engine_lifecycle_support: Option<String>,
    /// `MonitoringInterval`.
    pub monitoring_interval: Option<i64>,
    /// `MonitoringRoleArn`.
    pub monitoring_role_arn: Option<String>,
    /// `EnablePerformanceInsights`.
    pub performance_insights: Option<bool>,
    /// `PerformanceInsightsKMSKeyId`.
    pub performance_insights_key: Option<String>,
    /// `PerformanceInsightsRetentionPeriod`.
    pub performance_insights_retention: Option<i64>,
    /// `AvailabilityZones`.
    pub availability_zones: Vec<String>,
    /// `EngineMode`.
    pub engine_mode: Option<String>,
    /// `OptionGroupName`.
    pub option_group: Option<String>,
    /// `NetworkType`.
    pub network_type: Option<String>,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for RestoreDbClusterFromSnapshot {
    const OPERATION: Operation = Operation::RestoreDbClusterFromSnapshot;
    type Answer = DbCluster;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbCluster, ApiError> {
        Err(ApiError::internal_failure())
    }
}
