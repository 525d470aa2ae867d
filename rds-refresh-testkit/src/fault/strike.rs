use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Incident, named, seconds};

/// What becomes of a call that is struck. In a script a name, or an object of the name and its fields; fields that have a default may
/// be left out: `"throttled"`, `"stale"`, `{ "stale": { "by": 30 } }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Strike {
    /// `Throttling`, from KMS `ThrottlingException`, from EC2 `RequestLimitExceeded`; nothing is executed (API references, common
    /// errors).
    Throttled,
    /// The caller hears of a failure or of nothing, and cannot know whether the call took effect.
    Unanswered {
        /// What the caller hears. Default: nothing.
        #[serde(default)]
        failure: Failure,
        /// What becomes of the call. Default: it takes effect.
        #[serde(default, deserialize_with = "named::deserialize")]
        effect: Effect,
    },
    /// The answer to a read is as of a while ago: what was made since is not found, what was deleted since is.
    Stale {
        /// How long ago, in seconds. Default 30.
        #[serde(default = "half_a_minute", with = "seconds")]
        by: Duration,
    },
    /// A modification is answered at once, and shows in the status only after a while.
    Lagging {
        /// After how long, in seconds. Default 60.
        #[serde(default = "a_minute", with = "seconds")]
        by: Duration,
    },
    /// A grant or a key policy takes its time to spread (KMS developer guide, eventual consistency: up to five minutes).
    Spreading {
        /// How long, in seconds. Default 300.
        #[serde(default = "five_minutes", with = "seconds")]
        over: Duration,
    },
    /// What the call deletes stays `deleting`, and its identifier taken, for longer than usual.
    Lingers {
        /// How much longer, in seconds. Default 1800.
        #[serde(default = "half_an_hour", with = "seconds")]
        by: Duration,
    },
    /// What the call begins to make ends in a status that it does not leave by itself, in place of `available`.
    Ends {
        /// The status. Default `failed`.
        #[serde(default = "failed")]
        status: String,
    },
    /// What the call is about is in a status for good as soon as the call is answered. Also one that nobody has heard of.
    Becomes {
        /// The status. Default `failed`.
        #[serde(default = "failed")]
        status: String,
    },
    /// What the call has just shown as `available` is in another status for a while.
    Flips {
        /// The status. Default `backing-up`.
        #[serde(default = "backing_up")]
        status: String,
        /// For how long, in seconds. Default 180.
        #[serde(default = "three_minutes", with = "seconds")]
        lasting: Duration,
    },
    /// `SnapshotQuotaExceeded`, as all manual snapshots are used up; nothing is executed.
    SnapshotQuota,
    /// `SnapshotQuotaExceeded`, as too many copies are in progress, which passes; nothing is executed.
    CopyQuota,
    /// `InsufficientDBInstanceCapacity`, for a cluster `InsufficientDBClusterCapacityFault`; nothing is executed.
    Capacity,
    /// `ExpiredToken`, from KMS `ExpiredTokenException`, from EC2 `RequestExpired`; nothing is executed.
    Expired,
    /// `SignatureDoesNotMatch`, from KMS `InvalidSignatureException`, from EC2 `AuthFailure`, as the caller's clock is off by more than
    /// fifteen minutes; nothing is executed.
    Skewed,
    /// `AccessDenied`, from KMS `AccessDeniedException`, from EC2 `UnauthorizedOperation`; nothing is executed.
    Denied,
    /// Just before the call, a stranger makes the same thing under the same name, without the caller's tags.
    Squatted,
    /// The call is carried out, and some time after it somebody does something.
    Somebody {
        /// What.
        does: Incident,
        /// How long after the call, in seconds. Default 0.
        #[serde(default, with = "seconds")]
        after: Duration,
    },
}

/// What a caller hears of a call that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// Nothing: in process a time-out, over HTTP a connection that is closed without an answer.
    #[default]
    Timeout,
    /// `InternalFailure`, 500.
    InternalFailure,
    /// `ServiceUnavailable`, 503.
    ServiceUnavailable,
}

/// What becomes of a call whose caller hears of no success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Effect {
    /// It never arrives.
    None,
    /// It takes effect.
    #[default]
    Done,
    /// It takes effect later, if it is legal then.
    Late {
        /// How much later, in seconds. Default 90.
        #[serde(default = "a_minute_and_a_half", with = "seconds")]
        by: Duration,
    },
}

impl Strike {
    /// The name as JSON and the journal spell it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Unanswered { .. } => "unanswered",
            Self::Stale { .. } => "stale",
            Self::Lagging { .. } => "lagging",
            Self::Spreading { .. } => "spreading",
            Self::Lingers { .. } => "lingers",
            Self::Ends { .. } => "ends",
            Self::Becomes { .. } => "becomes",
            Self::Flips { .. } => "flips",
            Self::SnapshotQuota => "snapshot-quota",
            Self::CopyQuota => "copy-quota",
            Self::Capacity => "capacity",
            Self::Expired => "expired",
            Self::Skewed => "skewed",
            Self::Denied => "denied",
            Self::Squatted => "squatted",
            Self::Somebody { does, .. } => does.name(),
        }
    }
}

fn half_a_minute() -> Duration {
    Duration::from_secs(30)
}

fn a_minute() -> Duration {
    Duration::from_mins(1)
}

fn a_minute_and_a_half() -> Duration {
    Duration::from_secs(90)
}

fn three_minutes() -> Duration {
    Duration::from_mins(3)
}

fn five_minutes() -> Duration {
    Duration::from_mins(5)
}

fn half_an_hour() -> Duration {
    Duration::from_mins(30)
}

fn failed() -> String {
    "failed".to_owned()
}

fn backing_up() -> String {
    "backing-up".to_owned()
}
