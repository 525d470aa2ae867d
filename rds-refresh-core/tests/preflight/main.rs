//! What a preflight finds, and that it finds nothing where nothing is wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod broken;
mod fake;
mod joining;
mod steps;
mod unseen;
mod world;
