use async_trait::async_trait;

use crate::StepError;
use crate::ids::{AccountId, KeyArn};

/// Reads the key that the source is encrypted with; makes, reads and revokes grants on it. It cannot change a key's policy.
#[async_trait]
pub trait SourceKeys: Send + Sync {
    /// `DescribeKey`.
    async fn describe_key(&self, key: &KeyArn) -> Result<Option<Key>, StepError>;

    /// `GetKeyPolicy`: the default policy's JSON text. Only the key's own account may read it.
    async fn key_policy(&self, key: &KeyArn) -> Result<String, StepError>;

    /// `ListGrants`: the grants of a key with the given name. KMS may not show a new one for five minutes.
    async fn grants_named(&self, key: &KeyArn, name: &str) -> Result<Vec<Grant>, StepError>;

    /// `CreateGrant`. A second call with the same parameters makes no second grant.
    async fn create_grant(&self, request: &CreateGrant) -> Result<Grant, StepError>;

    /// `RevokeGrant`. Succeeds if the grant is gone already.
    async fn revoke_grant(&self, key: &KeyArn, grant_id: &str) -> Result<(), StepError>;
}

/// A KMS key, as `DescribeKey` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key's ARN.
    pub arn: KeyArn,
    /// `KeyState`, as KMS spells it: `Enabled`, `Disabled`, `PendingDeletion`, ….
    pub state: String,
    /// `KeyManager`.
    pub manager: KeyManager,
    /// `KeySpec`: `SYMMETRIC_DEFAULT` for a key that RDS can use.
    pub spec: String,
}

/// Who manages a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyManager {
    /// AWS, as `aws/rds`: nothing encrypted with it can be shared.
    Aws,
    /// The customer.
    Customer,
}

/// The parameters of `CreateGrant`. The grantee principal is the account's root, and the operations are the ones that a copy in
/// that account needs: `Decrypt`, `DescribeKey`, `ReEncryptFrom`, `GenerateDataKey`, `GenerateDataKeyWithoutPlaintext`,
/// `CreateGrant` (RDS user guide, sharing an encrypted snapshot).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateGrant {
    /// The key.
    pub key: KeyArn,
    /// The account that may use it.
    pub grantee: AccountId,
    /// The grant's name: what it is found and revoked by.
    pub name: String,
}

/// A grant, as `ListGrants` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// `GrantId`.
    pub id: String,
    /// `Name`.
    pub name: String,
    /// `GranteePrincipal`: an ARN, or a bare account id or unique id as KMS stores it.
    pub grantee: String,
}

impl CreateGrant {
    /// The `Operations` of the grant, as KMS spells them.
    pub const OPERATIONS: [&str; 6] =
        ["Decrypt", "DescribeKey", "ReEncryptFrom", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "CreateGrant"];

    /// The `GranteePrincipal`: the account's root, in the key's partition.
    #[must_use]
    pub fn grantee_principal(&self) -> String {
        format!("arn:{}:iam::{}:root", self.key.region().partition(), self.grantee)
    }
}
