//! Refreshes on AWS Lambda and Step Functions, in two accounts.
//!
//! ```text
//!  source account                                   destination account
//!  ┌─────────────────────────┐  SUCCEEDED, by rule   ┌─────────────────────────┐
//!  │ state machine: source   ├──────────────────────►│ starter ► state machine:│
//!  │   task ► tick ► RDS     │                       │   destination ► tick    │
//!  └───────────┬─────────────┘                       └───────────┬─────────────┘
//!              ▼ SUCCEEDED                                       │ acknowledgement, by rule
//!  starter ► state machine: settle ◄──── starter ◄───────────────┘
//! ```
//!
//! One function in four roles. A *tick* takes a state, makes a few calls, and answers with the new state and what to wait for; Step Functions
//! keeps the state and waits. The *starter* starts executions, from events that it does not trust.
//!
//! Without the feature `lambda` there are only the [definitions](definition) of the state machines, and what they and their tick
//! [say to each other](protocol).
#![forbid(unsafe_code)]

#[cfg(feature = "lambda")]
mod clock;
pub mod definition;
pub mod errors;
#[cfg(feature = "lambda")]
pub mod function;
pub mod limits;
mod mode;
#[cfg(feature = "lambda")]
mod notice;
#[cfg(feature = "lambda")]
mod planners;
pub mod protocol;
#[cfg(feature = "lambda")]
mod refusal;
#[cfg(feature = "lambda")]
pub mod starter;
#[cfg(feature = "lambda")]
pub mod tick;

pub use definition::StateMachine;
#[cfg(feature = "lambda")]
pub use function::serve;
pub use mode::{Mode, UnknownMode};
#[cfg(feature = "lambda")]
pub use planners::Planners;
pub use protocol::{Begin, Heard, Input, Is, Next, Notice, Output, Start};
#[cfg(feature = "lambda")]
pub use refusal::Refusal;
#[cfg(feature = "lambda")]
pub use tick::Program;
