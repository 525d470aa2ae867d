use crate::world::resource::DbClusterSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DeleteDBClusterSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteDbClusterSnapshot {
    /// `DBClusterSnapshotIdentifier`.
    pub identifier: String,
}

impl Request for DeleteDbClusterSnapshot {
    const OPERATION: Operation = Operation::DeleteDbClusterSnapshot;
    type Answer = DbClusterSnapshot;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbClusterSnapshot, ApiError> {
        Err(ApiError::internal_failure())
    }
}
