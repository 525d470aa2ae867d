//! Everything a person wants to see, from a state alone.

use std::time::Duration;

use serde::Serialize;

use super::state::{Body, Phase, Stage, State, StoredState};
use super::{Action, Cause, Outcome};
use crate::{Facts, OnFailure, RdsEvent, RunId, Timestamp};

/// A run as a person wants to see it. Needs no plan, so any program can show any stored run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The run.
    pub run: RunId,
    /// When it began.
    pub began: Timestamp,
    /// When its state last changed.
    pub now: Timestamp,
    /// How long it has taken, less the time it was parked.
    pub elapsed: Duration,
    /// What it is doing.
    pub doing: Doing,
    /// The call that is out, if one is: the run is working. Otherwise it waits, or has stopped.
    pub calling: Option<Action>,
    /// The steps that it has reached, in the plan's order.
    pub steps: Vec<StepReport>,
    /// When it looks next, if it is waiting; by when the present call must have ended, if one is out.
    pub next_look: Option<Timestamp>,
    /// What failed and why, from the moment at which the run begins to be undone.
    pub failing: Option<Failing>,
    /// How it ended or why it is parked, if it has stopped.
    pub outcome: Option<Outcome>,
}

/// What a run is undone for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Failing {
    /// The step that could not be done.
    pub step: String,
    /// Why.
    pub cause: Cause,
    /// What RDS noted about the step's resources, the oldest first.
    pub events: Vec<RdsEvent>,
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Doing {
    /// Refreshing.
    Refreshing,
    /// Looking, after a failure, at what still stands.
    Verifying,
    /// Undoing.
    Compensating,
    /// Waiting for a person.
    Parked,
    /// Nothing: it succeeded.
    Succeeded,
    /// Nothing: it failed.
    Failed,
}

/// A step that was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StepReport {
    /// Its name.
    pub step: String,
    /// The attempt, from 1.
    pub attempt: u32,
    /// Whether the run is at this step now.
    pub is_current: bool,
    /// How long it has taken, or took.
    pub elapsed: Duration,
    /// How often it was looked at.
    pub looks: u32,
    /// How long it is expected to take, if known.
    pub expected: Option<Duration>,
    /// The status it last saw.
    pub status: Option<String>,
    /// The progress it last saw, 0–100.
    pub percent: Option<u8>,
    /// The resource it last looked at.
    pub resource: Option<String>,
    /// Its last error, if the last call failed.
    pub error: Option<String>,
}

impl State {
    /// Everything a person wants to see.
    #[must_use]
    pub fn report(&self) -> Report {
        self.0.report()
    }
}

impl StoredState {
    /// Everything a person wants to see, without loading the state into a machine.
    #[must_use]
    pub fn report(&self) -> Report {
        self.0.report()
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.0.run
    }

    /// Everything that the run knows.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.0.facts
    }

    /// What a failing run removes.
    #[must_use]
    pub fn on_failure(&self) -> OnFailure {
        self.0.on_failure
    }
}

impl Body {
    fn report(&self) -> Report {
        let doing = match (&self.phase, &self.stage) {
            (Phase::Succeeded, _) => Doing::Succeeded,
            (Phase::Failed { .. }, _) => Doing::Failed,
            (Phase::Parked { .. }, _) => Doing::Parked,
            (_, Stage::Forward) => Doing::Refreshing,
            (_, Stage::Verify { .. }) => Doing::Verifying,
            (_, Stage::Compensate { .. }) => Doing::Compensating,
        };
        let next_look = match &self.phase {
            Phase::Calling { not_after, .. } => Some(*not_after),
            Phase::Waiting { until } => Some(*until),
            _ => None,
        };
        let ended = matches!(doing, Doing::Succeeded | Doing::Failed);
        let steps = self.steps.iter().enumerate().map(|(index, record)| {
            let turn = (index == self.at && !ended).then_some(&self.turn);
            let seen = turn.and_then(|turn| turn.seen.as_ref());
            StepReport {
                step: record.name.clone(),
                attempt: record.attempt,
                is_current: turn.is_some(),
                elapsed: Duration::from_millis(turn.map_or(record.elapsed_ms, |turn| turn.elapsed_ms)),
                looks: turn.map_or(record.looks, |turn| turn.looks),
                expected: turn.and_then(|turn| turn.expected_ms).map(Duration::from_millis),
                status: seen.map(|seen| seen.status.clone()),
                percent: seen.and_then(|seen| seen.percent),
                resource: seen.and_then(|seen| seen.resource.clone()),
                error: turn.and_then(|turn| turn.error.as_ref()).map(ToString::to_string),
            }
        });
        Report {
            run: self.run.clone(),
            began: self.began,
            now: self.now,
            elapsed: Duration::from_millis(self.elapsed_ms),
            doing,
            calling: matches!(self.phase, Phase::Calling { .. }).then(|| self.action()),
            steps: steps.collect(),
            next_look,
            failing: self.failing(),
            outcome: self.stopped(),
        }
    }

    fn failing(&self) -> Option<Failing> {
        let (step, cause) = match (&self.phase, &self.stage) {
            (Phase::Failed { step, cause }, _) => (*step, cause),
            (_, Stage::Compensate { failed, cause }) => (*failed, cause),
            _ => return None,
        };
        Some(Failing { step: self.name_of(step), cause: cause.clone(), events: self.events.clone() })
    }
}
