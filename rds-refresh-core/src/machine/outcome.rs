use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::resource::Resource;
use crate::{RunId, StepError, Timestamp};

/// How a run ended, or why it stopped for the time being.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// The run.
    pub run: RunId,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took, waits included, without the time it was parked.
    pub elapsed: Duration,
    /// What its failing removed.
    pub removed: Vec<Resource>,
    /// What exists by policy beside the result, and what it means that it stays: see [`Outcome::kept_by_upkeep`]. A resumed run may use it.
    pub kept: Vec<Resource>,
    /// What may exist although it should not: a person must look.
    pub leftovers: Vec<Leftover>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// Every step is done.
    Succeeded,
    /// It failed, and what was to be removed was removed or is a leftover.
    Failed {
        /// The step that failed.
        step: String,
        /// Why.
        cause: Cause,
    },
    /// It cannot act at present. Nothing was undone; `resume` goes on once the error is mended.
    Parked {
        /// The step that could not go on.
        step: String,
        /// What to mend.
        error: StepError,
        /// From when on any event starts the compensation.
        until: Timestamp,
    },
}

/// What ended a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cause {
    /// A step's error.
    Error {
        /// The error.
        error: StepError,
    },
    /// The step was not done by its deadline.
    Deadline {
        /// The deadline, in seconds from the step's beginning.
        seconds: u64,
        /// The last error, if the last look failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<StepError>,
    },
    /// Progress stood still for too long.
    Stalled {
        /// At how many percent.
        percent: u8,
        /// The limit, in seconds.
        seconds: u64,
    },
    /// Somebody cancelled the run.
    Cancelled,
    /// Nobody mended what the run was parked for.
    ParkLimit {
        /// What it was parked for.
        error: StepError,
    },
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error { error } => error.fmt(f),
            Self::Deadline { seconds, error } => {
                write!(f, "not done within {}", humantime::format_duration(Duration::from_secs(*seconds)))?;
                error.as_ref().map_or(Ok(()), |error| write!(f, "; last: {error}"))
            }
            Self::Stalled { percent, seconds } => {
                write!(f, "stood at {percent} % for {}", humantime::format_duration(Duration::from_secs(*seconds)))
            }
            Self::Cancelled => f.write_str("cancelled"),
            Self::ParkLimit { error } => write!(f, "parked for too long: {error}"),
        }
    }
}

/// Something that a failed run could not remove, or not find out about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leftover {
    /// The step that made it, or may have.
    pub step: String,
    /// What it is; `None` if no call of the step's compensation ever answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// Why it is left.
    pub why: String,
    /// Something stands under the name, and shows that it is not the run's, or no more: it may be somebody else's. Look before you remove it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub contested: bool,
}

impl fmt::Display for Leftover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.resource {
            Some(resource) if self.contested => write!(f, "{resource}: {} — look whose it is before you remove it", self.why),
            Some(resource) => write!(f, "{resource}: {} — {}", self.why, resource.removal_command()),
            None => write!(f, "whatever the step {} made: {}", self.step, self.why),
        }
    }
}
