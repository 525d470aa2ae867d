use crate::world::check::required;
use crate::world::iam::Asks;
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

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on_arn(&self.resource)
    }

    /// Only the owner may ask.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Tags, ApiError> {
        world.tags_of(caller, required("ResourceName", &self.resource)?).cloned()
    }
}
