use serde_json::{Value, json};

use crate::world::ApiError;
use crate::world::ops::{CreateGrant, CreatedGrant};
use crate::world::resource::GrantConstraints;

use super::{Fields, Json};

impl Json for CreateGrant {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        let mut constraints = fields.structure("Constraints")?;
        let request = Self {
            key: fields.required("KeyId")?,
            grantee: fields.required("GranteePrincipal")?,
            retiring: fields.string("RetiringPrincipal")?,
            operations: fields.strings("Operations")?,
            constraints: GrantConstraints {
                subset: constraints.texts("EncryptionContextSubset")?,
                equals: constraints.texts("EncryptionContextEquals")?,
            },
            name: fields.string("Name")?,
            grant_tokens: fields.strings("GrantTokens")?,
            dry_run: fields.flag("DryRun")?,
        };
        constraints.finish()?;
        Ok(request)
    }

    fn write(&self, answer: &CreatedGrant) -> Value {
        json!({ "GrantId": answer.id, "GrantToken": answer.token })
    }
}
