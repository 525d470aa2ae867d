use super::TagList;
use crate::world::resource::DbSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CreateDBSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateDbSnapshot {
    /// `DBSnapshotIdentifier`.
    pub identifier: String,
    /// `DBInstanceIdentifier`.
    pub instance: String,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for CreateDbSnapshot {
    const OPERATION: Operation = Operation::CreateDbSnapshot;
    type Answer = DbSnapshot;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbSnapshot, ApiError> {
        Err(ApiError::internal_failure())
    }
}
