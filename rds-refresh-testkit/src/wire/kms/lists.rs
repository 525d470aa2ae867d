use serde_json::{Value, json};

use crate::world::ops::{ListKeys, ListResourceTags};
use crate::world::resource::Key;
use crate::world::{ApiError, Page};

use super::{Fields, Json, page};

impl Json for ListKeys {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { paging: fields.paging()? })
    }

    fn write(&self, answer: &Page<Key>) -> Value {
        page("Keys", answer, |key| json!({ "KeyId": key.id, "KeyArn": key.arn }))
    }
}

impl Json for ListResourceTags {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")?, paging: fields.paging()? })
    }

    fn write(&self, answer: &Page<(String, String)>) -> Value {
        page("Tags", answer, |(key, value)| json!({ "TagKey": key, "TagValue": value }))
    }
}
