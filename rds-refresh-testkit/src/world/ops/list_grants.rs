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

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<Page<Grant>, ApiError> {
        Err(ApiError::internal_failure())
    }
}
