//! Key policies: what they let another account do with a key, and how to let it do more.
//!
//! A [`Policy`] answers [one call](KeyCall) at a time, statement by statement, with the condition keys that really are in the context
//! of that call. Whatever cannot be known from here, as a condition on the tags of a role, is [`Access::Unsure`] and says why.
//!
//! [`allow_destination`] and [`revoke_destination`] edit a policy's text, and [`PolicyChange`] takes the edited text to KMS without
//! overwriting what somebody else wrote meanwhile. Runs do not need either: they make grants.
//!
//! ```
//! use rds_refresh_core::ids::{AccountId, KeyArn};
//! use rds_refresh_core::key_policy::{Policy, allow_destination};
//!
//! let key: KeyArn = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd".parse()?;
//! let destination: AccountId = "222222222222".parse()?;
//! let before = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"kms:*","Resource":"*"}}"#;
//! assert!(!Policy::parse(before)?.lets_copy(&key, &destination));
//!
//! let edited = allow_destination(before, &key, &destination)?;
//! println!("{}", edited.diff);
//! assert!(Policy::parse(&edited.policy)?.lets_copy(&key, &destination));
//! assert!(!allow_destination(&edited.policy, &key, &destination)?.changed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The rules are those of the IAM user guide (policy evaluation, condition operators, principals) and of the KMS developer guide (key
//! policies, condition keys); what a copy needs is the RDS user guide's, sharing an encrypted snapshot.

mod call;
mod change;
mod condition;
mod diff;
mod edit;
mod evaluate;
mod pattern;
mod pieces;
mod statement;

pub use call::KeyCall;
pub use change::{ChangeError, KeyPolicies, PolicyChange};
pub use diff::Diff;
pub use edit::{EditError, Edited, MAX_KEY_POLICY_SIZE, allow_destination, revoke_destination};
pub use evaluate::{Access, Policy};
pub(crate) use pattern::like;
pub use statement::MalformedPolicy;
