use crate::world::resource::DbCluster;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DeleteDBCluster`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteDbCluster {
    /// `DBClusterIdentifier`.
    pub identifier: String,
    /// `SkipFinalSnapshot`.
    pub skip_final_snapshot: Option<bool>,
    /// `FinalDBSnapshotIdentifier`.
    pub final_snapshot: Option<String>,
    /// `DeleteAutomatedBackups`.
    pub delete_automated_backups: Option<bool>,
}

impl Request for DeleteDbCluster {
    const OPERATION: Operation = Operation::DeleteDbCluster;
    type Answer = DbCluster;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbCluster, ApiError> {
        Err(ApiError::internal_failure())
    }
}
