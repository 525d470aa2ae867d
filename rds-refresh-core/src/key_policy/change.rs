use async_trait::async_trait;
use serde_json::Value;

use super::edit::{EditError, Edited, allow_destination, revoke_destination};
use crate::ids::{AccountId, KeyArn};
use crate::{ErrorKind, StepError};

/// Reads and replaces the policy of a key of one's own account. No step has this port: runs change keys by grants only.
#[async_trait]
pub trait KeyPolicies: Send + Sync {
    /// `GetKeyPolicy`: the default policy's JSON text.
    async fn get_key_policy(&self, key: &KeyArn) -> Result<String, StepError>;

    /// `PutKeyPolicy` of the default policy, with KMS's own check against a lock-out of the caller.
    async fn put_key_policy(&self, key: &KeyArn, policy: &str) -> Result<(), StepError>;
}

/// An edit of a key's policy that is not written yet: to be shown, and then [applied](Self::apply) or dropped.
///
/// KMS knows no conditional write. So the policy is read again just before it is written, and read back after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyChange {
    key: KeyArn,
    before: String,
    edited: Edited,
}

/// Why a policy was not changed, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// The edit is refused. Nothing was written.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// A call failed.
    #[error(transparent)]
    Call(#[from] StepError),
    /// Somebody changed the policy between reading and writing. Nothing was written.
    #[error("somebody changed the policy of {0} meanwhile: nothing was written. Start again")]
    Changed(KeyArn),
    /// What is read back is not what was written.
    #[error("the policy of {0} is not what was written: somebody writes it at the same time, so look at it")]
    NotWritten(KeyArn),
}

impl PolicyChange {
    /// Reads the policy and edits it as [`allow_destination`] does. Writes nothing.
    pub async fn allow(policies: &dyn KeyPolicies, key: &KeyArn, account: &AccountId) -> Result<Self, ChangeError> {
        let before = policies.get_key_policy(key).await?;
        let edited = allow_destination(&before, key, account)?;
        Ok(Self { key: key.clone(), before, edited })
    }

    /// Reads the policy and edits it as [`revoke_destination`] does. Writes nothing.
    pub async fn revoke(policies: &dyn KeyPolicies, key: &KeyArn, account: &AccountId) -> Result<Self, ChangeError> {
        let before = policies.get_key_policy(key).await?;
        let edited = revoke_destination(&before, key, account)?;
        Ok(Self { key: key.clone(), before, edited })
    }

    /// The edit.
    #[must_use]
    pub fn edited(&self) -> &Edited {
        &self.edited
    }

    /// Writes the edited policy, if it changes anything and is still the one that was read, and reads it back. Answers whether
    /// anything was written.
    pub async fn apply(&self, policies: &dyn KeyPolicies) -> Result<bool, ChangeError> {
        if !self.edited.changed {
            return Ok(false);
        }
        if !says_the_same(&policies.get_key_policy(&self.key).await?, &self.before) {
            return Err(ChangeError::Changed(self.key.clone()));
        }
        match policies.put_key_policy(&self.key, &self.edited.policy).await {
            // Whether it arrived is what reading back shows.
            Err(error) if error.kind() != ErrorKind::UnknownOutcome => return Err(error.into()),
            _ => {}
        }
        if says_the_same(&policies.get_key_policy(&self.key).await?, &self.edited.policy) {
            Ok(true)
        } else {
            Err(ChangeError::NotWritten(self.key.clone()))
        }
    }
}

/// Whether two texts are the same policy: KMS may write lists of one as texts, and sort what has no order.
fn says_the_same(one: &str, other: &str) -> bool {
    match (serde_json::from_str::<Value>(one), serde_json::from_str::<Value>(other)) {
        (Ok(one), Ok(other)) => normal(one) == normal(other),
        _ => one == other,
    }
}

fn normal(value: Value) -> Value {
    match value {
        Value::Array(mut values) if values.len() == 1 => normal(values.remove(0)),
        Value::Array(values) => {
            let mut values: Vec<Value> = values.into_iter().map(normal).collect();
            values.sort_by_key(Value::to_string);
            Value::Array(values)
        }
        Value::Object(entries) => Value::Object(entries.into_iter().map(|(name, value)| (name, normal(value))).collect()),
        value => value,
    }
}
