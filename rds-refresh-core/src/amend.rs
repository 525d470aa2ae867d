//! Correcting the request of a run that is parked or has failed.

use crate::Facts;
use crate::machine::{Doing, Machine, StartError, State};
use crate::worker::Worker;

impl Worker {
    /// Replaces what the run was given, if nothing that it has done would differ. Then [`Machine::resume`] goes on with it.
    ///
    /// Every step that is done, or may have done something, is asked. No call is made.
    ///
    /// # Errors
    /// If the run is neither parked nor failed, a given fact is missing or unknown, or steps that were done would differ: all of them are
    /// named. The state is then as it was.
    pub fn amend(&self, machine: &Machine, state: &mut State, given: &Facts) -> Result<(), AmendError> {
        machine.check_given(given)?;
        if !state.is_stopped() {
            let has_succeeded = state.report().doing == Doing::Succeeded;
            return Err(if has_succeeded { AmendError::Succeeded } else { AmendError::NotStopped });
        }
        let mut amended = state.facts().clone();
        for name in machine.given.iter().copied() {
            if let Some(value) = given.get(name) {
                amended.set(name, value.clone());
            }
        }
        let touched: Vec<Touched> = machine
            .touched(state)
            .filter_map(|name| {
                let why = self.step(name)?.differs(state.facts(), &amended)?;
                Some(Touched { step: name.to_owned(), why })
            })
            .collect();
        if !touched.is_empty() {
            return Err(AmendError::Touches(touched));
        }
        state.set_facts(amended);
        Ok(())
    }
}

/// Why a request cannot be amended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmendError {
    /// The given facts are not those of the plan.
    #[error(transparent)]
    Given(#[from] StartError),
    /// The run goes on.
    #[error("only a run that is parked or has failed can be amended: cancel it first, or start another")]
    NotStopped,
    /// The run has succeeded.
    #[error("the run has succeeded, so there is nothing to amend: start another")]
    Succeeded,
    /// What was done would have been done otherwise.
    #[error("the change touches what is already made: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Touches(Vec<Touched>),
}

/// A step that would have been done otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The step.
    pub step: String,
    /// What would differ.
    pub why: String,
}

impl std::fmt::Display for Touched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.step, self.why)
    }
}
