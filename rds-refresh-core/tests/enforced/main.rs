//! The policies that are generated for a request, enforced: every mode runs to its end with them, and without any part of them some
//! call is denied.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod checked;
mod conditions;
mod custom;
mod foreign;
mod minimal;
mod modes;
mod policies;
mod settings;
mod sweeping;
#[cfg(feature = "aws")]
mod wire;
