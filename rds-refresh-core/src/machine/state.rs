use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Cause, Seen};
use crate::resource::Resource;
use crate::{Facts, OnFailure, RdsEvent, RunId, StepError, Timestamp};

/// The format of stored states that this program writes and reads.
pub(super) const FORMAT: u32 = 1;

/// Numbers from here on are not exact in JSON as others read it.
pub(super) const LARGEST: u64 = 1 << 53;

/// The whole progress of one run: small, serialisable, and the only thing to store.
///
/// It serialises; what comes back is a [`StoredState`], which [`Machine::load`](super::Machine::load) checks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct State(pub(super) Body);

/// A state as it was stored, unchecked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoredState(pub(super) Body);

impl From<State> for StoredState {
    fn from(state: State) -> Self {
        Self(state.0)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Body {
    pub format: u32,
    pub run: RunId,
    pub began: Timestamp,
    /// When the last event was applied.
    pub now: Timestamp,
    /// The number of the present command.
    pub seq: u64,
    pub on_failure: OnFailure,
    /// The steps that were reached, in the plan's order.
    pub steps: Vec<StepRecord>,
    pub facts: Facts,
    /// The step that the present command is about.
    pub at: usize,
    pub stage: Stage,
    pub phase: Phase,
    pub turn: Turn,
    /// How long the run has taken, less the time it was parked.
    pub elapsed_ms: u64,
    /// A cancel came while a call was out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cancelled: bool,
    /// A nudge came while a call was out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nudged: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub removed: Vec<Resource>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub kept: Vec<Kept>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub leftovers: Vec<Left>,
    /// What RDS noted about what the run is undone for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub events: Vec<RdsEvent>,
}

/// A step that was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StepRecord {
    pub name: String,
    pub version: u32,
    pub attempt: u32,
    /// It ran since it was last undone and gave no fact, so something of it may exist.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dirty: bool,
    /// How long the last attempt took, and how many looks; zero until it is done or given up.
    #[serde(default, skip_serializing_if = "is_default")]
    pub elapsed_ms: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    pub looks: u32,
    /// What it made that outlives a run which succeeds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keeps: Vec<Resource>,
}

/// The attempt at a step that made something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MadeBy {
    pub step: usize,
    pub attempt: u32,
}

/// Something that a failing run kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub by: MadeBy,
    pub resource: Resource,
}

/// Something that a failing run could not remove; without a resource, whatever the attempt made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Left {
    pub by: MadeBy,
    #[serde(default, skip_serializing_if = "is_default")]
    pub resource: Option<Resource>,
    pub why: String,
    /// Something stands where the attempt's own should, and shows that it is not.
    #[serde(default, skip_serializing_if = "is_default")]
    pub contested: bool,
}

/// What is being done with the steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(super) enum Stage {
    /// One after the other is done.
    Forward,
    /// After a failure: the facts that are needed again are looked at, from the last to the first.
    Verify {
        /// The steps whose facts are still to be looked at.
        queue: Vec<usize>,
    },
    /// One after the other is undone, from the last to the first.
    Compensate {
        /// The step that failed.
        failed: usize,
        /// Why.
        cause: Cause,
    },
}

/// What the run is waiting for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(super) enum Phase {
    /// The answer to a call.
    Calling {
        not_after: Timestamp,
        /// The deadline had passed when the call was begun: its answer is the last that counts.
        #[serde(default, skip_serializing_if = "is_default")]
        overdue: bool,
    },
    /// A timer.
    Waiting { until: Timestamp },
    /// A person.
    Parked { error: StepError, until: Timestamp },
    /// Nothing: every step is done.
    Succeeded,
    /// Nothing: the run failed, and is undone as far as it goes.
    Failed { step: usize, cause: Cause },
}

/// What is remembered about the present step until it is done or undone. Times are milliseconds since its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Turn {
    pub elapsed_ms: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    pub looks: u32,
    /// When the last look began.
    #[serde(default, skip_serializing_if = "is_default")]
    pub looked_at_ms: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    pub failures: u32,
    /// The failures that count against the attempt budget.
    #[serde(default, skip_serializing_if = "is_default")]
    pub counted: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    pub failing_since_ms: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    pub error: Option<StepError>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub seen: Option<Seen>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub expected_ms: Option<u64>,
    /// Since when the percentage has not moved.
    #[serde(default, skip_serializing_if = "is_default")]
    pub still_since_ms: u64,
    /// When a compensation first found nothing of its step.
    #[serde(default, skip_serializing_if = "is_default")]
    pub absent_since_ms: Option<u64>,
    /// What a compensation has asked to be removed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub removing: Vec<Resource>,
    /// What the compensation may leave behind, as the last answer has it: the next call may be lost.
    #[serde(default, skip_serializing_if = "is_default")]
    pub at_stake: Vec<Resource>,
    /// What the last answer brought along, in case that the step is given up.
    #[serde(default, skip_serializing_if = "is_default")]
    pub events: Vec<RdsEvent>,
}

impl Turn {
    pub(super) fn elapsed(&self) -> Duration {
        Duration::from_millis(self.elapsed_ms)
    }

    /// Whether what was last seen tells its progress in percent.
    pub(super) fn shows_progress(&self) -> bool {
        self.seen.as_ref().is_some_and(|seen| seen.percent.is_some())
    }

    /// How long the progress has stood still.
    pub(super) fn still(&self) -> Duration {
        Duration::from_millis(self.elapsed_ms.saturating_sub(self.still_since_ms))
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl State {
    /// The run.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.0.run
    }

    /// When the run began.
    #[must_use]
    pub fn began(&self) -> Timestamp {
        self.0.began
    }

    /// When the last event was applied.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now
    }

    /// The number of the present command.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.0.seq
    }

    /// Everything that is known.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.0.facts
    }

    /// Whether the run is parked or has failed, and so can be amended and resumed.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        matches!(self.0.phase, Phase::Parked { .. } | Phase::Failed { .. })
    }

    /// Whether the run was started, or amended last, with these facts, and removes the same on failure.
    pub(crate) fn was_given(&self, given: &Facts, on_failure: OnFailure) -> bool {
        self.0.on_failure == on_failure && given.names().all(|name| self.0.facts.get(name) == given.get(name))
    }

    pub(crate) fn set_facts(&mut self, facts: Facts) {
        self.0.facts = facts;
    }
}
