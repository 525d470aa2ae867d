use crate::world::resource::Key;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeKey`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeKey {
    /// `KeyId`.
    pub key: String,
}

impl Request for DescribeKey {
    const OPERATION: Operation = Operation::DescribeKey;
    type Answer = Key;

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<Key, ApiError> {
        Err(ApiError::internal_failure())
    }
}
