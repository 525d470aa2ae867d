use crate::ids::{DbIdentifier, KeyRef};

/// The Multi-AZ DB cluster to restore: the parameters of `RestoreDBClusterFromSnapshot` that a Multi-AZ DB cluster knows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct ClusterRequest {
    /// `DBClusterIdentifier`.
    pub identifier: DbIdentifier,
    /// `DBClusterInstanceClass`, as `db.r6gd.large`: what makes it a Multi-AZ DB cluster.
    pub class: String,
    /// `StorageType`. Default gp3.
    pub storage_type: StorageType,
    /// `Iops`. Required for io1 and io2; for gp3 legal from 400 GiB on.
    pub iops: Option<u32>,
    /// `DBSubnetGroupName`: must cover three Availability Zones.
    pub subnet_group: String,
    /// `VpcSecurityGroupIds`: at least one.
    pub security_groups: Vec<String>,
    /// `DBClusterParameterGroupName`; RDS takes the default of engine and version otherwise.
    pub parameter_group: Option<String>,
    /// `Port`, 1150–65535; cannot be changed later. RDS takes the engine's default otherwise.
    pub port: Option<u16>,
    /// `BackupRetentionPeriod`, 1–35 days; RDS takes the snapshot's otherwise.
    pub backup_retention_days: Option<u8>,
    /// `PreferredBackupWindow`, as `03:00-03:30`.
    pub backup_window: Option<String>,
    /// `EnableCloudwatchLogsExports`, as `postgresql`.
    pub log_exports: Vec<String>,
    /// `EngineLifecycleSupport`: false opts out of paid extended support.
    pub extended_support: Option<bool>,
    /// `CopyTagsToSnapshot`. Default false.
    pub copy_tags_to_snapshot: bool,
    /// `MonitoringInterval` and `MonitoringRoleArn`.
    pub monitoring: Option<EnhancedMonitoring>,
    /// `EnablePerformanceInsights` and what belongs to it.
    pub performance_insights: Option<PerformanceInsights>,
    /// Whether deletion protection is switched on once the cluster is ready. Default false.
    pub deletion_protection: bool,
}

/// The storage types of a Multi-AZ DB cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum StorageType {
    /// General purpose. The default.
    #[default]
    Gp3,
    /// Provisioned IOPS.
    Io1,
    /// Provisioned IOPS, second generation.
    Io2,
}

impl StorageType {
    /// The name as RDS spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gp3 => "gp3",
            Self::Io1 => "io1",
            Self::Io2 => "io2",
        }
    }
}

/// Enhanced Monitoring of the restored cluster.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct EnhancedMonitoring {
    /// `MonitoringInterval`: 1, 5, 10, 15, 30 or 60 seconds.
    pub interval_seconds: u8,
    /// `MonitoringRoleArn`.
    pub role_arn: String,
}

/// Performance Insights of the restored cluster.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct PerformanceInsights {
    /// `PerformanceInsightsKMSKeyId`.
    pub kms_key: Option<KeyRef>,
    /// `PerformanceInsightsRetentionPeriod`: 7, a multiple of 31 up to 713, or 731 days.
    pub retention_days: Option<u16>,
}
