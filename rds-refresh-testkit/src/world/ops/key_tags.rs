use super::TagList;
use crate::world::kms::constraint;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `TagResource`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagResource {
    /// `KeyId`.
    pub key: String,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for TagResource {
    const OPERATION: Operation = Operation::TagResource;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.key
    }

    /// A tag that the key has already gets the new value (KMS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        let added = constraint::tags(&self.tags)?;
        let key = world.own_key_for(caller, &self.key, Self::OPERATION)?;
        let (arn, mut tags) = (key.arn.clone(), key.tags.clone());
        tags.extend(added);
        let tags = constraint::few_tags(tags)?;
        world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?.tags = tags;
        Ok(())
    }
}

/// The parameters of `UntagResource`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UntagResource {
    /// `KeyId`.
    pub key: String,
    /// `TagKeys`.
    pub tag_keys: Vec<String>,
}

impl Request for UntagResource {
    const OPERATION: Operation = Operation::UntagResource;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.key
    }

    /// A tag that the key does not have is no error (KMS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        self.tag_keys.iter().try_for_each(|key| constraint::tag_key(key))?;
        let arn = world.own_key_for(caller, &self.key, Self::OPERATION)?.arn.clone();
        let key = world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?;
        key.tags.retain(|name, _| !self.tag_keys.contains(name));
        Ok(())
    }
}
