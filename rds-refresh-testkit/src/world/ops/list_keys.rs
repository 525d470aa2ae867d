use crate::world::page::{Page, Paging};
use crate::world::resource::Key;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ListKeys`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListKeys {
    /// `Marker` and `Limit`.
    pub paging: Paging,
}

impl Request for ListKeys {
    const OPERATION: Operation = Operation::ListKeys;
    type Answer = Page<Key>;

    fn resource(&self) -> &'static str {
        ""
    }

    /// All keys of the caller's account in the Region, those that wait for their deletion included.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<Key>, ApiError> {
        self.paging.kms(world.at(&caller.place()).keys.values().cloned().collect(), 100, 1000, |key| key.id.clone())
    }
}
