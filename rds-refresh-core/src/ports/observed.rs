use std::collections::BTreeMap;

use crate::Timestamp;

/// Tags by key. Empty on what another account shares, whose tags cannot be seen.
pub type Tags = BTreeMap<String, String>;

/// A Multi-AZ DB cluster, as `DescribeDBClusters` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DbCluster {
    /// `DBClusterIdentifier`, in lower case.
    pub identifier: String,
    /// `DBClusterArn`.
    pub arn: String,
    /// `DbClusterResourceId`: the same for ever, also after a rename.
    pub resource_id: String,
    /// `Status`, as RDS spells it.
    pub status: String,
    /// `Engine`: `mysql` or `postgres`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: String,
    /// `StorageEncrypted`.
    pub encrypted: bool,
    /// `KmsKeyId`: the ARN of the key, if encrypted.
    pub kms_key: Option<String>,
    /// `DBClusterInstanceClass`: present on a Multi-AZ DB cluster only.
    pub class: Option<String>,
    /// `AllocatedStorage`, in GiB.
    pub allocated_storage: Option<u32>,
    /// `DBClusterMembers`.
    pub members: Vec<ClusterMember>,
    /// `DeletionProtection`.
    pub deletion_protection: bool,
    /// Whether `PendingModifiedValues` holds anything.
    pub has_pending_changes: bool,
    /// `BackupRetentionPeriod`, in days.
    pub backup_retention_days: Option<u32>,
    /// `Endpoint`: the writer's host name, once there is one.
    pub endpoint: Option<String>,
    /// `ReaderEndpoint`.
    pub reader_endpoint: Option<String>,
    /// `Port`.
    pub port: Option<u16>,
    /// `PercentProgress`, 0–100.
    pub percent: Option<u8>,
    /// `ClusterCreateTime`.
    pub created_at: Option<Timestamp>,
    /// `TagList`.
    pub tags: Tags,
}

/// One instance of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterMember {
    /// `DBInstanceIdentifier`.
    pub instance: String,
    /// `IsClusterWriter`.
    pub is_writer: bool,
}

/// A snapshot of a DB cluster, as `DescribeDBClusterSnapshots` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DbClusterSnapshot {
    /// `DBClusterSnapshotIdentifier`. Automated ones begin with `rds:`.
    pub identifier: String,
    /// `DBClusterSnapshotArn`.
    pub arn: String,
    /// `DBClusterIdentifier`: the cluster it was taken of.
    pub cluster: String,
    /// `Status`, as RDS spells it.
    pub status: String,
    /// `SnapshotType`: `manual`, `automated`, ….
    pub snapshot_type: String,
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: String,
    /// `StorageEncrypted`.
    pub encrypted: bool,
    /// `KmsKeyId`: the ARN of the key, if encrypted.
    pub kms_key: Option<String>,
    /// `AllocatedStorage`, in GiB.
    pub allocated_storage: Option<u32>,
    /// `PercentProgress`, 0–100.
    pub percent: Option<u8>,
    /// `SnapshotCreateTime`; may be absent until the snapshot is available.
    pub created_at: Option<Timestamp>,
    /// `TagList`.
    pub tags: Tags,
}

/// A DB instance, as `DescribeDBInstances` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DbInstance {
    /// `DBInstanceIdentifier`, in lower case.
    pub identifier: String,
    /// `DBInstanceArn`.
    pub arn: String,
    /// `DbiResourceId`: the same for ever, also after a rename.
    pub resource_id: String,
    /// `DBInstanceStatus`, as RDS spells it.
    pub status: String,
    /// `DBClusterIdentifier`: set on members of a cluster, which are never ours.
    pub cluster: Option<String>,
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: String,
    /// `StorageEncrypted`.
    pub encrypted: bool,
    /// `KmsKeyId`: the ARN of the key, if encrypted.
    pub kms_key: Option<String>,
    /// `DBInstanceClass`.
    pub class: String,
    /// `AllocatedStorage`, in GiB.
    pub allocated_storage: Option<u32>,
    /// `DeletionProtection`.
    pub deletion_protection: bool,
    /// Whether `PendingModifiedValues` holds anything.
    pub has_pending_changes: bool,
    /// `PercentProgress`, 0–100.
    pub percent: Option<u8>,
    /// `Endpoint.Address`, once there is one.
    pub endpoint: Option<String>,
    /// `Endpoint.Port`.
    pub port: Option<u16>,
    /// `InstanceCreateTime`; absent while it is being created.
    pub created_at: Option<Timestamp>,
    /// `TagList`.
    pub tags: Tags,
}

/// A snapshot of a DB instance, as `DescribeDBSnapshots` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DbSnapshot {
    /// `DBSnapshotIdentifier`. Of a snapshot that another account shares, RDS may put the ARN here.
    pub identifier: String,
    /// `DBSnapshotArn`.
    pub arn: String,
    /// `DBInstanceIdentifier`: the instance it was taken of.
    pub instance: String,
    /// `Status`, as RDS spells it.
    pub status: String,
    /// `SnapshotType`: `manual`, `automated`, `shared`, ….
    pub snapshot_type: String,
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: String,
    /// `Encrypted`.
    pub encrypted: bool,
    /// `KmsKeyId`: the ARN of the key, if encrypted.
    pub kms_key: Option<String>,
    /// `AllocatedStorage`, in GiB.
    pub allocated_storage: Option<u32>,
    /// `StorageType`.
    pub storage_type: Option<String>,
    /// `PercentProgress`, 0–100; 0 while a copy is queued.
    pub percent: Option<u8>,
    /// `SourceDBSnapshotIdentifier`: the ARN it was copied from, if it was copied from another account or Region.
    pub copied_from: Option<String>,
    /// `SnapshotCreateTime`; may be absent until the snapshot is available.
    pub created_at: Option<Timestamp>,
    /// `TagList`.
    pub tags: Tags,
}
