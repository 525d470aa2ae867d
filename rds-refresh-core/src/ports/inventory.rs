use async_trait::async_trait;

use super::{DbClusterSnapshot, DbInstance, DbSnapshot, Grant};
use crate::StepError;
use crate::ids::KeyArn;

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

/// Lists the grants of a key of the account, for a [sweep](crate::sweep): KMS lists them key by key only.
#[async_trait]
pub trait GrantInventory: Send + Sync {
    /// `ListGrants`: all of them.
    async fn grants(&self, key: &KeyArn) -> Result<Vec<Grant>, StepError>;
}
