//! What a person does about a run that has stopped. Pure, and the same words wherever an outcome is told: how a run is taken up again
//! is its orchestrator's to say.

use super::{Cause, Outcome, Verdict};
use crate::resource::{Resource, Upkeep};
use crate::{ErrorKind, StepError};

impl ErrorKind {
    /// What a person does about an error of this kind: a sentence without capital and full stop.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Credentials => "log in again, or mend the profile",
            Self::Denied => {
                "have the permission granted: the error names the operation and the resource; `rds-refresh iam` prints all that are needed"
            }
            Self::Quota => "have the quota raised, or remove what is not needed any more",
            Self::Capacity => "wait, or choose another class",
            Self::Conflict => "remove or rename what stands in the way, if it is not needed, or choose another name",
            Self::Invalid | Self::NotFound => "correct the configuration, or make what is missing",
            Self::TerminalStatus => "look at what RDS noted about the resource; correct the configuration if it is the reason",
            Self::Throttled | Self::Transient | Self::UnknownOutcome | Self::Busy => "wait a little",
        }
    }
}

impl StepError {
    /// What a person tries next: what the step [says](StepError::with_advice), and what the [kind](ErrorKind::advice) does.
    #[must_use]
    pub fn advice(&self) -> Vec<&str> {
        self.own_advice().into_iter().chain([self.kind().advice()]).collect()
    }
}

impl Cause {
    /// The error that ended the run, or the last one before its time was over.
    #[must_use]
    pub fn error(&self) -> Option<&StepError> {
        match self {
            Self::Error { error } | Self::ParkLimit { error } => Some(error),
            Self::Deadline { error, .. } => error.as_ref(),
            Self::Stalled { .. } | Self::Cancelled => None,
        }
    }

    /// What a person tries next, before the run is taken up again. Empty if there is nothing to be mended.
    #[must_use]
    pub fn advice(&self) -> Vec<&str> {
        match self {
            // Where RDS refused a call until the end, the resource has nothing to tell.
            Self::Deadline { error: Some(error), .. } if matches!(error.kind(), ErrorKind::Throttled | ErrorKind::Capacity) => {
                error.advice()
            }
            Self::Deadline { .. } | Self::Stalled { .. } => {
                vec!["look at the resource in the RDS console and at its events; resume when it moves again"]
            }
            _ => self.error().map(StepError::advice).unwrap_or_default(),
        }
    }

    /// Whether another request might do: see [`Driver::amend`](crate::Driver::amend).
    #[must_use]
    pub fn may_be_amended(&self) -> bool {
        use ErrorKind::{Capacity, Conflict, Invalid, NotFound, TerminalStatus};
        matches!(self, Self::Error { error } if matches!(error.kind(), Invalid | NotFound | Conflict | Capacity | TerminalStatus))
    }
}

impl Outcome {
    /// What a person does next: about what failed, and about what is still there. Empty if there is nothing to be done.
    ///
    /// ```
    /// # use rds_refresh_core::{Outcome, Verdict};
    /// # fn tell(outcome: &Outcome) {
    /// for advice in outcome.advice() {
    ///     println!("next: {advice}");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn advice(&self) -> Vec<&str> {
        let mut advice = match &self.verdict {
            Verdict::Succeeded => Vec::new(),
            Verdict::Failed { cause, .. } => cause.advice(),
            Verdict::Parked { error, .. } => error.advice(),
        };
        if self.keeps(Upkeep::Bills) {
            advice.push("remove what bills, unless it is used or the run is to go on with it");
        }
        if self.keeps(Upkeep::Exposes) {
            advice.push("take back what lets another account use the data, unless the run is to go on with it");
        }
        if !self.leftovers.is_empty() {
            advice.push("look at what is left over, and remove what is the run's");
        }
        advice
    }

    /// What exists beside the result, by what it means that it stays, the most pressing first.
    pub fn kept_by_upkeep(&self) -> impl Iterator<Item = (Upkeep, Vec<&Resource>)> {
        let kept = |upkeep| self.kept.iter().filter(move |kept| kept.kind.upkeep() == upkeep).collect::<Vec<_>>();
        Upkeep::ALL.iter().map(move |upkeep| (*upkeep, kept(*upkeep))).filter(|(_, kept)| !kept.is_empty())
    }

    /// Whether nothing is left of the run but what expires by itself: then a cancelled run is undone.
    #[must_use]
    pub fn is_undone(&self) -> bool {
        self.leftovers.is_empty() && self.kept.iter().all(|kept| kept.kind.upkeep() == Upkeep::Expires)
    }

    fn keeps(&self, upkeep: Upkeep) -> bool {
        self.kept.iter().any(|kept| kept.kind.upkeep() == upkeep)
    }
}
