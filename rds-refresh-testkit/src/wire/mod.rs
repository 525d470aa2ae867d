//! The model behind the protocols of AWS: AWS Query for RDS and STS, JSON for KMS.
//!
//! [`WireService`] answers HTTP requests, whoever carries them. With the feature `aws`, the SDK's own clients reach it without a
//! socket:
//!
//! ```text
//! aws_sdk_rds::Client ── HTTP request ──► connector ──► WireService ──► World
//! ```

mod auth;
#[cfg(feature = "aws")]
mod connector;
mod ec2;
mod kms;
mod message;
mod query;
mod rds;
mod refusal;
mod request_id;
#[cfg(feature = "aws")]
mod sdk;
mod service;
mod sts;
mod xml;

pub use auth::AccessKey;
pub use message::{WireRequest, WireResponse};
pub use service::WireService;
