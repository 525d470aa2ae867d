//! Who may call what: the identity policies of users and roles, evaluated at every call.
//!
//! Nothing is enforced until it is asked for. A user or a role that has a policy may do what its policies allow and nothing else; in an
//! account that [enforces](World::enforce_iam) IAM, one that has none may do nothing. Root users may do everything, as they have no
//! policies.
//!
//! ```text
//!  Request::asks ──► actions, resources, condition keys ──► policies of the caller ──► AccessDenied
//!                                                    keys ──► and the key's policy and grants (kms)
//! ```
//!
//! The rules are those of the IAM user guide, *Policy evaluation logic*: an explicit deny wins, else something must allow, for every
//! action and every resource that a call is about. What a call is about follows the service authorization reference: its resource
//! types, condition keys and dependent actions.
//!
//! Not modelled are session policies, permissions boundaries, policies of an organisation, policy variables, and operators on numbers,
//! dates and addresses. What the model cannot judge opens nothing: it never matches an allow and always a deny.

mod asks;
mod attached;
mod authorize;
mod condition;
mod context;
mod malformed;
mod pattern;
mod policy;

pub use asks::Asks;
pub(in crate::world) use attached::IdentityPolicies;
pub use attached::InvalidIdentityPolicy;
pub(in crate::world) use authorize::Why;
pub use context::Context;
pub use malformed::MalformedPolicy;
pub(in crate::world) use pattern::like;
pub use policy::{AccessRequest, Decision, Policy};
pub(in crate::world) use policy::{Named, names};

#[cfg(doc)]
use super::World;
