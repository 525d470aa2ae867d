use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `RevokeGrant`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevokeGrant {
    /// `KeyId`.
    pub key: String,
    /// `GrantId`.
    pub grant_id: String,
}

impl Request for RevokeGrant {
    const OPERATION: Operation = Operation::RevokeGrant;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<(), ApiError> {
        Err(ApiError::internal_failure())
    }
}
