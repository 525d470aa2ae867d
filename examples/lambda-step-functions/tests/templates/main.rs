//! The `CloudFormation` templates: their policies say what the plans declare, and no more.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod policies;
mod requests;
mod rules;
mod template;
