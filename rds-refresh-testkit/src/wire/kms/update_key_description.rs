use serde_json::Value;

use crate::world::ApiError;
use crate::world::ops::UpdateKeyDescription;

use super::{Fields, Json};

impl Json for UpdateKeyDescription {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")?, description: fields.required("Description")? })
    }

    fn write(&self, (): &()) -> Value {
        Value::Null
    }
}
