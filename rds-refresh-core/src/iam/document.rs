use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The most characters of a managed policy, white space aside (IAM user guide, IAM and AWS STS quotas).
pub const MAX_POLICY_SIZE: usize = 6_144;

/// An IAM policy document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyDocument {
    /// The version of the policy language.
    pub version: String,
    /// What it says.
    pub statement: Vec<Statement>,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// Its name, unique in its policy: letters and digits.
    pub sid: String,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// The actions, sorted.
    pub action: Vec<String>,
    /// The ARNs, sorted; `*` and `?` are wildcards.
    pub resource: Vec<String>,
    /// What must hold.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub condition: Conditions,
}

/// Values by operator and condition key.
pub type Conditions = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

impl PolicyDocument {
    pub(super) fn new(statement: Vec<Statement>) -> Self {
        Self { version: "2012-10-17".into(), statement }
    }

    /// Its size as IAM counts it.
    #[must_use]
    pub fn size(&self) -> usize {
        // Maps of texts always serialise.
        serde_json::to_string(self).map_or(usize::MAX, |text| text.chars().filter(|c| !c.is_whitespace()).count())
    }

    /// The document as indented JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// A statement that by itself is larger than a policy may be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the statement {sid} alone takes {size} characters, and IAM allows {MAX_POLICY_SIZE} for a policy: split what the step declares"
)]
pub struct PolicyTooLarge {
    /// The statement.
    pub sid: String,
    /// The size of a policy with only this statement.
    pub size: usize,
}
