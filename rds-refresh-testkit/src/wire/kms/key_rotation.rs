use serde_json::{Value, json};

use crate::world::ApiError;
use crate::world::ops::{GetKeyRotationStatus, KeyRotationStatus};

use super::{Fields, Json, epoch_seconds, without_nulls};

impl Json for GetKeyRotationStatus {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")? })
    }

    fn write(&self, answer: &KeyRotationStatus) -> Value {
        without_nulls(json!({
            "KeyId": answer.key_id,
            "KeyRotationEnabled": answer.rotation.is_some(),
            "RotationPeriodInDays": answer.rotation.map(|(days, _)| days),
            "NextRotationDate": answer.rotation.map(|(_, next)| epoch_seconds(next)),
        }))
    }
}
