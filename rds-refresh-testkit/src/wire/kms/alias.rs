use serde_json::{Value, json};

use crate::world::ops::{CreateAlias, DeleteAlias, ListAliases, ListedAlias, UpdateAlias};
use crate::world::{ApiError, Page};

use super::{Fields, Json, epoch_seconds, page};

impl Json for CreateAlias {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { name: fields.required("AliasName")?, key: fields.required("TargetKeyId")? })
    }

    fn write(&self, (): &()) -> Value {
        Value::Null
    }
}

impl Json for UpdateAlias {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { name: fields.required("AliasName")?, key: fields.required("TargetKeyId")? })
    }

    fn write(&self, (): &()) -> Value {
        Value::Null
    }
}

impl Json for DeleteAlias {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { name: fields.required("AliasName")? })
    }

    fn write(&self, (): &()) -> Value {
        Value::Null
    }
}

impl Json for ListAliases {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.string("KeyId")?, paging: fields.paging()? })
    }

    fn write(&self, answer: &Page<ListedAlias>) -> Value {
        page("Aliases", answer, |alias| {
            json!({
                "AliasName": alias.name,
                "AliasArn": alias.arn,
                "TargetKeyId": alias.key_id,
                "CreationDate": epoch_seconds(alias.created_at),
                "LastUpdatedDate": epoch_seconds(alias.updated_at),
            })
        })
    }
}
