use super::TagList;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `AddTagsToResource`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddTagsToResource {
    /// `ResourceName`.
    pub resource: String,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for AddTagsToResource {
    const OPERATION: Operation = Operation::AddTagsToResource;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.resource
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<(), ApiError> {
        Err(ApiError::internal_failure())
    }
}
