use crate::world::resource::Tags;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ListTagsForResource`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListTagsForResource {
    /// `ResourceName`.
    pub resource: String,
}

impl Request for ListTagsForResource {
    const OPERATION: Operation = Operation::ListTagsForResource;
    type Answer = Tags;

    fn resource(&self) -> &str {
        &self.resource
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<Tags, ApiError> {
        Err(ApiError::internal_failure())
    }
}
