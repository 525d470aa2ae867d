//! The checks: each a pure function of what was observed.

pub mod class;
pub mod clock;
pub mod connection;
pub mod credentials;
pub mod encryption;
pub mod engine_version;
pub mod identifier;
pub mod key;
pub mod key_use;
pub mod log_exports;
pub mod organisation;
pub mod other_side;
pub mod parameter_group;
pub mod quota;
pub mod security_groups;
pub mod sharing;
pub mod source_cluster;
pub mod starting_snapshot;
pub mod storage;
pub mod subnet_group;
pub mod tags;

use super::finding::{About, Observed};
use super::{Check, Finding};
