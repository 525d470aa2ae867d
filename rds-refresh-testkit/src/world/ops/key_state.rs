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

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<(), ApiError> {
        Err(ApiError::internal_failure())
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

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<(), ApiError> {
        Err(ApiError::internal_failure())
    }
}
