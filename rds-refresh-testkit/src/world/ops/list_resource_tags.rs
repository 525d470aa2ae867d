use crate::world::page::{Page, Paging};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ListResourceTags`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListResourceTags {
    /// `KeyId`.
    pub key: String,
    /// `Marker` and `Limit`.
    pub paging: Paging,
}

impl Request for ListResourceTags {
    const OPERATION: Operation = Operation::ListResourceTags;
    type Answer = Page<(String, String)>;

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<(String, String)>, ApiError> {
        let key = world.own_key_for(caller, &self.key, Self::OPERATION)?;
        let tags = key.tags.iter().map(|(key, value)| (key.clone(), value.clone()));
        self.paging.kms(tags.collect(), 50, 50, |(key, _)| key.clone())
    }
}
