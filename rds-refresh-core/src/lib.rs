//! Refresh non-production Amazon RDS databases from production, across AWS accounts, under any orchestrator.
//!
//! For an encrypted Multi-AZ DB cluster (PostgreSQL, MySQL) there is no direct way into another account. The known way is seven steps over
//! two accounts, and takes an hour to a day. Here it is a value: the whole progress of a refresh is one small serialisable [`State`], a pure
//! [`Machine`] says what to do next, and everything that waits, calls AWS or stores something is outside.
//!
//! ```
//! use std::sync::Arc;
//! use rds_refresh_core::{Driver, MemoryStore, Verdict, ports::{Destination, Source}, steps};
//! use rds_refresh_testkit::Stage;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Two accounts on a fake, in simulated time. On AWS: `AwsSource`, `AwsDestination` and `SystemClock`.
//! let stage = Stage::two_accounts(1);
//! let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
//! let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
//! let clock = Arc::new(stage.fake.clock().clone());
//!
//! let (machine, worker) = steps::refresh(&source, &destination).build()?;
//! let driver = Driver::new(machine, worker, Arc::new(MemoryStore::new()), clock);
//!
//! let request = stage.request("orders-staging").build()?;
//! let on_failure = request.on_failure();
//! let outcome = driver.start("nightly".parse()?, request.into_facts()?, on_failure).await?;
//! assert_eq!(outcome.verdict, Verdict::Succeeded);
//! # Ok(())
//! # }
//! ```
//!
//! # Where to find what
//!
//! | you want to … | look at |
//! |---|---|
//! | say what is to be refreshed | [`request`] |
//! | take the steps as they are, or write a plan of your own | [`steps`], [`Plan`] |
//! | put a step of your own into it, as masking | [`Step`], [`Fact`] |
//! | show what a run is going to do, before it does anything | [`Worker::preview`] |
//! | run it in your program | [`Driver`], [`Store`], [`Clock`] |
//! | run it under another orchestrator | [`machine`]: `command`, `apply`, and three arms |
//! | reach AWS | `aws`, a feature: `AwsSource` and `AwsDestination` |
//! | find what would fail before anything is made | [`preflight`] |
//! | write the least-privilege policy of a plan | [`iam`], [`permission`] |
//! | know and change what a key's policy lets another account do | [`key_policy`] |
//! | find and remove what runs left behind | [`sweep`] |
//! | know whose a resource is | [`resource`], [`ports::Owned`] |
//! | know what an error asks for | [`StepError`], [`classify`](mod@classify) |
//! | tell people what to do about a run that has stopped | [`Outcome::advice`], [`Upkeep`] |
//!
//! # Features
//!
//! | feature | default | gives |
//! |---|---|---|
//! | `aws` | yes | adapters on `aws-sdk-rds` and `aws-sdk-kms`; TLS and credentials come with your own `SdkConfig` |
//! | `tokio` | yes | `SystemClock`: the system's time, and tokio's timer |
//! | `ec2` | no | with `aws`: the [preflight] asks EC2 for security groups. It adds no crate |
//! | `backoff` | no | conversions of [`RetryPolicy`] from and to the types of the crate `backoff`, which is unmaintained |
//!
//! Without them the crate has no runtime, no HTTP client and no SDK in its tree. No feature changes what another part does.
#![forbid(unsafe_code)]

mod amend;
#[cfg(feature = "aws")]
pub mod aws;
pub mod classify;
pub mod clock;
pub mod driver;
pub mod error;
pub mod fact;
pub mod iam;
pub mod ids;
pub mod key_policy;
pub mod machine;
pub mod permission;
pub mod plan;
pub mod ports;
pub mod preflight;
pub mod preview;
pub mod request;
pub mod resource;
pub mod retry;
mod secret;
pub mod step;
pub mod steps;
pub mod sweep;
mod time;
pub mod wait;
pub mod worker;

pub use amend::{AmendError, Touched};
pub use clock::Clock;
#[cfg(feature = "tokio")]
pub use clock::SystemClock;
pub use driver::{DriveError, Driver, FileStore, MemoryStore, Store};
pub use error::{ErrorKind, StepError};
pub use fact::{Fact, Facts};
pub use ids::RunId;
pub use machine::{Action, Applied, Command, Event, EventKind, Machine, Outcome, Seen, State, StoredState, Verdict};
pub use plan::{Plan, PlanError};
pub use preview::{Forecast, Preview};
pub use resource::{OnFailure, Resource, ResourceKind, Role, Upkeep};
pub use retry::RetryPolicy;
pub use secret::Secret;
pub use step::{Context, Needs, Progress, Record, Step, Undo};
pub use time::Timestamp;
pub use wait::WaitPolicy;
pub use worker::Worker;
