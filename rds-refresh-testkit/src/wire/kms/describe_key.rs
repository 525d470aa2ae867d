use serde_json::{Value, json};

use crate::world::ApiError;
use crate::world::ops::DescribeKey;
use crate::world::resource::Key;

use super::{Fields, Json, epoch_seconds};

impl Json for DescribeKey {
    fn read(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self { key: fields.required("KeyId")? })
    }

    fn write(&self, answer: &Key) -> Value {
        json!({ "KeyMetadata": {
            "AWSAccountId": answer.arn.split(':').nth(4),
            "KeyId": answer.id,
            "Arn": answer.arn,
            "CreationDate": epoch_seconds(answer.created_at),
            "Enabled": answer.state == "Enabled",
            "Description": answer.description,
            "KeyUsage": "ENCRYPT_DECRYPT",
            "KeyState": answer.state,
            "Origin": "AWS_KMS",
            "KeyManager": answer.manager.as_str(),
            "CustomerMasterKeySpec": answer.spec,
            "KeySpec": answer.spec,
            "EncryptionAlgorithms": [answer.spec],
            "MultiRegion": false,
        }})
    }
}
