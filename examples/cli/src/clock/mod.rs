//! Other clocks than the system's: simulated time at a pace, and the time of a fake.

mod control;
mod paced;

pub(crate) use control::ControlClock;
pub(crate) use paced::PacedClock;
