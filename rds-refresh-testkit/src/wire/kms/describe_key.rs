use serde_json::{Value, json};

use crate::world::ApiError;
use crate::world::ops::DescribeKey;
use crate::world::resource::Key;

use super::key_metadata::key_metadata;
use super::{Fields, Json};

impl Json for DescribeKey {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")?, grant_tokens: fields.strings("GrantTokens")? })
    }

    fn write(&self, answer: &Key) -> Value {
        json!({ "KeyMetadata": key_metadata(answer) })
    }
}
