use serde_json::{Value, json};

use crate::world::ApiError;
use crate::world::ops::CreateKey;
use crate::world::resource::Key;

use super::key_metadata::key_metadata;
use super::{Fields, Json};

impl Json for CreateKey {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        let (spec, former) = (fields.string("KeySpec")?, fields.string("CustomerMasterKeySpec")?);
        if spec.is_some() && former.is_some() && spec != former {
            let message = "You cannot specify KeySpec and CustomerMasterKeySpec in the same request.";
            return Err(ApiError::refused("ValidationException", message));
        }
        Ok(Self {
            policy: fields.string("Policy")?,
            bypass_lockout_safety_check: fields.flag("BypassPolicyLockoutSafetyCheck")?,
            description: fields.string("Description")?,
            spec: spec.or(former),
            usage: fields.string("KeyUsage")?,
            origin: fields.string("Origin")?,
            multi_region: fields.flag("MultiRegion")?,
            tags: fields.tags()?,
        })
    }

    fn write(&self, answer: &Key) -> Value {
        json!({ "KeyMetadata": key_metadata(answer) })
    }
}
