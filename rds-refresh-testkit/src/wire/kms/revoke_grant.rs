use serde_json::Value;

use crate::world::ApiError;
use crate::world::ops::RevokeGrant;

use super::{Fields, Json};

impl Json for RevokeGrant {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")?, grant_id: fields.required("GrantId")?, dry_run: fields.flag("DryRun")? })
    }

    fn write(&self, (): &()) -> Value {
        Value::Null
    }
}
