use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `EnableKey`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnableKey {
    /// `KeyId`.
    pub key: String,
}

impl Request for EnableKey {
    const OPERATION: Operation = Operation::EnableKey;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        set_state(world, caller, &self.key, Self::OPERATION, "Enabled")
    }
}

/// The parameters of `DisableKey`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DisableKey {
    /// `KeyId`.
    pub key: String,
}

impl Request for DisableKey {
    const OPERATION: Operation = Operation::DisableKey;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        set_state(world, caller, &self.key, Self::OPERATION, "Disabled")
    }
}

fn set_state(world: &mut World, caller: &Caller, reference: &str, operation: Operation, state: &str) -> Result<(), ApiError> {
    let arn = world.own_key_for(caller, reference, operation)?.arn.clone();
    let key = world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?;
    state.clone_into(&mut key.state);
    Ok(())
}
