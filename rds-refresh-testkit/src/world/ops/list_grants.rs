use crate::world::kms::constraint;
use crate::world::page::{Page, Paging};
use crate::world::resource::Grant;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ListGrants`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListGrants {
    /// `KeyId`.
    pub key: String,
    /// `GrantId`.
    pub grant_id: Option<String>,
    /// `GranteePrincipal`.
    pub grantee: Option<String>,
    /// `Marker` and `Limit`.
    pub paging: Paging,
}

impl Request for ListGrants {
    const OPERATION: Operation = Operation::ListGrants;
    type Answer = Page<Grant>;

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<Grant>, ApiError> {
        let now = world.now();
        self.grant_id.as_ref().map_or(Ok(()), |id| constraint::grant_id(id))?;
        let key = world.key_for(caller, &self.key, Self::OPERATION)?;
        let grants = key.grants.iter().filter(|grant| grant.effective_from <= now);
        let grants = grants.filter(|grant| self.grant_id.as_ref().is_none_or(|id| grant.id == *id));
        let grants = grants.filter(|grant| self.grantee.as_ref().is_none_or(|grantee| grant.grantee == *grantee));
        self.paging.kms(grants.cloned().collect(), 50, 100, Grant::listed_by)
    }
}
