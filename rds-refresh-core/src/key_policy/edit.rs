use serde_json::{Value, json};

use super::call::KeyCall;
use super::diff::Diff;
use super::evaluate::{Access, Policy};
use super::pieces::Pieces;
use super::statement::{MalformedPolicy, texts};
use crate::ids::{AccountId, KeyArn};

/// The most bytes of a key policy (KMS developer guide, resource quotas).
pub const MAX_KEY_POLICY_SIZE: usize = 32_768;

/// An edited policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The policy's text: as it was, if nothing changes.
    pub policy: String,
    /// Whether anything changes.
    pub changed: bool,
    /// What changes.
    pub diff: Diff,
}

/// Why a policy is not edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// It cannot be read.
    #[error(transparent)]
    Malformed(#[from] MalformedPolicy),
    /// The key is the account's own.
    #[error("account {0} owns the key: its policy needs no statement for its own account")]
    OwnAccount(AccountId),
    /// A statement has one of our names and says something that we never wrote.
    #[error("the statement {0:?} is not as it was written: somebody changed it, so look at it yourself and rename or remove it")]
    Foreign(String),
    /// Nobody of the key's account could change the policy again.
    #[error("account {account} could not change the policy again: {why}")]
    LockOut {
        /// The key's account.
        account: AccountId,
        /// Which statement is in the way, or that none allows it.
        why: String,
    },
    /// The edited policy is too long for KMS.
    #[error("the policy would have {0} bytes, and KMS allows {MAX_KEY_POLICY_SIZE}")]
    TooLong(usize),
}

/// Adds the two statements with which an account can copy snapshots that are encrypted with the key: one for its use, without a
/// condition, and one for grants, with `kms:GrantIsForAWSResource`, which is in the context of grants only. The principal is the
/// account's root, so the account's own IAM policies decide who of it.
///
/// All else stays as it is written, byte for byte. Statements of ours are known by their Sids, so a second edit changes nothing.
pub fn allow_destination(policy: &str, key: &KeyArn, account: &AccountId) -> Result<Edited, EditError> {
    if account == key.account() {
        return Err(EditError::OwnAccount(account.clone()));
    }
    edit(policy, key, account, &[using(key, account), granting(key, account)])
}

/// Takes the statements of [`allow_destination`] out again. All else stays as it is written, also such statements as allow the account
/// something.
pub fn revoke_destination(policy: &str, key: &KeyArn, account: &AccountId) -> Result<Edited, EditError> {
    edit(policy, key, account, &[])
}

fn edit(text: &str, key: &KeyArn, account: &AccountId, wanted: &[Value]) -> Result<Edited, EditError> {
    Policy::parse(text)?;
    let pieces = Pieces::cut(text)?;
    let mut diff = Diff::default();
    let mut missing = wanted.to_vec();
    let mut kept = Vec::new();
    for (index, written) in pieces.statements().enumerate() {
        let statement: Value = serde_json::from_str(written).map_err(|_| MalformedPolicy("it is not JSON"))?;
        if !is_named_as_ours(&statement, account) {
            kept.push(index);
        } else if let Some(same) = missing.iter().position(|wanted| *wanted == statement) {
            missing.remove(same);
            kept.push(index);
        } else if is_only_for(&statement, account) {
            diff.remove(written);
        } else {
            return Err(EditError::Foreign(sid(&statement).to_owned()));
        }
    }
    for statement in &missing {
        diff.add(statement);
    }
    if diff.is_empty() {
        return Ok(Edited { policy: text.to_owned(), changed: false, diff });
    }
    let policy = pieces.join(&kept, &missing);
    refuse_lock_out(&Policy::parse(&policy)?, key)?;
    if policy.len() > MAX_KEY_POLICY_SIZE {
        return Err(EditError::TooLong(policy.len()));
    }
    Ok(Edited { policy, changed: true, diff })
}

/// KMS checks the same for whoever calls `PutKeyPolicy` (`BypassPolicyLockoutSafetyCheck`); this is for everybody else of the account.
fn refuse_lock_out(policy: &Policy, key: &KeyArn) -> Result<(), EditError> {
    let account = key.account();
    let why = match policy.decide(&KeyCall::direct("PutKeyPolicy", key, account)) {
        // A statement for one role, or under a condition, is enough: somebody can.
        Access::Allowed { .. } | Access::Unsure { .. } => return Ok(()),
        Access::Denied { by } => format!("statement {by} denies it"),
        Access::Silent { .. } => "no statement allows kms:PutKeyPolicy".to_owned(),
    };
    Err(EditError::LockOut { account: account.clone(), why })
}

const USE: &str = "RdsRefreshUseBy";
const GRANT: &str = "RdsRefreshGrantsBy";

fn using(key: &KeyArn, account: &AccountId) -> Value {
    json!({
        "Sid": format!("{USE}{account}"),
        "Effect": "Allow",
        "Principal": { "AWS": root(key, account) },
        "Action": [
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
        ],
        "Resource": "*",
    })
}

fn granting(key: &KeyArn, account: &AccountId) -> Value {
    json!({
        "Sid": format!("{GRANT}{account}"),
        "Effect": "Allow",
        "Principal": { "AWS": root(key, account) },
        "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
        "Resource": "*",
        "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } },
    })
}

fn root(key: &KeyArn, account: &AccountId) -> String {
    format!("arn:{}:iam::{account}:root", key.region().partition())
}

fn sid(statement: &Value) -> &str {
    statement.get("Sid").and_then(Value::as_str).unwrap_or_default()
}

fn is_named_as_ours(statement: &Value, account: &AccountId) -> bool {
    [USE, GRANT].iter().any(|name| sid(statement).strip_prefix(name) == Some(account.as_str()))
}

/// Whether it allows something to this account and to nobody else, so that nobody else can miss it.
fn is_only_for(statement: &Value, account: &AccountId) -> bool {
    let Some(kinds) = statement.get("Principal").and_then(Value::as_object) else { return false };
    let principals = kinds.get("AWS").and_then(|principals| texts(principals).ok()).unwrap_or_default();
    let is_account = |principal: &String| principal == account.as_str() || principal.ends_with(&format!(":iam::{account}:root"));
    statement["Effect"] == "Allow" && kinds.len() == 1 && !principals.is_empty() && principals.iter().all(is_account)
}
