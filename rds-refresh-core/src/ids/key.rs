use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{AccountId, Arn, InvalidValue, Region, checked_string};

/// The ARN of a KMS key, as RDS reports it: `arn:aws:kms:eu-west-1:111111111111:key/…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyArn(Arn);

impl KeyArn {
    /// The account that owns the key.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.0.account
    }

    /// The key's Region.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.0.region
    }
}

impl std::fmt::Display for KeyArn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for KeyArn {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        text.parse::<Arn>()
            .ok()
            .filter(|arn| arn.service == "kms" && arn.resource.len() > 4 && arn.resource.starts_with("key/"))
            .map(Self)
            .ok_or_else(|| {
                InvalidValue::new("KMS key ARN", text, "a key ARN, as arn:aws:kms:eu-west-1:111111111111:key/1234abcd-…")
            })
    }
}

impl TryFrom<String> for KeyArn {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<KeyArn> for String {
    fn from(key: KeyArn) -> Self {
        key.to_string()
    }
}

/// A KMS key as a person names it: key id, key ARN, `alias/name` or alias ARN.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyRef(String);

checked_string!(KeyRef);

impl KeyRef {
    /// The ARN, if this names the key (or its alias) by ARN.
    #[must_use]
    pub fn arn(&self) -> Option<Arn> {
        self.0.parse().ok()
    }
}

impl From<KeyArn> for KeyRef {
    fn from(key: KeyArn) -> Self {
        Self(key.to_string())
    }
}

impl FromStr for KeyRef {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let word = |text: &str, more: &str| {
            (1..=256).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || more.as_bytes().contains(&b))
        };
        let legal = if text.starts_with("arn:") {
            text.parse::<Arn>()
                .is_ok_and(|arn| arn.service == "kms" && (arn.resource.starts_with("key/") || arn.resource.starts_with("alias/")))
        } else if let Some(alias) = text.strip_prefix("alias/") {
            word(alias, "-_/")
        } else {
            word(text, "-")
        };
        if legal {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::new("KMS key", text, "a key id, a key ARN, alias/name or an alias ARN"))
        }
    }
}
