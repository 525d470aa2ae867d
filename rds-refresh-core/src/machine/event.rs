use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::resource::Resource;
use crate::{RdsEvent, StepError, Timestamp};

/// Something that happened, and when. The only way in which time enters a machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When it happened, by the driver's clock.
    pub now: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// What happened. Every answer echoes the number of the command that it answers, so late and duplicate ones are recognised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EventKind {
    /// The timer of a [`Sleep`](super::Command::Sleep) went off.
    Woke {
        /// The command's number.
        seq: u64,
    },
    /// Somebody knows that it is worth looking now, as by an RDS event.
    Nudged,
    /// Somebody wants the run undone.
    Cancelled,
    /// The step is done.
    Ready {
        /// The command's number.
        seq: u64,
        /// The fact it gives, as JSON.
        fact: Value,
        /// What it made that outlives a run which succeeds.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        keeps: Vec<Resource>,
        /// What the step made, which is in use from here on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        made: Vec<Resource>,
    },
    /// The step, or its compensation, is not done yet.
    Pending {
        /// The command's number.
        seq: u64,
        /// What it saw.
        seen: Seen,
        /// When to look next, if the step knows better than the policy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        look_in: Option<Duration>,
        /// How long the step expects to take in all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<Duration>,
        /// What a compensation has asked to be removed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        removing: Vec<Resource>,
        /// What a compensation may leave behind.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        at_stake: Vec<Resource>,
        /// What RDS noted about the step's resources, where this look [may be the last](super::Call::may_be_last).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        events: Vec<RdsEvent>,
    },
    /// The call failed.
    Failed {
        /// The command's number.
        seq: u64,
        /// Why.
        error: StepError,
        /// What a compensation that fails may leave behind.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        at_stake: Vec<Resource>,
        /// What RDS noted about the step's resources, if the step has failed for good.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        events: Vec<RdsEvent>,
    },
    /// The compensation is done.
    Undone {
        /// The command's number.
        seq: u64,
        /// What exists and is kept by policy.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        kept: Vec<Resource>,
    },
    /// A fact was looked at again.
    Verified {
        /// The command's number.
        seq: u64,
        /// Whether it still stands.
        stands: bool,
        /// Whether nothing exists any more of what its step made for it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        gone: bool,
    },
    /// The answer to a call will never come: its process died, or it did not end by `not_after`. It may have taken effect.
    Lost {
        /// The command's number.
        seq: u64,
    },
}

impl EventKind {
    /// The number of the command that this answers; `None` for what comes unasked.
    #[must_use]
    pub fn seq(&self) -> Option<u64> {
        match self {
            Self::Nudged | Self::Cancelled => None,
            Self::Woke { seq }
            | Self::Ready { seq, .. }
            | Self::Pending { seq, .. }
            | Self::Failed { seq, .. }
            | Self::Undone { seq, .. }
            | Self::Verified { seq, .. }
            | Self::Lost { seq } => Some(*seq),
        }
    }
}

/// What a step saw when it looked: shown to people, and used to plan the next look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The status, as the service spells it.
    pub status: String,
    /// Progress, 0–100; `None` where it is not known or where what was looked at is queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
    /// What was looked at: an identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
}

impl Seen {
    /// A status and nothing else.
    #[must_use]
    pub fn status(status: impl Into<String>) -> Self {
        Self { status: status.into(), percent: None, resource: None }
    }

    /// The same with the progress in percent.
    #[must_use]
    pub fn percent(mut self, percent: Option<u8>) -> Self {
        self.percent = percent;
        self
    }

    /// The same with the identifier of what was looked at.
    #[must_use]
    pub fn of(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an advanced state must be saved"]
pub enum Applied {
    /// The state changed: save it.
    Advanced,
    /// The state is as it was.
    Ignored(Why),
}

/// Why an event changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// It answers another command than the present one: late, or a duplicate.
    Stale,
    /// It cannot answer the present command.
    Unexpected,
    /// The run has been cancelled before, or is being undone.
    AlreadyStopping,
    /// The last look is too recent, and the next one is due soon enough.
    TooSoon,
    /// The run is parked: only a cancel, a resume or the park limit moves it.
    Parked,
    /// The run has ended.
    Ended,
    /// A resume of a run that goes on by itself, or has nothing left to do.
    NotStopped,
}
