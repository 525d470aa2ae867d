//! The only ways to a state: starting a run, and loading a stored one.

use serde::Deserialize;

use super::Machine;
use super::state::{Body, FORMAT, LARGEST, Phase, Stage, State, StoredState, Turn};
use crate::{Facts, OnFailure, RunId, Timestamp};

impl Machine {
    /// The state of a run that begins now, with the facts that the plan is given.
    ///
    /// # Errors
    /// If a fact that the plan is given is missing, or one is given that it does not know.
    pub fn start(&self, run: RunId, given: Facts, on_failure: OnFailure, now: Timestamp) -> Result<State, StartError> {
        self.check_given(&given)?;
        let mut body = Body {
            format: FORMAT,
            run,
            began: now,
            now,
            seq: 0,
            on_failure,
            steps: Vec::new(),
            facts: given,
            at: 0,
            stage: Stage::Forward,
            phase: Phase::Succeeded,
            turn: Turn::default(),
            elapsed_ms: 0,
            cancelled: false,
            nudged: false,
            removed: Vec::new(),
            kept: Vec::new(),
            leftovers: Vec::new(),
            events: Vec::new(),
        };
        self.advance(&mut body);
        Ok(State(body))
    }

    pub(crate) fn check_given(&self, given: &Facts) -> Result<(), StartError> {
        if let Some(missing) = self.given.iter().find(|name| !given.contains(name)) {
            return Err(StartError::Missing((*missing).to_owned()));
        }
        match given.names().find(|name| !self.given.contains(name)) {
            Some(unknown) => Err(StartError::Unknown(unknown.to_owned())),
            None => Ok(()),
        }
    }

    /// A stored state, if this program can go on with it.
    ///
    /// Names and versions of all steps that the run has reached must equal the program's; steps that it has not reached come from the
    /// program.
    pub fn load(&self, stored: StoredState) -> Result<State, LoadError> {
        let body = stored.0;
        if body.format != FORMAT {
            return Err(LoadError::Format { found: body.format, supported: FORMAT });
        }
        for (index, record) in body.steps.iter().enumerate() {
            let planned = self.steps.get(index);
            if planned.is_none_or(|step| step.name != record.name || step.version != record.version) {
                return Err(LoadError::PlanChanged {
                    position: index + 1,
                    stored: format!("{} (version {})", record.name, record.version),
                    program: planned.map_or("no step".to_owned(), |step| format!("{} (version {})", step.name, step.version)),
                });
            }
        }
        if let Some(missing) = self.given.iter().find(|name| !body.facts.contains(name)) {
            return Err(LoadError::Inconsistent(format!("the fact {missing:?} is missing")));
        }
        body.check_bounds().map_err(|what| LoadError::Inconsistent(what.to_owned()))?;
        Ok(State(body))
    }
}

impl StoredState {
    /// Whether the JSON of a [`Stored`](crate::driver::Stored) state has the format that this program reads, whatever else it holds.
    /// JSON that shows no format passes: it is for the whole to say what is wrong with it.
    ///
    /// # Errors
    /// [`LoadError::Format`].
    pub fn check_format(json: &[u8]) -> Result<(), LoadError> {
        #[derive(Deserialize)]
        struct Stored {
            state: Formatted,
        }
        #[derive(Deserialize)]
        struct Formatted {
            format: u32,
        }
        match serde_json::from_slice(json) {
            Ok(Stored { state: Formatted { format } }) if format != FORMAT => {
                Err(LoadError::Format { found: format, supported: FORMAT })
            }
            _ => Ok(()),
        }
    }
}

impl Body {
    /// Whether every index points somewhere and every number is one that this program can have written.
    fn check_bounds(&self) -> Result<(), &'static str> {
        let reached = |step: usize| step < self.steps.len();
        // A plan without steps has succeeded before it began.
        let is_empty = self.steps.is_empty() && self.phase == Phase::Succeeded;
        if !reached(self.at) && !is_empty {
            return Err("`at` names no step that was reached");
        }
        match &self.stage {
            Stage::Verify { queue } if !queue.iter().all(|step| reached(*step)) => {
                return Err("`queue` names no step that was reached");
            }
            Stage::Compensate { failed, .. } if !reached(*failed) => return Err("`failed` names no step that was reached"),
            _ => {}
        }
        match &self.phase {
            Phase::Failed { step, .. } if !reached(*step) => return Err("`step` names no step that was reached"),
            _ => {}
        }
        let remains = self.kept.iter().map(|kept| kept.by).chain(self.leftovers.iter().map(|left| left.by));
        if !remains.into_iter().all(|by| reached(by.step)) {
            return Err("`kept` or `leftovers` names no step that was reached");
        }
        let turn = &self.turn;
        if [self.seq, self.elapsed_ms, turn.elapsed_ms].into_iter().chain(turn.expected_ms).any(|number| number >= LARGEST) {
            return Err("a number is 2^53 or more");
        }
        let instants = [turn.looked_at_ms, turn.failing_since_ms, turn.still_since_ms].into_iter().chain(turn.absent_since_ms);
        if instants.into_iter().any(|instant| instant > turn.elapsed_ms) {
            return Err("`turn` tells of a time to come");
        }
        Ok(())
    }
}

/// Why a run cannot begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A fact that the plan is given is missing.
    #[error("the plan is given the fact {0:?}, and it is missing: insert it into the facts that the run starts with")]
    Missing(String),
    /// A fact that the plan does not know.
    #[error("the plan is not given a fact {0:?}: leave it out, or plan with it")]
    Unknown(String),
}

/// Why a stored state cannot be gone on with. The stored state is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Another version of this crate wrote it, in a format that this one does not read.
    #[error("the state has format {found} and this program reads format {supported}: go on with the program that wrote it")]
    Format {
        /// The state's format.
        found: u32,
        /// The program's.
        supported: u32,
    },
    /// The program's plan differs in a step that the run has reached.
    #[error(
        "the plan has changed: step {position} of the run is {stored}, and of the program {program}: \
         finish or cancel the run with the program that began it"
    )]
    PlanChanged {
        /// The step's position, from 1.
        position: usize,
        /// The stored step.
        stored: String,
        /// The program's.
        program: String,
    },
    /// It is not a state that this program can have written.
    #[error("the state is damaged or was edited: {0}")]
    Inconsistent(String),
}
