use super::SnapshotAttributes;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ModifyDBSnapshotAttribute`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDbSnapshotAttribute {
    /// `DBSnapshotIdentifier`.
    pub identifier: String,
    /// `AttributeName`.
    pub attribute: String,
    /// `ValuesToAdd`.
    pub add: Vec<String>,
    /// `ValuesToRemove`.
    pub remove: Vec<String>,
}

impl Request for ModifyDbSnapshotAttribute {
    const OPERATION: Operation = Operation::ModifyDbSnapshotAttribute;
    type Answer = SnapshotAttributes;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<SnapshotAttributes, ApiError> {
        Err(ApiError::internal_failure())
    }
}
