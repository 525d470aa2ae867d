use rds_refresh_core::machine::{Action, Doing};
use rds_refresh_core::{RunId, Timestamp};
use serde::{Deserialize, Serialize};

/// Something that happened to a run. The form of a line of `--output json`, and of the history: fields are added, and never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    /// When, by the run's clock.
    pub(crate) at: Timestamp,
    pub(crate) run: RunId,
    #[serde(flatten)]
    pub(crate) what: Happening,
}

/// What happened. Durations are whole seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(crate) enum Happening {
    /// A process began the run.
    RunStarted,
    /// A process took the run up.
    RunResumed,
    /// Work on a step began.
    StepStarted { step: String, work: Work, attempt: u32 },
    /// A look at the step found it under way.
    StepWaiting {
        step: String,
        work: Work,
        status: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percent: Option<u8>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resource: Option<String>,
        elapsed_seconds: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected_seconds: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_look: Option<Timestamp>,
    },
    /// A call failed, and is tried again.
    StepRetried {
        step: String,
        work: Work,
        error: String,
        elapsed_seconds: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_look: Option<Timestamp>,
    },
    /// The work on the step is over. Whether an undoing left something, the end of the run says.
    StepDone { step: String, work: Work, attempt: u32, elapsed_seconds: u64, looks: u32 },
    /// The step failed; the run begins to be undone.
    StepFailed { step: String, cause: String },
    /// The run waits for a person.
    RunParked { step: String, error: String },
    /// The process stopped at a signal; the run can be resumed.
    RunInterrupted,
    /// Every step is done.
    RunSucceeded { elapsed_seconds: u64 },
    /// The run failed, and is undone as far as it goes.
    RunFailed { step: String, cause: String, elapsed_seconds: u64 },
}

/// What is done with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Work {
    Do,
    Verify,
    Undo,
}

impl Work {
    /// What a run is doing with its step; `None` if it has stopped.
    pub(crate) fn of(doing: Doing, calling: Option<Action>) -> Option<Self> {
        match (doing, calling) {
            (Doing::Refreshing, _) | (_, Some(Action::Reconcile)) => Some(Self::Do),
            (Doing::Verifying, _) | (_, Some(Action::Verify)) => Some(Self::Verify),
            (Doing::Compensating, _) | (_, Some(Action::Compensate)) => Some(Self::Undo),
            _ => None,
        }
    }
}

impl Happening {
    /// The step that it is about.
    pub(crate) fn step(&self) -> Option<&str> {
        match self {
            Self::StepStarted { step, .. }
            | Self::StepWaiting { step, .. }
            | Self::StepRetried { step, .. }
            | Self::StepDone { step, .. }
            | Self::StepFailed { step, .. }
            | Self::RunParked { step, .. }
            | Self::RunFailed { step, .. } => Some(step),
            Self::RunStarted | Self::RunResumed | Self::RunInterrupted | Self::RunSucceeded { .. } => None,
        }
    }
}
