use rds_refresh_core::Secret;

use crate::world::resource::DbCluster;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ModifyDBCluster`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDbCluster {
    /// `DBClusterIdentifier`.
    pub identifier: String,
    /// `MasterUserPassword`.
    pub master_user_password: Option<Secret<String>>,
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `VpcSecurityGroupIds`.
    pub security_groups: Vec<String>,
    /// `ApplyImmediately`.
    pub apply_immediately: Option<bool>,
}

impl Request for ModifyDbCluster {
    const OPERATION: Operation = Operation::ModifyDbCluster;
    type Answer = DbCluster;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<DbCluster, ApiError> {
        Err(ApiError::internal_failure())
    }
}
