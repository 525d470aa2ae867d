use rds_refresh_core::Secret;

use crate::world::resource::DbInstance;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ModifyDBInstance`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDbInstance {
    /// `DBInstanceIdentifier`.
    pub identifier: String,
    /// `MasterUserPassword`.
    pub master_user_password: Option<Secret<String>>,
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `ApplyImmediately`.
    pub apply_immediately: Option<bool>,
}

impl Request for ModifyDbInstance {
    const OPERATION: Operation = Operation::ModifyDbInstance;
    type Answer = DbInstance;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbInstance, ApiError> {
        Err(ApiError::internal_failure())
    }
}
