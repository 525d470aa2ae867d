//! How long everything may take, from the inside out: what is inside gives up before what is outside does.
//!
//! ```text
//!  call ≤ 60 s  <  tick ≤ 75 s  <  function 90 s  <  task 120 s
//! ```
//!
//! So the function answers in time, a function that does not is ended by Lambda, and Step Functions gives up only what is certainly dead.

use std::time::Duration;

use rds_refresh_core::machine::GRACE;

/// The longest time that one call of a step may take; a plan with a longer one has no state machine.
pub const CALL: Duration = Duration::from_mins(1);

/// The longest time that a tick is at work, its calls included: so when a tick is lost, and this has passed, no effect of it is to be expected.
pub const TICK: Duration = Duration::from_secs(CALL.as_secs() + GRACE.as_secs());

/// The time-out of the Lambda function.
pub const FUNCTION: Duration = Duration::from_secs(90);

/// The time-out of the state machine's task.
pub const TASK: Duration = Duration::from_mins(2);

/// A wait up to this long is slept through in the function, if the tick has the time for it and another call: up to about three quarters of
/// a minute, 128 MB cost less than the three transitions of a wait.
pub const SHORT_WAIT: Duration = Duration::from_secs(40);

/// How much of its time a tick must have left to make another call.
pub const ENOUGH: Duration = Duration::from_secs(20);

/// The most calls that a tick makes.
pub const CALLS: u32 = 4;

/// How often a run that was cut off is taken up again before a person has to look.
pub const ROUNDS: u32 = 5;
