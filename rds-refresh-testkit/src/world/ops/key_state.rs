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
        set_state(world, caller, &self.key, "EnableKey", "Enabled")
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
        set_state(world, caller, &self.key, "DisableKey", "Disabled")
    }
}

/// A key that is neither enabled nor disabled, as one that waits for its deletion, stays as it is (KMS developer guide, key states).
fn set_state(world: &mut World, caller: &Caller, reference: &str, action: &'static str, state: &str) -> Result<(), ApiError> {
    let key = world.own_key_for(caller, reference, action)?;
    let arn = key.arn.clone();
    if !["Enabled", "Disabled"].contains(&key.state.as_str()) {
        return Err(ApiError::refused("KMSInvalidStateException", format!("{arn} is {}.", key.state)));
    }
    let key = world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?;
    state.clone_into(&mut key.state);
    Ok(())
}
