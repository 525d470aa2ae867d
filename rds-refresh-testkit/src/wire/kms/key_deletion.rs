use serde_json::{Value, json};

use crate::world::ApiError;
use crate::world::ops::{CancelKeyDeletion, ScheduleKeyDeletion, ScheduledDeletion};

use super::{Fields, Json, epoch_seconds};

impl Json for ScheduleKeyDeletion {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")?, window_days: fields.number("PendingWindowInDays")? })
    }

    fn write(&self, answer: &ScheduledDeletion) -> Value {
        json!({
            "KeyId": answer.key,
            "DeletionDate": epoch_seconds(answer.date),
            "KeyState": "PendingDeletion",
            "PendingWindowInDays": answer.window_days,
        })
    }
}

impl Json for CancelKeyDeletion {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")? })
    }

    fn write(&self, answer: &String) -> Value {
        json!({ "KeyId": answer })
    }
}
