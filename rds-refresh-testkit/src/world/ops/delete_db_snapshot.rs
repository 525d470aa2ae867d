use crate::world::resource::DbSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DeleteDBSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteDbSnapshot {
    /// `DBSnapshotIdentifier`.
    pub identifier: String,
}

impl Request for DeleteDbSnapshot {
    const OPERATION: Operation = Operation::DeleteDbSnapshot;
    type Answer = DbSnapshot;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbSnapshot, ApiError> {
        Err(ApiError::internal_failure())
    }
}
