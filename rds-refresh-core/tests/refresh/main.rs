//! Whole refreshes on the fake: to the end, through crashes, and into failure.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod crashes;
mod failing;
mod fixture;
mod halves;
mod kills;
mod masking;
mod outages;
mod strangers;
mod traces;
mod unencrypted;
mod whole;
