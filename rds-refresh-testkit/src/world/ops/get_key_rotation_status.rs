use std::time::Duration;

use rds_refresh_core::Timestamp;

use crate::world::resource::KeyManager;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// How often AWS rotates the keys that it manages (KMS developer guide, rotating keys).
const PERIOD_DAYS: u32 = 365;

/// The parameters of `GetKeyRotationStatus`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GetKeyRotationStatus {
    /// `KeyId`.
    pub key: String,
}

/// What `GetKeyRotationStatus` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRotationStatus {
    /// `KeyId`: the id of the key.
    pub key_id: String,
    /// `RotationPeriodInDays` and `NextRotationDate`, if the key is rotated: `KeyRotationEnabled`.
    pub rotation: Option<(u32, Timestamp)>,
}

impl Request for GetKeyRotationStatus {
    const OPERATION: Operation = Operation::GetKeyRotationStatus;
    type Answer = KeyRotationStatus;

    fn resource(&self) -> &str {
        &self.key
    }

    /// AWS rotates its own keys always, and those of a customer not unless it is told to (KMS developer guide, rotating keys): the model
    /// knows no operation that tells it. Only symmetric keys can be rotated.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<KeyRotationStatus, ApiError> {
        let key = world.key_for(caller, &self.key, Self::OPERATION)?;
        if key.spec != "SYMMETRIC_DEFAULT" {
            let message = format!("{} is not a symmetric encryption key, which is not valid for this operation.", key.arn);
            return Err(ApiError::refused("UnsupportedOperationException", message));
        }
        let period = Duration::from_hours(24 * u64::from(PERIOD_DAYS));
        let rotated = world.now().since(key.created_at).as_secs() / period.as_secs();
        let next = key.created_at + Duration::from_secs(period.as_secs() * (rotated + 1));
        let rotation = (key.manager == KeyManager::Aws).then_some((PERIOD_DAYS, next));
        Ok(KeyRotationStatus { key_id: key.id.clone(), rotation })
    }
}
