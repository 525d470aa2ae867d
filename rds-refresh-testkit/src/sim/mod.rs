//! Whole refreshes under faults and crashes, from a seed.
//!
//! A [`Simulation`] furnishes two accounts, draws a request, a fault script and a fate for every process, and lets the real driver of
//! `rds-refresh-core` run the real steps on the fake until everything has ended. What happened is a [`Record`]; the
//! [invariants](crate::invariant) look at it. The same seed gives the same record, byte for byte.
//!
//! ```
//! use rds_refresh_testkit::invariant;
//! use rds_refresh_testkit::sim::Simulation;
//!
//! let record = Simulation::drawn(7).run();
//! assert_eq!(invariant::check(&record), []);
//! ```
//!
//! ```text
//!  Simulation ──► Executor ──polls──► processes: drivers of runs, people who cancel and nudge
//!                    │                   │ SimStore, FakeSource, FakeDestination
//!                    │                   ▼
//!                    │                 Life: at each point a process may yield, hang, be suspended, or die
//!                    └──► VirtualClock: moves when everybody sleeps
//! ```
//!
//! A point lies before and after every call to an account and every operation of the store. A process that dies is dropped where it
//! stands, with the call that was out, and another one takes its run up.

mod chance;
mod clock;
mod courier;
mod executor;
mod life;
mod operator;
mod parts;
mod plan;
mod process;
mod record;
mod scene;
mod seen;
mod setting;
mod simulation;
mod store;
mod table;
mod trail;

pub use parts::{Parts, Site};
pub use record::{CopySeen, Figures, Part, Record, RunRecord};
pub use simulation::Simulation;
pub use table::CrashTable;
