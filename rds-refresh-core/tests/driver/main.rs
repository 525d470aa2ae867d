//! The driver: its three arms, and what is left of a run when it is killed, cancelled, interrupted or lost anywhere.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod arms;
mod crash;
mod deadly;
mod resume;
mod signals;
mod support;
#[cfg(feature = "tokio")]
mod system_clock;
