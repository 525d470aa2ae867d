use crate::world::iam::Why;
use crate::world::kms::{constraint, denied};
use crate::world::page::{Page, Paging};
use crate::world::resource::Grant;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ListRetirableGrants`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListRetirableGrants {
    /// `RetiringPrincipal`: of the caller's own account.
    pub retiring: String,
    /// `Marker` and `Limit`.
    pub paging: Paging,
}

impl Request for ListRetirableGrants {
    const OPERATION: Operation = Operation::ListRetirableGrants;
    type Answer = Page<Grant>;

    fn resource(&self) -> &str {
        &self.retiring
    }

    /// The grants of the Region that name exactly this retiring principal, on the keys of every account (KMS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<Grant>, ApiError> {
        constraint::principal("retiringPrincipal", &self.retiring)?;
        if self.retiring.split(':').nth(4) != Some(caller.account.as_str()) {
            return Err(denied(caller, Self::OPERATION, &self.retiring, Why::ResourceIsSilent));
        }
        let now = world.now();
        let keys = world.places().filter(|(place, _)| place.region == caller.region).flat_map(|(_, held)| held.keys.values());
        let grants = keys.flat_map(|key| &key.grants).filter(|grant| grant.effective_from <= now);
        let grants = grants.filter(|grant| grant.retiring.as_ref() == Some(&self.retiring));
        self.paging.kms(grants.cloned().collect(), 50, 100, Grant::listed_by)
    }
}
