use rds_refresh_core::Timestamp;
use serde::Serialize;

use super::data::latest_restorable;
use super::{Data, MasterUserSecret, Monitoring, PendingModifiedValues, Storage, Tags, Work};

/// A Multi-AZ DB cluster, as `DescribeDBClusters` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "the flags are RDS's own")]
pub struct DbCluster {
    /// `DBClusterIdentifier`.
    pub identifier: String,
    /// `DBClusterArn`.
    pub arn: String,
    /// `DbClusterResourceId`.
    pub resource_id: String,
    /// `Status`.
    pub status: String,
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: String,
    /// `DBClusterInstanceClass`.
    pub class: String,
    /// `AllocatedStorage`, in GiB.
    pub allocated_storage: u32,
    /// `StorageType`.
    pub storage_type: String,
    /// `Iops`.
    pub iops: Option<u32>,
    /// `KmsKeyId`, an ARN; `StorageEncrypted` is whether there is one.
    pub kms_key: Option<String>,
    /// `DBSubnetGroup`.
    pub subnet_group: String,
    /// The VPC of the subnet group. Snapshots show it.
    pub vpc: String,
    /// `AvailabilityZones`.
    pub availability_zones: Vec<String>,
    /// `VpcSecurityGroups`, active.
    pub security_groups: Vec<String>,
    /// `DBClusterParameterGroup`.
    pub parameter_group: String,
    /// `DBClusterMembers`.
    pub members: Vec<ClusterMember>,
    /// `PubliclyAccessible`.
    pub publicly_accessible: bool,
    /// `DeletionProtection`.
    pub deletion_protection: bool,
    /// `AutoMinorVersionUpgrade`.
    pub auto_minor_version_upgrade: bool,
    /// `IAMDatabaseAuthenticationEnabled`.
    pub iam_authentication: bool,
    /// `CertificateDetails.CAIdentifier`.
    pub ca: String,
    /// `CopyTagsToSnapshot`.
    pub copy_tags_to_snapshot: bool,
    /// `BackupRetentionPeriod`, in days: 1–35.
    pub backup_retention_period: u32,
    /// `PreferredBackupWindow`.
    pub preferred_backup_window: String,
    /// `PreferredMaintenanceWindow`.
    pub preferred_maintenance_window: String,
    /// `EnabledCloudwatchLogsExports`.
    pub log_exports: Vec<String>,
    /// `EngineLifecycleSupport`.
    pub engine_lifecycle_support: String,
    /// Enhanced Monitoring and Performance Insights.
    pub monitoring: Monitoring,
    /// `DatabaseName`: the database that was made with it, if one was asked for.
    pub database_name: Option<String>,
    /// `MasterUsername`.
    pub master_username: String,
    /// `Endpoint`: the writer's; absent while the cluster is being created.
    pub endpoint: Option<String>,
    /// `ReaderEndpoint`.
    pub reader_endpoint: Option<String>,
    /// `Port`.
    pub port: u16,
    /// `PendingModifiedValues`.
    pub pending: PendingModifiedValues,
    /// `MasterUserSecret`, if AWS Secrets Manager keeps the master password.
    pub master_user_secret: Option<MasterUserSecret>,
    /// When the master password was last set. Not on the wire; the model keeps no password.
    pub password_set_at: Option<Timestamp>,
    /// `EarliestRestorableTime`: when the oldest of its backups was taken; absent while it has none.
    pub earliest_restorable_at: Option<Timestamp>,
    /// `LatestRestorableTime`, at the time of the answer.
    pub latest_restorable_at: Option<Timestamp>,
    /// `ClusterCreateTime`.
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

impl DbCluster {
    /// Its storage, as one.
    #[must_use]
    pub(crate) fn storage(&self) -> Storage {
        let storage_type = self.storage_type.clone();
        Storage { allocated: self.allocated_storage, storage_type, iops: self.iops, throughput: None }
    }

    /// As `Describe` shows it at the given time.
    #[must_use]
    pub(crate) fn shown(&self, now: Timestamp) -> Self {
        let latest_restorable_at = self.earliest_restorable_at.map(|earliest| latest_restorable(earliest, now));
        Self { percent_progress: self.work.map(|work| work.percent(now)), latest_restorable_at, ..self.clone() }
    }
}

/// One instance of a cluster, in `DBClusterMembers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterMember {
    /// `DBInstanceIdentifier`.
    pub instance: String,
    /// `IsClusterWriter`.
    pub is_writer: bool,
}
