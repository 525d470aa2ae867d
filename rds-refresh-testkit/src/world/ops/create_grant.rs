use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CreateGrant`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateGrant {
    /// `KeyId`.
    pub key: String,
    /// `GranteePrincipal`.
    pub grantee: String,
    /// `RetiringPrincipal`.
    pub retiring: Option<String>,
    /// `Operations`.
    pub operations: Vec<String>,
    /// `Name`.
    pub name: Option<String>,
}

impl Request for CreateGrant {
    const OPERATION: Operation = Operation::CreateGrant;
    type Answer = CreatedGrant;

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<CreatedGrant, ApiError> {
        Err(ApiError::internal_failure())
    }
}

/// What `CreateGrant` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedGrant {
    /// `GrantId`.
    pub id: String,
    /// `GrantToken`.
    pub token: String,
}
