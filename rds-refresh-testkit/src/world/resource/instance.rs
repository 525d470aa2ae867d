use rds_refresh_core::Timestamp;
use serde::Serialize;

use super::data::latest_restorable;
use super::{Data, MasterUserSecret, Monitoring, PendingModifiedValues, Storage, Subnet, Tags, Work};

/// A DB instance, as `DescribeDBInstances` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
    /// `StorageThroughput`, in MiB/s: of gp3.
    pub storage_throughput: Option<u32>,
    /// `MaxAllocatedStorage`, in GiB. The model's data never grows, and so no storage does by itself.
    pub max_allocated_storage: Option<u32>,
    /// `KmsKeyId`, an ARN; `StorageEncrypted` is whether there is one.
    pub kms_key: Option<String>,
    /// `DBSubnetGroup.DBSubnetGroupName`.
    pub subnet_group: String,
    /// `DBSubnetGroup.DBSubnetGroupDescription`.
    pub subnet_group_description: String,
    /// `DBSubnetGroup.Subnets`: those of the group when the instance was made.
    pub subnets: Vec<Subnet>,
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
    /// `SecondaryAvailabilityZone`, of an instance with `MultiAZ`.
    pub secondary_availability_zone: Option<String>,
    /// `MultiAZ`.
    pub multi_az: bool,
    /// `PubliclyAccessible`.
    pub publicly_accessible: bool,
    /// `AutoMinorVersionUpgrade`.
    pub auto_minor_version_upgrade: bool,
    /// `DeletionProtection`.
    pub deletion_protection: bool,
    /// `IAMDatabaseAuthenticationEnabled`.
    pub iam_authentication: bool,
    /// `CopyTagsToSnapshot`.
    pub copy_tags_to_snapshot: bool,
    /// `BackupRetentionPeriod`, in days. 0: no backups.
    pub backup_retention_period: u32,
    /// `PreferredBackupWindow`.
    pub preferred_backup_window: String,
    /// `PreferredMaintenanceWindow`.
    pub preferred_maintenance_window: String,
    /// `EnabledCloudwatchLogsExports`.
    pub log_exports: Vec<String>,
    /// Enhanced Monitoring and Performance Insights.
    pub monitoring: Monitoring,
    /// `EngineLifecycleSupport`.
    pub engine_lifecycle_support: String,
    /// `DBName`: the database that was made with it, if one was asked for.
    pub database_name: Option<String>,
    /// `MasterUsername`.
    pub master_username: String,
    /// `Endpoint.Address`; absent while the instance is being created.
    pub endpoint: Option<String>,
    /// `Endpoint.Port`.
    pub port: u16,
    /// `PendingModifiedValues`.
    pub pending: PendingModifiedValues,
    /// `MasterUserSecret`, if AWS Secrets Manager keeps the master password.
    pub master_user_secret: Option<MasterUserSecret>,
    /// When the master password was last set. Not on the wire; the model keeps no password.
    pub password_set_at: Option<Timestamp>,
    /// When the oldest of its backups was taken; absent while it has none. Not on the wire: an instance shows the latest time only.
    pub earliest_restorable_at: Option<Timestamp>,
    /// `LatestRestorableTime`, at the time of the answer.
    pub latest_restorable_at: Option<Timestamp>,
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
    /// Its storage, as one.
    #[must_use]
    pub(crate) fn storage(&self) -> Storage {
        let storage_type = self.storage_type.clone();
        Storage { allocated: self.allocated_storage, storage_type, iops: self.iops, throughput: self.storage_throughput }
    }

    /// As `Describe` shows it at the given time.
    #[must_use]
    pub(crate) fn shown(&self, now: Timestamp) -> Self {
        let latest_restorable_at = self.earliest_restorable_at.map(|earliest| latest_restorable(earliest, now));
        Self { percent_progress: self.work.map(|work| work.percent(now)), latest_restorable_at, ..self.clone() }
    }
}
