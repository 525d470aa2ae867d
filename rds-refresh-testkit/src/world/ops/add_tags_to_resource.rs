use super::TagList;
use crate::world::check::{required, tags};
use crate::world::iam::Asks;
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

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on_arn(&self.resource).tagging(&self.tags)
    }

    /// A tag of the same key is overwritten.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        let quota = world.at(&caller.place()).quotas.tags;
        let added = tags(&self.tags, quota)?;
        let tags = world.tags_of_lasting(caller, required("ResourceName", &self.resource)?)?;
        let mut all = tags.clone();
        all.extend(added);
        if all.len() > quota {
            return Err(ApiError::invalid_value(format!("Cannot have more than {quota} tags on a resource.")));
        }
        *tags = all;
        Ok(())
    }
}
