use std::time::Duration;

use rds_refresh_core::Timestamp;

use crate::world::agenda::{Happening, Kind, Target};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ScheduleKeyDeletion`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleKeyDeletion {
    /// `KeyId`.
    pub key: String,
    /// `PendingWindowInDays`: 7–30, by default 30.
    pub window_days: Option<i64>,
}

/// What `ScheduleKeyDeletion` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledDeletion {
    /// `KeyId`: the ARN of the key.
    pub key: String,
    /// `DeletionDate`.
    pub date: Timestamp,
    /// `PendingWindowInDays`.
    pub window_days: u32,
}

impl Request for ScheduleKeyDeletion {
    const OPERATION: Operation = Operation::ScheduleKeyDeletion;
    type Answer = ScheduledDeletion;

    fn resource(&self) -> &str {
        &self.key
    }

    /// Until the window is over the key is of no use and can be saved; then it is gone, with its aliases and grants (KMS API
    /// reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<ScheduledDeletion, ApiError> {
        let days = u32::try_from(self.window_days.unwrap_or(30)).ok().filter(|days| (7..=30).contains(days));
        let window_days =
            days.ok_or_else(|| ApiError::refused("ValidationException", "PendingWindowInDays must be between 7 and 30."))?;
        let key = world.own_key_for(caller, &self.key, Self::OPERATION)?;
        let (arn, target) = (key.arn.clone(), Target::new(&caller.place(), Kind::Key, &key.id));
        let date = world.now() + Duration::from_hours(24 * u64::from(window_days));
        let key = world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?;
        "PendingDeletion".clone_into(&mut key.state);
        key.deletion_date = Some(date);
        world.agenda.at(date, &target, Happening::Gone);
        Ok(ScheduledDeletion { key: arn, date, window_days })
    }
}

/// The parameters of `CancelKeyDeletion`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CancelKeyDeletion {
    /// `KeyId`.
    pub key: String,
}

impl Request for CancelKeyDeletion {
    const OPERATION: Operation = Operation::CancelKeyDeletion;
    /// `KeyId`: the ARN of the key.
    type Answer = String;

    fn resource(&self) -> &str {
        &self.key
    }

    /// The key is disabled then, whatever it was before (KMS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<String, ApiError> {
        let key = world.own_key_for(caller, &self.key, Self::OPERATION)?;
        let (arn, target) = (key.arn.clone(), Target::new(&caller.place(), Kind::Key, &key.id));
        world.agenda.forget(&target);
        let key = world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?;
        "Disabled".clone_into(&mut key.state);
        key.deletion_date = None;
        Ok(arn)
    }
}
