//! State machine definitions, generated from plans: every step is a state of its own in the console.
//!
//! ```text
//!  begin ─► route ─► dispatch ─► STEP ─► STEP: next ─┬─ not done ─► STEP: wait ─► STEP
//!             ▲                                      ├─ done ─────► STEP: announce ─► the step after it
//!             └──────────────────────────────────────┴─ anything else
//! ```
//!
//! A look costs three transitions: task, choice, wait. Whatever is not the usual way goes by `route`, which announces, ends, parks or
//! pauses, and by `dispatch`, which finds the task of a step, or the one that undoes it.
//!
//! **Only the machine decides.** A tick that gives no answer is not retried by Step Functions: once nothing of it is to be expected any
//! more, the run is told that it is lost. `Retry` is for what Lambda refused before it ran.
//!
//! Addresses are substitutions of `CloudFormation` (`DefinitionSubstitutions`): [`SUBSTITUTIONS`].

mod asl;
mod build;
mod expr;
mod mermaid;

use rds_refresh_core::Machine;

pub use asl::StateMachine;

use crate::{Mode, limits};

/// The names that a template substitutes in definitions.
pub const SUBSTITUTIONS: [&str; 4] = ["Partition", "TickFunctionArn", "TopicArn", "EventBusName"];

/// The name of the step whose fact goes back to the source as soon as it is known.
const ACKNOWLEDGE: &str = "acknowledge";

impl StateMachine {
    /// The state machine that runs the plan of this machine.
    ///
    /// # Errors
    /// If a call of a step may take longer than the function has time for.
    pub fn of(mode: Mode, machine: &Machine) -> Result<Self, Unfit> {
        for step in machine.steps() {
            let longest = machine.wait_policy(step).map(|policy| policy.call_limit).unwrap_or_default();
            if longest > limits::CALL {
                return Err(Unfit { step: step.to_owned(), seconds: longest.as_secs() });
            }
        }
        Ok(build::states(mode, machine))
    }

    /// The state machine that keeps acknowledgements: an execution is named after its run, and its input is what the destination said.
    /// `DescribeExecution` finds it for 90 days, so it needs no table, and a second delivery changes nothing.
    #[must_use]
    pub fn acknowledgements() -> Self {
        build::acknowledgements()
    }
}

/// A plan that no state machine can run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a call of the step {step:?} may take {seconds} s, and a tick has no time for more than {} s: set a shorter `call_limit`", limits::CALL.as_secs())]
pub struct Unfit {
    step: String,
    seconds: u64,
}
