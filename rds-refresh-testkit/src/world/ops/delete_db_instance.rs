use crate::world::resource::DbInstance;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DeleteDBInstance`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteDbInstance {
    /// `DBInstanceIdentifier`.
    pub identifier: String,
    /// `SkipFinalSnapshot`.
    pub skip_final_snapshot: Option<bool>,
    /// `FinalDBSnapshotIdentifier`.
    pub final_snapshot: Option<String>,
    /// `DeleteAutomatedBackups`.
    pub delete_automated_backups: Option<bool>,
}

impl Request for DeleteDbInstance {
    const OPERATION: Operation = Operation::DeleteDbInstance;
    type Answer = DbInstance;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbInstance, ApiError> {
        Err(ApiError::internal_failure())
    }
}
