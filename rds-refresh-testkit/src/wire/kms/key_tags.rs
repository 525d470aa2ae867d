use serde_json::Value;

use crate::world::ApiError;
use crate::world::ops::{TagResource, UntagResource};

use super::{Fields, Json};

impl Json for TagResource {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        fields.given("Tags")?;
        Ok(Self { key: fields.required("KeyId")?, tags: fields.tags()? })
    }

    fn write(&self, (): &()) -> Value {
        Value::Null
    }
}

impl Json for UntagResource {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        fields.given("TagKeys")?;
        Ok(Self { key: fields.required("KeyId")?, tag_keys: fields.strings("TagKeys")? })
    }

    fn write(&self, (): &()) -> Value {
        Value::Null
    }
}
