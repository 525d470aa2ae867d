use std::collections::BTreeMap;

use rds_refresh_core::Timestamp;
use serde::Serialize;

use super::Tags;

/// A KMS key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Key {
    /// `KeyId`.
    pub id: String,
    /// `Arn`.
    pub arn: String,
    /// Its aliases.
    pub aliases: Vec<Alias>,
    /// `Description`.
    pub description: String,
    /// `KeyManager`.
    pub manager: KeyManager,
    /// `KeyState`: `Enabled`, `Disabled`, `PendingDeletion`, ….
    pub state: String,
    /// `KeySpec`: `SYMMETRIC_DEFAULT` for a key that RDS can use.
    pub spec: String,
    /// `KeyUsage`: `ENCRYPT_DECRYPT` for a key that RDS can use.
    pub usage: String,
    /// `MultiRegion`. Such a key is a primary key without replicas.
    pub multi_region: bool,
    /// `Tags`.
    pub tags: Tags,
    /// `DeletionDate`, while it waits for its deletion.
    pub deletion_date: Option<Timestamp>,
    /// `CreationDate`.
    pub created_at: Timestamp,
    /// The key policy named `default`, as JSON text.
    pub policy: String,
    /// The policy that still decides, and until when, if a changed one has not spread yet.
    pub former_policy: Option<(String, Timestamp)>,
    /// The grants, in the order of their making.
    pub grants: Vec<Grant>,
}

/// A name of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alias {
    /// `AliasName`, as `alias/orders`.
    pub name: String,
    /// `CreationDate`.
    pub created_at: Timestamp,
    /// `LastUpdatedDate`: when it was made to name this key.
    pub updated_at: Timestamp,
}

/// Who manages a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum KeyManager {
    /// AWS, as `aws/rds`: what is encrypted with it cannot be shared.
    #[serde(rename = "AWS")]
    Aws,
    /// The customer.
    #[serde(rename = "CUSTOMER")]
    Customer,
}

impl KeyManager {
    /// The name as KMS spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Customer => "CUSTOMER",
        }
    }
}

/// A grant on a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// `KeyId`: the ARN of the key.
    pub key: String,
    /// `GrantId`: 64 hexadecimal digits.
    pub id: String,
    /// `GrantToken`, as `CreateGrant` answers it.
    pub token: String,
    /// `Name`.
    pub name: Option<String>,
    /// `GranteePrincipal`.
    pub grantee: String,
    /// `RetiringPrincipal`.
    pub retiring: Option<String>,
    /// `Operations`.
    pub operations: Vec<String>,
    /// `Constraints`.
    pub constraints: GrantConstraints,
    /// `IssuingAccount`, as the ARN of its root.
    pub issuer: String,
    /// `CreationDate`.
    pub created_at: Timestamp,
    /// When it has spread: it neither shows nor counts before.
    pub effective_from: Timestamp,
}

impl Grant {
    /// Its key in a listing: the oldest comes first.
    pub(crate) fn listed_by(&self) -> String {
        format!("{} {}", self.created_at, self.id)
    }
}

/// What the encryption context of a cryptographic operation must hold for a grant to allow it.
///
/// What the model does with a key has no encryption context: a grant with either constraint allows it nothing but what is no
/// cryptographic operation, as `DescribeKey`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GrantConstraints {
    /// `EncryptionContextSubset`: these pairs, and perhaps others.
    pub subset: BTreeMap<String, String>,
    /// `EncryptionContextEquals`: these pairs and no others.
    pub equals: BTreeMap<String, String>,
}
