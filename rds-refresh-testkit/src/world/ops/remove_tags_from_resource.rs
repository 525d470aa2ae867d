use crate::world::check::required;
use crate::world::iam::Asks;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `RemoveTagsFromResource`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoveTagsFromResource {
    /// `ResourceName`.
    pub resource: String,
    /// `TagKeys`.
    pub keys: Vec<String>,
}

impl Request for RemoveTagsFromResource {
    const OPERATION: Operation = Operation::RemoveTagsFromResource;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.resource
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on_arn(&self.resource).tag_keys(&self.keys)
    }

    /// A key that the resource does not have is none too few.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        if self.keys.is_empty() {
            return Err(ApiError::missing("TagKeys"));
        }
        let tags = world.tags_of_lasting(caller, required("ResourceName", &self.resource)?)?;
        tags.retain(|key, _| !self.keys.contains(key));
        Ok(())
    }
}
