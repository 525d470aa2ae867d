use super::TagList;
use crate::world::resource::DbInstance;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `RestoreDBInstanceFromDBSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestoreDbInstanceFromDbSnapshot {
    /// `DBInstanceIdentifier`.
    pub identifier: String,
    /// `DBClusterSnapshotIdentifier`.
    pub cluster_snapshot: Option<String>,
    /// `DBSnapshotIdentifier`.
    pub snapshot: Option<String>,
    /// `Engine`.
    pub engine: Option<String>,
    /// `DBInstanceClass`.
    pub class: Option<String>,
    /// `DBSubnetGroupName`.
    pub subnet_group: Option<String>,
    /// `VpcSecurityGroupIds`.
    pub security_groups: Vec<String>,
    /// `DBParameterGroupName`.
    pub parameter_group: Option<String>,
    /// `CACertificateIdentifier`.
    pub ca: Option<String>,
    /// `AvailabilityZone`.
    pub availability_zone: Option<String>,
    /// `MultiAZ`.
    pub multi_az: Option<bool>,
    /// `PubliclyAccessible`.
    pub publicly_accessible: Option<bool>,
    /// `AutoMinorVersionUpgrade`.
    pub auto_minor_version_upgrade: Option<bool>,
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `CopyTagsToSnapshot`.
    pub copy_tags_to_snapshot: Option<bool>,
    /// `BackupRetentionPeriod`.
    pub backup_retention_period: Option<i64>,
    /// `PreferredBackupWindow`.
    pub preferred_backup_window: Option<String>,
    /// `StorageType`.
    pub storage_type: Option<String>,
    /// `Iops`.
    pub iops: Option<i64>,
    /// `AllocatedStorage`.
    pub allocated_storage: Option<i64>,
    /// `Port`.
    pub port: Option<i64>,
    /// `EngineLifecycleSupport`.
    pub engine_lifecycle_support: Option<String>,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for RestoreDbInstanceFromDbSnapshot {
    const OPERATION: Operation = Operation::RestoreDbInstanceFromDbSnapshot;
    type Answer = DbInstance;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbInstance, ApiError> {
        Err(ApiError::internal_failure())
    }
}
