use async_trait::async_trait;

use super::{DbClusterSnapshot, DbInstance, DbSnapshot};
use crate::StepError;

/// Lists what an account holds in one Region, tags included, in any order. A [sweep](crate::sweep) looks through it; no step does.
///
/// Clusters are not listed: a refresh makes one only as its result, and no sweep looks at a result.
#[async_trait]
pub trait Inventory: Send + Sync {
    /// `DescribeDBInstances`.
    async fn db_instances(&self) -> Result<Vec<DbInstance>, StepError>;

    /// `DescribeDBSnapshots` with `SnapshotType` `manual`: those of this account.
    async fn manual_db_snapshots(&self) -> Result<Vec<DbSnapshot>, StepError>;

    /// `DescribeDBClusterSnapshots` with `SnapshotType` `manual`: those of this account.
    async fn manual_db_cluster_snapshots(&self) -> Result<Vec<DbClusterSnapshot>, StepError>;
}
