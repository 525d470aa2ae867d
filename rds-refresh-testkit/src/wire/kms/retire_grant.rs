use serde_json::Value;

use crate::world::ApiError;
use crate::world::ops::RetireGrant;

use super::{Fields, Json};

impl Json for RetireGrant {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self {
            token: fields.string("GrantToken")?,
            key: fields.string("KeyId")?,
            grant_id: fields.string("GrantId")?,
            dry_run: fields.flag("DryRun")?,
        })
    }

    fn write(&self, (): &()) -> Value {
        Value::Null
    }
}
