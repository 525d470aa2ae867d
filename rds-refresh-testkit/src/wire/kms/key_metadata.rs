use serde_json::{Value, json};

use crate::world::resource::Key;

use super::{epoch_seconds, without_nulls};

/// `KeyMetadata`, as `CreateKey` and `DescribeKey` answer it.
pub(super) fn key_metadata(key: &Key) -> Value {
    let region = key.arn.split(':').nth(3);
    let primary = json!({
        "MultiRegionKeyType": "PRIMARY",
        "PrimaryKey": { "Arn": key.arn, "Region": region },
        "ReplicaKeys": [],
    });
    let encrypts = key.usage == "ENCRYPT_DECRYPT";
    without_nulls(json!({
        "AWSAccountId": key.arn.split(':').nth(4),
        "KeyId": key.id,
        "Arn": key.arn,
        "CreationDate": epoch_seconds(key.created_at),
        "Enabled": key.state == "Enabled",
        "Description": key.description,
        "KeyUsage": key.usage,
        "KeyState": key.state,
        "DeletionDate": key.deletion_date.map(epoch_seconds),
        "Origin": "AWS_KMS",
        "KeyManager": key.manager.as_str(),
        "CustomerMasterKeySpec": key.spec,
        "KeySpec": key.spec,
        "EncryptionAlgorithms": encrypts.then(|| encryption_algorithms(&key.spec)),
        "SigningAlgorithms": (!encrypts).then_some(RSA_SIGNING),
        "MultiRegion": key.multi_region,
        "MultiRegionConfiguration": key.multi_region.then_some(primary),
    }))
}

fn encryption_algorithms(spec: &str) -> &'static [&'static str] {
    if spec == "SYMMETRIC_DEFAULT" { &["SYMMETRIC_DEFAULT"] } else { &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"] }
}

const RSA_SIGNING: &[&str] = &[
    "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384",
    "RSASSA_PKCS1_V1_5_SHA_512",
    "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384",
    "RSASSA_PSS_SHA_512",
];
