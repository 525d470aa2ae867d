use crate::world::kms::constraint;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `UpdateKeyDescription`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateKeyDescription {
    /// `KeyId`.
    pub key: String,
    /// `Description`: at most 8192 characters.
    pub description: String,
}

impl Request for UpdateKeyDescription {
    const OPERATION: Operation = Operation::UpdateKeyDescription;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        constraint::description(&self.description)?;
        let arn = world.own_key_for(caller, &self.key, Self::OPERATION)?.arn.clone();
        let key = world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?;
        key.description.clone_from(&self.description);
        Ok(())
    }
}
