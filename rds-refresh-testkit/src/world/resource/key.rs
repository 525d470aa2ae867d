use rds_refresh_core::Timestamp;
use serde::Serialize;

/// A KMS key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Key {
    /// `KeyId`.
    pub id: String,
    /// `Arn`.
    pub arn: String,
    /// Its aliases, as `alias/orders`.
    pub aliases: Vec<String>,
    /// `Description`.
    pub description: String,
    /// `KeyManager`.
    pub manager: KeyManager,
    /// `KeyState`: `Enabled`, `Disabled`, `PendingDeletion`, ….
    pub state: String,
    /// `KeySpec`: `SYMMETRIC_DEFAULT` for a key that RDS can use.
    pub spec: String,
    /// `CreationDate`.
    pub created_at: Timestamp,
    /// The key policy named `default`, as JSON text.
    pub policy: String,
    /// The policy that still decides, and until when, if a changed one has not spread yet.
    pub former_policy: Option<(String, Timestamp)>,
    /// The grants, in the order of their making.
    pub grants: Vec<Grant>,
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
    /// `IssuingAccount`, as the ARN of its root.
    pub issuer: String,
    /// `CreationDate`.
    pub created_at: Timestamp,
    /// When it has spread: it neither shows nor counts before.
    pub effective_from: Timestamp,
}
