use std::collections::BTreeSet;

use rds_refresh_core::Timestamp;
use serde::Serialize;

use super::{Data, Tags, Work};

/// A snapshot of a Multi-AZ DB cluster, as `DescribeDBClusterSnapshots` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DbClusterSnapshot {
    /// `DBClusterSnapshotIdentifier`. Automated ones begin with `rds:`.
    pub identifier: String,
    /// `DBClusterSnapshotArn`.
    pub arn: String,
    /// `DBClusterIdentifier`: the cluster it was taken of.
    pub cluster: String,
    /// `DbClusterResourceId` of that cluster.
    pub cluster_resource_id: String,
    /// `Status`.
    pub status: String,
    /// `SnapshotType`: `manual`, `automated`, or `shared` to another account.
    pub snapshot_type: String,
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: String,
    /// `AllocatedStorage`, in GiB.
    pub allocated_storage: u32,
    /// `StorageType`.
    pub storage_type: String,
    /// The IOPS of the cluster, which a restore inherits. Not on the wire.
    pub iops: Option<u32>,
    /// `StorageThroughput`, in MiB/s: of gp3.
    pub storage_throughput: Option<u32>,
    /// `KmsKeyId`, an ARN; `StorageEncrypted` is whether there is one.
    pub kms_key: Option<String>,
    /// `Port`. RDS shows 0.
    pub port: u16,
    /// `AvailabilityZones`.
    pub availability_zones: Vec<String>,
    /// `VpcId`.
    pub vpc: String,
    /// `IAMDatabaseAuthenticationEnabled`, of its source at that time.
    pub iam_authentication: bool,
    /// `MasterUsername`.
    pub master_username: String,
    /// `ClusterCreateTime`.
    pub cluster_created_at: Timestamp,
    /// `SnapshotCreateTime`: absent until the snapshot is available.
    pub created_at: Option<Timestamp>,
    /// `PercentProgress`, 0–100, at the time of the answer.
    pub percent_progress: u8,
    /// `TagList`. Empty to another account.
    pub tags: Tags,
    /// The cluster's tags at the time of the snapshot, which a restore without tags inherits. Not on the wire.
    pub source_tags: Tags,
    /// The attribute `restore`: the accounts it is shared with, or `all`.
    pub restore: BTreeSet<String>,
    /// The cluster's backup retention, in days, which a restore inherits. Not on the wire.
    pub backup_retention_period: u32,
    /// What it holds.
    pub data: Data,
    /// What is going on with it. Not on the wire.
    pub work: Option<Work>,
}

impl DbClusterSnapshot {
    /// As its owner sees it at the given time.
    #[must_use]
    pub(crate) fn shown(&self, now: Timestamp) -> Self {
        Self { percent_progress: self.work.map_or(self.percent_progress, |work| work.percent(now)), ..self.clone() }
    }

    /// As another account sees it: by its ARN, without tags, and not whom else it is shared with.
    #[must_use]
    pub(crate) fn shown_abroad(&self, now: Timestamp) -> Self {
        let snapshot_type = if self.restore.contains("all") { "public" } else { "shared" };
        Self {
            identifier: self.arn.clone(),
            snapshot_type: snapshot_type.to_owned(),
            tags: Tags::new(),
            source_tags: Tags::new(),
            restore: BTreeSet::new(),
            ..self.shown(now)
        }
    }
}
