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

    /// Whoever may revoke need not have made the grant (KMS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        let arn = world.key_for(caller, &self.key, "RevokeGrant")?.arn.clone();
        let key = world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?;
        let before = key.grants.len();
        key.grants.retain(|grant| grant.id != self.grant_id);
        if key.grants.len() == before {
            return Err(ApiError::refused("NotFoundException", format!("Grant ID {} not found", self.grant_id)));
        }
        Ok(())
    }
}
