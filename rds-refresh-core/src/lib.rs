//! Refresh non-production Amazon RDS databases from production, across AWS accounts.
#![forbid(unsafe_code)]

mod amend;
#[cfg(feature = "aws")]
pub mod aws;
pub mod classify;
pub mod clock;
pub mod driver;
pub mod error;
pub mod fact;
pub mod ids;
pub mod machine;
pub mod plan;
pub mod ports;
pub mod request;
pub mod resource;
pub mod retry;
mod secret;
pub mod step;
pub mod steps;
mod time;
pub mod wait;
pub mod worker;

pub use amend::{AmendError, Touched};
pub use clock::Clock;
#[cfg(feature = "tokio")]
pub use clock::SystemClock;
pub use driver::{Driver, FileStore, MemoryStore, Store};
pub use error::{ErrorKind, StepError};
pub use fact::{Fact, Facts};
pub use ids::RunId;
pub use machine::{Action, Applied, Command, Event, EventKind, Machine, Outcome, Seen, State, StoredState, Verdict};
pub use plan::{Plan, PlanError};
pub use resource::{OnFailure, Resource, ResourceKind, Role};
pub use retry::RetryPolicy;
pub use secret::Secret;
pub use step::{Context, Needs, Progress, Record, Step, Undo};
pub use time::Timestamp;
pub use wait::WaitPolicy;
pub use worker::Worker;
