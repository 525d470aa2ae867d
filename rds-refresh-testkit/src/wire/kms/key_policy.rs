use serde_json::{Value, json};

use crate::world::ops::{GetKeyPolicy, ListKeyPolicies, PutKeyPolicy};
use crate::world::{ApiError, Page};

use super::{Fields, Json, page};

impl Json for GetKeyPolicy {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")?, policy_name: fields.string("PolicyName")? })
    }

    fn write(&self, answer: &String) -> Value {
        json!({ "Policy": answer, "PolicyName": "default" })
    }
}

impl Json for PutKeyPolicy {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self {
            key: fields.required("KeyId")?,
            policy_name: fields.string("PolicyName")?,
            policy: fields.required("Policy")?,
            bypass_lockout_safety_check: fields.flag("BypassPolicyLockoutSafetyCheck")?,
        })
    }

    fn write(&self, (): &()) -> Value {
        Value::Null
    }
}

impl Json for ListKeyPolicies {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")?, paging: fields.paging()? })
    }

    fn write(&self, answer: &Page<&'static str>) -> Value {
        page("PolicyNames", answer, |name| json!(name))
    }
}
