use super::TagList;
use crate::world::resource::DbClusterSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CopyDBClusterSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyDbClusterSnapshot {
    /// `SourceDBClusterSnapshotIdentifier`.
    pub source: String,
    /// `TargetDBClusterSnapshotIdentifier`.
    pub target: String,
    /// `KmsKeyId`.
    pub kms_key: Option<String>,
    /// `CopyTags`.
    pub copy_tags: Option<bool>,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for CopyDbClusterSnapshot {
    const OPERATION: Operation = Operation::CopyDbClusterSnapshot;
    type Answer = DbClusterSnapshot;

    fn resource(&self) -> &str {
        &self.source
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbClusterSnapshot, ApiError> {
        Err(ApiError::internal_failure())
    }
}
