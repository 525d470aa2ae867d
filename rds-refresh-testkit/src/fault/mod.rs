//! What can go wrong, said in advance: faults of the services, of the network, and of other people.
//!
//! A [`FaultScript`] is plain data, for a test in Rust and for the control API's JSON alike. [`World::arm`](crate::World::arm) puts one in
//! force; from then on [`World::call`](crate::World::call), through which every door goes, asks it about each call. The same script
//! on the same seed strikes the same calls.
//!
//! ```
//! use rds_refresh_testkit::Stage;
//! use rds_refresh_testkit::fault::{Calls, Effect, Failure, Fault, FaultScript, Strike};
//! use rds_refresh_testkit::world::{Operation, ops::CreateDbClusterSnapshot};
//!
//! let stage = Stage::two_accounts(1);
//! // The first snapshot is made, and nobody hears of it.
//! let lost = Strike::Unanswered { failure: Failure::Timeout, effect: Effect::Done };
//! let script = FaultScript::new().with(Fault::new(Calls::of(Operation::CreateDbClusterSnapshot), lost));
//! stage.fake.world().arm(script);
//!
//! let create = CreateDbClusterSnapshot { identifier: "mine".into(), cluster: stage.cluster.clone(), ..Default::default() };
//! assert!(stage.fake.call(&stage.source, &create).unwrap_err().is_silence());
//! let world = stage.fake.world();
//! let entry = world.journal().last().unwrap();
//! assert_eq!((entry.fault, entry.took_effect), (Some("unanswered"), true));
//! ```
//!
//! | to say | use |
//! |---|---|
//! | which calls are struck | [`Calls`] |
//! | what becomes of a struck call | [`Strike`] |
//! | what somebody does to the accounts | [`Incident`], at a moment ([`Planned`]) or on a call ([`Strike::Somebody`]) |
//! | how many calls are allowed | [`RateLimits`] |
//! | surprise me | [`FaultScript::drawn`] |

mod calls;
mod drawn;
mod incident;
mod named;
mod rate;
mod script;
mod seconds;
mod status;
mod strike;

pub use calls::{Calls, Operations};
pub use incident::Incident;
pub use rate::{Rate, RateLimits};
pub use script::{Fault, FaultScript, InvalidScript, Planned};
pub use status::{TERMINAL_CLUSTER, TERMINAL_INSTANCE, TERMINAL_SNAPSHOT, UNKNOWN};
pub use strike::{Effect, Failure, Strike};
