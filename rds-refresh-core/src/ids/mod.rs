//! Names and numbers that AWS gives to things: parsed once, right ever after.
//!
//! Grammars and lengths are those of the RDS API reference (`CreateDBCluster`, `CreateDBSnapshot`, …), the IAM user guide's page on
//! ARNs and the KMS API reference. RDS stores identifiers in lower case, so parsing lowers them.

mod account;
mod arn;
mod identifier;
mod key;
mod region;
mod run;

pub use account::AccountId;
pub use arn::{Arn, SnapshotArn};
pub use identifier::{DbIdentifier, DbSnapshotIdentifier};
pub use key::{KeyArn, KeyRef};
pub use region::{Partition, Region};
pub use run::RunId;

/// A value that breaks the rule of its kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a valid {what}: it must be {rule}")]
pub struct InvalidValue {
    /// What the value should have been, as "account id".
    pub what: &'static str,
    /// The value as it was given.
    pub value: String,
    /// The rule it breaks, to be read after "it must be".
    pub rule: &'static str,
}

impl InvalidValue {
    pub(crate) fn new(what: &'static str, value: &str, rule: &'static str) -> Self {
        // A pasted page must not fill a log.
        Self { what, value: value.chars().take(300).collect(), rule }
    }
}

/// The conversions of a newtype over a checked `String`, given that it implements `FromStr`.
macro_rules! checked_string {
    ($name:ident) => {
        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::ids::InvalidValue;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}
pub(crate) use checked_string;
