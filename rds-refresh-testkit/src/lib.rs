//! A deterministic model of Amazon RDS and KMS with simulated time, for testing RDS automation before it sees AWS.
//!
//! The real `aws-sdk-rds` and `aws-sdk-kms` clients talk to it, without a socket and without waiting:
//!
//! ```
//! use rds_refresh_testkit::Stage;
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Two accounts with keys, networks and a production cluster, drawn from a seed.
//! let stage = Stage::two_accounts(1);
//! let rds = aws_sdk_rds::Client::new(&stage.fake.sdk_config(&stage.source.account, &stage.source.region));
//!
//! let create = rds.create_db_cluster_snapshot().db_cluster_identifier(&stage.cluster).db_cluster_snapshot_identifier("mine");
//! create.send().await?;
//! let status = || async {
//!     let described = rds.describe_db_cluster_snapshots().db_cluster_snapshot_identifier("mine").send().await?;
//!     Ok::<_, aws_sdk_rds::Error>(described.db_cluster_snapshots()[0].status().unwrap_or_default().to_owned())
//! };
//! assert_eq!(status().await?, "creating");
//! stage.advance(Duration::from_hours(1));
//! assert_eq!(status().await?, "available");
//! # Ok(())
//! # }
//! ```
//!
//! # What is modelled
//! - **Time.** A [`VirtualClock`] stands still until somebody advances it. Every status lasts as long as it would on AWS, as a function of
//!   the data's size ([`Timing`]), with progress in percent. The same seed gives the same run, byte for byte.
//! - **Accounts and Regions.** What one account sees of another's snapshots, and when.
//! - **Keys.** Policies and grants are evaluated at every use; a copy fails if its key or share goes away meanwhile.
//! - **Rules.** Identifiers, the states in which a call is legal, quotas, inherited tags and the other dangerous defaults, the error codes on
//!   the wire. Where AWS's documents disagree, there is a switch ([`Switches`]).
//!
//! [`world::Operation`] lists the operations. What is not among them answers as an unknown action does.
//!
//! # What is not
//! It is no database: nothing listens for SQL. IAM policies are not evaluated: what a key's policy leaves to an account, all of its roles may
//! do. Signatures are checked for account, Region, service and date, and not for their HMAC.
//!
//! # The doors
//! | door | for | how |
//! |---|---|---|
//! | the model | rules of one's own | [`Fake::call`] with a request of [`world::ops`] |
//! | the ports | steps of `rds-refresh-core` | [`Fake::source`], [`Fake::destination`] |
//! | the SDK | anything that uses the AWS SDK for Rust | `Fake::sdk_config`, with the feature `aws` |
//!
//! [`World::journal`] tells what was called and what took effect, [`World::to_json`] everything that exists.
#![forbid(unsafe_code)]

pub mod clock;
mod fake;
pub mod fault;
pub mod invariant;
mod ports;
#[cfg(feature = "server")]
pub mod server;
pub mod sim;
pub mod timing;
pub mod wire;
pub mod world;

pub use clock::VirtualClock;
pub use fake::Fake;
pub use ports::{FakeDestination, FakeSource, Gate};
pub use timing::Timing;
pub use world::{ApiError, Caller, SourceCluster, Stage, Switches, TwoAccounts, World};
