use crate::world::resource::Key;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeKey`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeKey {
    /// `KeyId`.
    pub key: String,
    /// `GrantTokens`.
    pub grant_tokens: Vec<String>,
}

impl Request for DescribeKey {
    const OPERATION: Operation = Operation::DescribeKey;
    type Answer = Key;

    fn resource(&self) -> &str {
        &self.key
    }

    /// Another account's key is described by ARN, if its policy or a grant allows (KMS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Key, ApiError> {
        world.key_by_any_name(caller, &self.key, Self::OPERATION, &self.grant_tokens).cloned()
    }
}
