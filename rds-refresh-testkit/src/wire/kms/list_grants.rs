use serde_json::{Value, json};

use crate::world::ops::ListGrants;
use crate::world::resource::Grant;
use crate::world::{ApiError, Page, Paging};

use super::{Fields, Json, epoch_seconds, without_nulls};

impl Json for ListGrants {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self {
            key: fields.required("KeyId")?,
            grant_id: fields.string("GrantId")?,
            grantee: fields.string("GranteePrincipal")?,
            paging: Paging { marker: fields.string("Marker")?, max_records: fields.number("Limit")? },
        })
    }

    fn write(&self, answer: &Page<Grant>) -> Value {
        let grants: Vec<Value> = answer.items.iter().map(|grant| entry(&self.key, grant)).collect();
        without_nulls(json!({ "Grants": grants, "NextMarker": answer.marker, "Truncated": answer.marker.is_some() }))
    }
}

fn entry(key: &str, grant: &Grant) -> Value {
    without_nulls(json!({
        "KeyId": key,
        "GrantId": grant.id,
        "Name": grant.name,
        "CreationDate": epoch_seconds(grant.created_at),
        "GranteePrincipal": grant.grantee,
        "RetiringPrincipal": grant.retiring,
        "IssuingAccount": grant.issuer,
        "Operations": grant.operations,
    }))
}
