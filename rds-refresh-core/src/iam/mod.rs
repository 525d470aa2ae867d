//! The least-privilege IAM policy of a plan: exactly what its steps declare, narrowed to what one request is about.
//!
//! Every step, a step of your own included, declares [`Permission`](crate::permission::Permission)s in words of a refresh. A [`Scope`]
//! knows what these words mean for one side of one request, and [`policies`] writes the documents.
//!
//! ```
//! use std::sync::Arc;
//! use rds_refresh_core::{iam, ports::{Destination, Source}, steps};
//! # use rds_refresh_testkit::Stage;
//! # let stage = Stage::two_accounts(1);
//! # let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
//! # let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
//! # let request = stage.request("orders-staging").build()?;
//!
//! let (_, worker) = steps::refresh(&source, &destination).build()?;
//! let scope = iam::Scope::source(request.source());
//! for policy in iam::policies(worker.permissions().flat_map(|(_, asked)| asked), &scope)? {
//!     println!("{}", policy.to_json());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a policy can and cannot narrow
//!
//! - Names that carry a run's id are written with a wildcard in its place, behind as much of the source's name as every run keeps.
//! - What changes or removes something asks for the tag of ownership on it, what makes something asks to give it.
//! - KMS knows no aliases in resources: a key that the request names by alias is narrowed by `kms:ResourceAliases`.
//! - The source's request does not say which key the source is encrypted with: see [`Scope::with_source_key`].
//!
//! Actions, resource types and condition keys are those of the service authorization reference.

mod document;
mod scope;
mod write;

pub use document::{Conditions, Effect, MAX_POLICY_SIZE, PolicyDocument, PolicyTooLarge, Statement};
pub use scope::Scope;
pub use write::policies;
