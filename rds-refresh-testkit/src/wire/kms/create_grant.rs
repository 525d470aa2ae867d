use serde_json::{Value, json};

use crate::world::ApiError;
use crate::world::ops::{CreateGrant, CreatedGrant};

use super::{Fields, Json};

impl Json for CreateGrant {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self {
            key: fields.required("KeyId")?,
            grantee: fields.required("GranteePrincipal")?,
            retiring: fields.string("RetiringPrincipal")?,
            operations: fields.strings("Operations")?,
            name: fields.string("Name")?,
        })
    }

    fn write(&self, answer: &CreatedGrant) -> Value {
        json!({ "GrantId": answer.id, "GrantToken": answer.token })
    }
}
