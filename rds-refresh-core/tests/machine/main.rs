//! The machine, told everything that can happen to it. No step is called and no clock is read.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod amend;
mod answers;
mod cancel;
mod compensation;
mod damage;
mod deadlines;
mod drawn;
mod evidence;
mod nudges;
mod parking;
mod props;
mod resume;
mod retries;
mod stored;
mod support;
mod table;
