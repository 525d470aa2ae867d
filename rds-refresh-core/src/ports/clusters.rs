use async_trait::async_trait;

use super::{DbCluster, DbClusterSnapshot, DbInstance, Owned, Tags};
use crate::StepError;
use crate::ids::{DbIdentifier, SnapshotArn};

/// Reads the source cluster; makes, reads and deletes snapshots of it. It can neither modify nor delete a cluster.
#[async_trait]
pub trait SourceClusters: Send + Sync {
    /// `DescribeDBClusters` for one cluster.
    async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError>;

    /// `DescribeDBClusterSnapshots` for one manual snapshot.
    async fn describe_db_cluster_snapshot(&self, snapshot: &DbIdentifier) -> Result<Option<DbClusterSnapshot>, StepError>;

    /// `DescribeDBClusterSnapshots` for all automated snapshots of a cluster, in any order.
    async fn automated_db_cluster_snapshots(&self, cluster: &DbIdentifier) -> Result<Vec<DbClusterSnapshot>, StepError>;

    /// `CreateDBClusterSnapshot`.
    async fn create_db_cluster_snapshot(&self, request: &CreateDbClusterSnapshot) -> Result<DbClusterSnapshot, StepError>;

    /// `DeleteDBClusterSnapshot`.
    async fn delete_db_cluster_snapshot(&self, snapshot: &Owned<DbClusterSnapshot>) -> Result<(), StepError>;
}

/// The parameters of `CreateDBClusterSnapshot`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateDbClusterSnapshot {
    /// The snapshot's identifier.
    pub identifier: DbIdentifier,
    /// The cluster to take it of.
    pub cluster: DbIdentifier,
    /// Its tags.
    pub tags: Tags,
}

/// Restores, reads, modifies and deletes the cluster that a refresh makes.
#[async_trait]
pub trait DestinationClusters: Send + Sync {
    /// `DescribeDBClusters` for one cluster.
    async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError>;

    /// `DescribeDBInstances` with the filter `db-cluster-id`: the members of a cluster.
    async fn describe_members(&self, cluster: &DbIdentifier) -> Result<Vec<DbInstance>, StepError>;

    /// `RestoreDBClusterFromSnapshot`.
    async fn restore_db_cluster_from_snapshot(&self, request: &RestoreDbCluster) -> Result<DbCluster, StepError>;

    /// `ModifyDBCluster`, with `ApplyImmediately`.
    async fn modify_db_cluster(&self, cluster: &Owned<DbCluster>, change: &ModifyDbCluster) -> Result<(), StepError>;

    /// `DeleteDBCluster`, with `SkipFinalSnapshot`. RDS deletes the members with it.
    async fn delete_db_cluster(&self, cluster: &Owned<DbCluster>) -> Result<(), StepError>;
}

/// The parameters of `RestoreDBClusterFromSnapshot`. `PubliclyAccessible` and `DeletionProtection` are always sent as false:
/// no refresh makes anything public, and protection is switched on when the cluster is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreDbCluster {
    /// `SnapshotIdentifier`: the ARN of a DB snapshot, because RDS looks a bare name up among cluster snapshots.
    pub snapshot: SnapshotArn,
    /// `Engine`: the snapshot's.
    pub engine: String,
    /// `EngineVersion`: the snapshot's, because RDS would take the Region's default.
    pub engine_version: String,
    /// Everything that the request says about the cluster.
    pub cluster: crate::request::ClusterRequest,
    /// Its tags.
    pub tags: Tags,
}

/// What `ModifyDBCluster` is asked to change. Fields left at their default are not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDbCluster {
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
}
