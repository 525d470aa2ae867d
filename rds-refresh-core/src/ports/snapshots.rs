use async_trait::async_trait;

use super::{DbSnapshot, Owned, Tags};
use crate::StepError;
use crate::ids::{AccountId, DbIdentifier, DbSnapshotIdentifier, KeyRef, SnapshotArn};

/// Makes, reads, copies, shares and deletes the snapshot of the temporary instance.
#[async_trait]
pub trait SourceSnapshots: Send + Sync {
    /// `DescribeDBSnapshots` for one manual snapshot.
    async fn describe_db_snapshot(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<DbSnapshot>, StepError>;

    /// `CreateDBSnapshot`.
    async fn create_db_snapshot(&self, request: &CreateDbSnapshot) -> Result<DbSnapshot, StepError>;

    /// `CopyDBSnapshot` within the account and Region, under another key.
    async fn copy_db_snapshot(&self, request: &CopyDbSnapshot) -> Result<DbSnapshot, StepError>;

    /// `DescribeDBSnapshotAttributes`: who may restore the snapshot, as account ids (`all` if it is public). `None` if it does not exist.
    async fn restore_attribute(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<Vec<String>>, StepError>;

    /// `ModifyDBSnapshotAttribute`, `restore`, `ValuesToAdd`: one account, never `all`.
    async fn share_db_snapshot(&self, snapshot: &Owned<DbSnapshot>, account: &AccountId) -> Result<(), StepError>;

    /// `ModifyDBSnapshotAttribute`, `restore`, `ValuesToRemove`.
    async fn unshare_db_snapshot(&self, snapshot: &Owned<DbSnapshot>, account: &AccountId) -> Result<(), StepError>;

    /// `DeleteDBSnapshot`.
    async fn delete_db_snapshot(&self, snapshot: &Owned<DbSnapshot>) -> Result<(), StepError>;
}

/// The parameters of `CreateDBSnapshot`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateDbSnapshot {
    /// The snapshot's identifier.
    pub identifier: DbSnapshotIdentifier,
    /// The instance to take it of.
    pub instance: DbIdentifier,
    /// Its tags.
    pub tags: Tags,
}

/// Reads and copies the shared snapshot; deletes the copy.
#[async_trait]
pub trait DestinationSnapshots: Send + Sync {
    /// `DescribeDBSnapshots` for one snapshot that another account shares, by its ARN.
    async fn describe_shared_db_snapshot(&self, snapshot: &SnapshotArn) -> Result<Option<DbSnapshot>, StepError>;

    /// `DescribeDBSnapshots` for one manual snapshot of this account.
    async fn describe_db_snapshot(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<DbSnapshot>, StepError>;

    /// `CopyDBSnapshot`.
    async fn copy_db_snapshot(&self, request: &CopyDbSnapshot) -> Result<DbSnapshot, StepError>;

    /// `DeleteDBSnapshot`.
    async fn delete_db_snapshot(&self, snapshot: &Owned<DbSnapshot>) -> Result<(), StepError>;
}

/// The parameters of `CopyDBSnapshot`. `CopyTags` is always false: the tags of another account's snapshot cannot be read, and a run gives
/// its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyDbSnapshot {
    /// `SourceDBSnapshotIdentifier`: the full ARN, which a shared snapshot requires.
    pub source: SnapshotArn,
    /// `TargetDBSnapshotIdentifier`.
    pub identifier: DbSnapshotIdentifier,
    /// `KmsKeyId`: a key of the account that copies.
    pub kms_key: KeyRef,
    /// Its tags.
    pub tags: Tags,
}
