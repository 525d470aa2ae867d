use super::TagList;
use crate::world::resource::DbSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CopyDBSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyDbSnapshot {
    /// `SourceDBSnapshotIdentifier`.
    pub source: String,
    /// `TargetDBSnapshotIdentifier`.
    pub target: String,
    /// `KmsKeyId`.
    pub kms_key: Option<String>,
    /// `CopyTags`.
    pub copy_tags: Option<bool>,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for CopyDbSnapshot {
    const OPERATION: Operation = Operation::CopyDbSnapshot;
    type Answer = DbSnapshot;

    fn resource(&self) -> &str {
        &self.target
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbSnapshot, ApiError> {
        Err(ApiError::internal_failure())
    }
}
