//! The ports on the AWS SDK, against an HTTP client that answers with what AWS would send: serialisation, parsing and error
//! metadata are the real SDK's.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[path = "../codes/mod.rs"]
mod codes;
mod connector;
mod samples;

mod destination_clusters;
mod destination_snapshots;
mod errors;
mod events;
mod inventory;
mod key_policies;
mod lost_answers;
mod once;
mod reads;
mod source_clusters;
mod source_keys;
mod source_snapshots;
mod temporary_instances;
