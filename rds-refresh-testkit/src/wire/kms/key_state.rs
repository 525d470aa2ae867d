use serde_json::Value;

use crate::world::ApiError;
use crate::world::ops::{DisableKey, EnableKey};

use super::{Fields, Json};

impl Json for EnableKey {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")? })
    }

    fn write(&self, (): &()) -> Value {
        Value::Null
    }
}

impl Json for DisableKey {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")? })
    }

    fn write(&self, (): &()) -> Value {
        Value::Null
    }
}
