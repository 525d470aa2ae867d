use std::convert::Infallible;

use serde_json::Value;

use crate::world::ApiError;
use crate::world::ops::{DataKey, GenerateDataKey, GenerateDataKeyWithoutPlaintext};

use super::{Fields, Json};

impl Json for GenerateDataKey {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        data_key(fields).map(Self)
    }

    fn write(&self, answer: &Infallible) -> Value {
        match *answer {}
    }
}

impl Json for GenerateDataKeyWithoutPlaintext {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        data_key(fields).map(Self)
    }

    fn write(&self, answer: &Infallible) -> Value {
        match *answer {}
    }
}

fn data_key(fields: &mut Fields) -> Result<DataKey, ApiError> {
    Ok(DataKey {
        key: fields.required("KeyId")?,
        spec: fields.string("KeySpec")?,
        bytes: fields.number("NumberOfBytes")?,
        grant_tokens: fields.strings("GrantTokens")?,
        dry_run: fields.flag("DryRun")?,
    })
}
