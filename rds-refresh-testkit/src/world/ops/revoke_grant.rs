use crate::world::kms::{constraint, dry_run};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `RevokeGrant`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevokeGrant {
    /// `KeyId`.
    pub key: String,
    /// `GrantId`.
    pub grant_id: String,
    /// `DryRun`.
    pub dry_run: Option<bool>,
}

impl Request for RevokeGrant {
    const OPERATION: Operation = Operation::RevokeGrant;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.key
    }

    /// Whoever may revoke need not have made the grant (KMS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        constraint::grant_id(&self.grant_id)?;
        let key = world.key_for(caller, &self.key, Self::OPERATION)?;
        if key.grants.iter().all(|grant| grant.id != self.grant_id) {
            return Err(ApiError::refused("NotFoundException", format!("Grant ID {} not found", self.grant_id)));
        }
        dry_run(self.dry_run)?;
        let arn = key.arn.clone();
        let key = world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?;
        key.grants.retain(|grant| grant.id != self.grant_id);
        Ok(())
    }
}
