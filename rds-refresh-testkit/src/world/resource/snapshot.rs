use std::collections::BTreeMap;

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::AccountId;
use serde::Serialize;

use super::{Data, Tags, Work};

/// A snapshot of a DB instance, as `DescribeDBSnapshots` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DbSnapshot {
    /// `DBSnapshotIdentifier`. To an account that it is shared with, RDS shows the ARN here.
    pub identifier: String,
    /// `DBSnapshotArn`.
    pub arn: String,
    /// `DBInstanceIdentifier`: the instance it was taken of.
    pub instance: String,
    /// `DbiResourceId` of that instance.
    pub dbi_resource_id: String,
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
    /// `Iops`.
    pub iops: Option<u32>,
    /// `StorageThroughput`, in MiB/s: of gp3.
    pub storage_throughput: Option<u32>,
    /// `KmsKeyId`, an ARN; `Encrypted` is whether there is one.
    pub kms_key: Option<String>,
    /// `Port`.
    pub port: u16,
    /// `AvailabilityZone`.
    pub availability_zone: String,
    /// `VpcId`.
    pub vpc: String,
    /// `IAMDatabaseAuthenticationEnabled`, of its source at that time.
    pub iam_authentication: bool,
    /// `MasterUsername`.
    pub master_username: String,
    /// `InstanceCreateTime`.
    pub instance_created_at: Timestamp,
    /// `SnapshotCreateTime`: absent until the snapshot is available.
    pub created_at: Option<Timestamp>,
    /// `OriginalSnapshotCreateTime`: a copy has that of its original.
    pub original_created_at: Option<Timestamp>,
    /// `SourceDBSnapshotIdentifier`: the ARN it was copied from, if from another account or Region.
    pub copied_from: Option<String>,
    /// The ARN it was copied from, wherever that was. Not on the wire.
    pub copy_of: Option<String>,
    /// `SourceRegion`, if it was copied from another account or Region.
    pub source_region: Option<String>,
    /// `PercentProgress`, 0–100, at the time of the answer.
    pub percent_progress: u8,
    /// `TagList`. Empty to another account.
    pub tags: Tags,
    /// The instance's tags at the time of the snapshot, which a restore without tags inherits. Not on the wire.
    pub source_tags: Tags,
    /// The instance's class, which a restore inherits. Not on the wire.
    pub class: String,
    /// The instance's backup retention, in days, which a restore inherits. Not on the wire.
    pub backup_retention_period: u32,
    /// The attribute `restore`: the accounts it is shared with, or `all`, and since when they see it.
    pub restore: BTreeMap<String, Timestamp>,
    /// What it holds.
    pub data: Data,
    /// What is going on with it. Not on the wire.
    pub work: Option<Work>,
}

impl DbSnapshot {
    /// Whether an account may see, copy and restore it, and does see it by now.
    #[must_use]
    pub fn is_shared_with(&self, account: &AccountId, now: Timestamp) -> bool {
        [account.as_str(), "all"].iter().any(|name| self.restore.get(*name).is_some_and(|since| *since <= now))
    }

    /// As its owner sees it at the given time.
    #[must_use]
    pub(crate) fn shown(&self, now: Timestamp) -> Self {
        Self { percent_progress: self.work.map_or(self.percent_progress, |work| work.percent(now)), ..self.clone() }
    }

    /// As another account sees it: by its ARN, without tags, and not whom else it is shared with.
    #[must_use]
    pub(crate) fn shown_abroad(&self, now: Timestamp) -> Self {
        let snapshot_type = if self.restore.contains_key("all") { "public" } else { "shared" };
        Self {
            identifier: self.arn.clone(),
            snapshot_type: snapshot_type.to_owned(),
            tags: Tags::new(),
            source_tags: Tags::new(),
            restore: BTreeMap::new(),
            ..self.shown(now)
        }
    }
}
