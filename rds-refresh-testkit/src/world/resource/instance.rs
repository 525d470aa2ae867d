use rds_refresh_core::Timestamp;
use serde::Serialize;

use super::{Data, Tags, Work};

/// A DB instance, as `DescribeDBInstances` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "the flags are RDS's own")]
pub struct DbInstance {
    /// `DBInstanceIdentifier`.
    pub identifier: String,
    /// `DBInstanceArn`.
    pub arn: String,
    /// `DbiResourceId`.
    pub resource_id: String,
    /// `DBInstanceStatus`.
    pub status: String,
    /// `DBClusterIdentifier`, on members of a cluster.
    pub cluster: Option<String>,
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: String,
    /// `DBInstanceClass`.
    pub class: String,
    /// `AllocatedStorage`, in GiB.
    pub allocated_storage: u32,
    /// `StorageType`.
    pub storage_type: String,
    /// `Iops`.
    pub iops: Option<u32>,
    /// `KmsKeyId`, an ARN; `StorageEncrypted` is whether there is one.
    pub kms_key: Option<String>,
    /// `DBSubnetGroup.DBSubnetGroupName`.
    pub subnet_group: String,
    /// `DBSubnetGroup.VpcId`.
    pub vpc: String,
    /// `VpcSecurityGroups`, active.
    pub security_groups: Vec<String>,
    /// `DBParameterGroups`: one, in sync.
    pub parameter_group: String,
    /// `CACertificateIdentifier`.
    pub ca: String,
    /// `AvailabilityZone`.
    pub availability_zone: String,
    /// `MultiAZ`.
    pub multi_az: bool,
    /// `PubliclyAccessible`.
    pub publicly_accessible: bool,
    /// `AutoMinorVersionUpgrade`.
    pub auto_minor_version_upgrade: bool,
    /// `DeletionProtection`.
    pub deletion_protection: bool,
    /// `CopyTagsToSnapshot`.
    pub copy_tags_to_snapshot: bool,
    /// `BackupRetentionPeriod`, in days. 0: no backups.
    pub backup_retention_period: u32,
    /// `PreferredBackupWindow`.
    pub preferred_backup_window: String,
    /// `EngineLifecycleSupport`.
    pub engine_lifecycle_support: String,
    /// `MasterUsername`.
    pub master_username: String,
    /// `Endpoint.Address`; absent while the instance is being created.
    pub endpoint: Option<String>,
    /// `Endpoint.Port`.
    pub port: u16,
    /// Whether a new master password waits in `PendingModifiedValues`.
    pub password_pending: bool,
    /// When the master password was last set. Not on the wire; the model keeps no password.
    pub password_set_at: Option<Timestamp>,
    /// `InstanceCreateTime`; absent while the instance is being created.
    pub created_at: Option<Timestamp>,
    /// `PercentProgress`, while it is being created.
    pub percent_progress: Option<u8>,
    /// `TagList`.
    pub tags: Tags,
    /// What it holds.
    pub data: Data,
    /// What is going on with it. Not on the wire.
    pub work: Option<Work>,
}

impl DbInstance {
    /// As `Describe` shows it at the given time.
    #[must_use]
    pub(crate) fn shown(&self, now: Timestamp) -> Self {
        Self { percent_progress: self.work.map(|work| work.percent(now)), ..self.clone() }
    }
}
