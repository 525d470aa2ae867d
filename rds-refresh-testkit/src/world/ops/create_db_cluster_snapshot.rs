use super::TagList;
use crate::world::resource::DbClusterSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CreateDBClusterSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateDbClusterSnapshot {
    /// `DBClusterSnapshotIdentifier`.
    pub identifier: String,
    /// `DBClusterIdentifier`.
    pub cluster: String,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for CreateDbClusterSnapshot {
    const OPERATION: Operation = Operation::CreateDbClusterSnapshot;
    type Answer = DbClusterSnapshot;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbClusterSnapshot, ApiError> {
        Err(ApiError::internal_failure())
    }
}
