use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `GetKeyPolicy`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GetKeyPolicy {
    /// `KeyId`.
    pub key: String,
    /// `PolicyName`.
    pub policy_name: Option<String>,
}

impl Request for GetKeyPolicy {
    const OPERATION: Operation = Operation::GetKeyPolicy;
    type Answer = String;

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<String, ApiError> {
        Err(ApiError::internal_failure())
    }
}

/// The parameters of `PutKeyPolicy`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PutKeyPolicy {
    /// `KeyId`.
    pub key: String,
    /// `PolicyName`.
    pub policy_name: Option<String>,
    /// `Policy`.
    pub policy: String,
    /// `BypassPolicyLockoutSafetyCheck`.
    pub bypass_lockout_safety_check: Option<bool>,
}

impl Request for PutKeyPolicy {
    const OPERATION: Operation = Operation::PutKeyPolicy;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<(), ApiError> {
        Err(ApiError::internal_failure())
    }
}
