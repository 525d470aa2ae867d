//! A deterministic model of Amazon RDS and KMS with simulated time, for testing RDS automation before it sees AWS.
#![forbid(unsafe_code)]

pub mod clock;
mod fake;
mod ports;
pub mod timing;
pub mod wire;
pub mod world;

pub use clock::VirtualClock;
pub use fake::Fake;
pub use ports::{FakeDestination, FakeSource};
pub use timing::Timing;
pub use world::{ApiError, Caller, SourceCluster, Stage, Switches, TwoAccounts, World};
