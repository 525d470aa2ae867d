use serde_json::{Value, json};

use crate::world::ops::{ListGrants, ListRetirableGrants};
use crate::world::resource::Grant;
use crate::world::{ApiError, Page};

use super::{Fields, Json, epoch_seconds, page, without_nulls};

impl Json for ListGrants {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self {
            key: fields.required("KeyId")?,
            grant_id: fields.string("GrantId")?,
            grantee: fields.string("GranteePrincipal")?,
            paging: fields.paging()?,
        })
    }

    fn write(&self, answer: &Page<Grant>) -> Value {
        page("Grants", answer, entry)
    }
}

impl Json for ListRetirableGrants {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { retiring: fields.required("RetiringPrincipal")?, paging: fields.paging()? })
    }

    fn write(&self, answer: &Page<Grant>) -> Value {
        page("Grants", answer, entry)
    }
}

fn entry(grant: &Grant) -> Value {
    let (subset, equals) = (&grant.constraints.subset, &grant.constraints.equals);
    let constraints = without_nulls(json!({
        "EncryptionContextSubset": (!subset.is_empty()).then_some(subset),
        "EncryptionContextEquals": (!equals.is_empty()).then_some(equals),
    }));
    without_nulls(json!({
        "KeyId": grant.key,
        "GrantId": grant.id,
        "Name": grant.name,
        "CreationDate": epoch_seconds(grant.created_at),
        "GranteePrincipal": grant.grantee,
        "RetiringPrincipal": grant.retiring,
        "IssuingAccount": grant.issuer,
        "Operations": grant.operations,
        "Constraints": constraints.as_object().is_some_and(|it| !it.is_empty()).then_some(constraints),
    }))
}
