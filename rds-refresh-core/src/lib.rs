//! Refresh non-production Amazon RDS databases from production, across AWS accounts.
#![forbid(unsafe_code)]

#[cfg(feature = "aws")]
pub mod aws;
pub mod classify;
pub mod clock;
pub mod error;
pub mod fact;
pub mod ids;
pub mod ports;
pub mod request;
pub mod resource;
mod secret;
mod time;

pub use clock::Clock;
pub use error::{ErrorKind, StepError};
pub use fact::{Fact, Facts};
pub use ids::RunId;
pub use resource::{OnFailure, Resource, ResourceKind, Role};
pub use secret::Secret;
pub use time::Timestamp;
