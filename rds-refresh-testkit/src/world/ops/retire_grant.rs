use crate::world::iam::Why;
use crate::world::kms::{constraint, denied, dry_run};
use crate::world::resource::Grant;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `RetireGrant`: a token, or a key and a grant id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RetireGrant {
    /// `GrantToken`.
    pub token: Option<String>,
    /// `KeyId`.
    pub key: Option<String>,
    /// `GrantId`.
    pub grant_id: Option<String>,
    /// `DryRun`.
    pub dry_run: Option<bool>,
}

impl Request for RetireGrant {
    const OPERATION: Operation = Operation::RetireGrant;
    type Answer = ();

    fn resource(&self) -> &str {
        self.key.as_deref().unwrap_or_default()
    }

    /// The grant itself says who may retire it; the key's policy is not asked (KMS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        let grant = match (&self.token, &self.key, &self.grant_id) {
            (Some(token), None, None) => by_token(world, caller, token)?,
            (None, Some(key), Some(id)) => by_id(world, caller, key, id)?,
            _ => {
                let message = "Either a grant token or both a key and a grant ID must be given.";
                return Err(ApiError::refused("ValidationException", message));
            }
        };
        if !grant.can_be_retired_by(caller, &grant.key) {
            return Err(denied(caller, Self::OPERATION, &grant.key, Why::ResourceIsSilent));
        }
        dry_run(self.dry_run)?;
        let (arn, id) = (grant.key.clone(), grant.id.clone());
        let key = world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?;
        key.grants.retain(|grant| grant.id != id);
        Ok(())
    }
}

/// A token is good for grants of every account, in its own Region.
fn by_token<'w>(world: &'w World, caller: &Caller, token: &str) -> Result<&'w Grant, ApiError> {
    let keys = world.places().filter(|(place, _)| place.region == caller.region).flat_map(|(_, held)| held.keys.values());
    let found = keys.flat_map(|key| &key.grants).find(|grant| grant.token == token);
    found.ok_or_else(|| ApiError::refused("InvalidGrantTokenException", "The grant token is not valid."))
}

fn by_id<'w>(world: &'w World, caller: &Caller, key: &str, id: &str) -> Result<&'w Grant, ApiError> {
    constraint::grant_id(id)?;
    let found = world.key_by_id(caller, key)?.grants.iter().find(|grant| grant.id == id);
    found.ok_or_else(|| ApiError::refused("NotFoundException", format!("Grant ID {id} not found")))
}
