use std::collections::BTreeMap;

use rds_refresh_core::Timestamp;
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
    /// `KmsKeyId`, an ARN; `Encrypted` is whether there is one.
    pub kms_key: Option<String>,
    /// `Port`.
    pub port: u16,
    /// `AvailabilityZone`.
    pub availability_zone: String,
    /// `VpcId`.
    pub vpc: String,
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
    /// `SourceRegion`, if it was copied from another account or Region.
    pub source_region: Option<String>,
    /// `PercentProgress`, 0–100, at the time of the answer.
    pub percent_progress: u8,
    /// `TagList`. Empty to another account.
    pub tags: Tags,
    /// The attribute `restore`: the accounts it is shared with, or `all`, and since when they see it.
    pub restore: BTreeMap<String, Timestamp>,
    /// What it holds.
    pub data: Data,
    /// What is going on with it. Not on the wire.
    pub work: Option<Work>,
}
