//! What happened, one event after the other: told by the driver's reports, kept beside the state, shown live and as JSON.
//!
//! The state says where a run is; the history says how it got there. It is a convenience: lines that a crash tore or lost are passed over,
//! and nothing is decided by it.

mod event;
mod log;
mod narrator;

pub(crate) use event::{Event, Happening, Work};
pub(crate) use log::HistoryLog;
pub(crate) use narrator::Narrator;
