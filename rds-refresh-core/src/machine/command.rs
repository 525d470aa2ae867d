use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::{Facts, OnFailure, RunId, Timestamp};

/// The one next thing to do: a function of the state alone.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum Command<'s> {
    /// Have the worker run this call, and apply its answer.
    Run(Call<'s>),
    /// Wait, then apply [`Woke`](super::EventKind::Woke).
    Sleep(Sleep),
    /// Stop: the run has ended, or is parked.
    Finish(Outcome),
}

/// A wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sleep {
    /// The command's number, for the event.
    pub seq: u64,
    /// When to wake.
    pub until: Timestamp,
    /// The wait as it was planned. A driver whose clock was set back waits no longer than this.
    pub planned: Duration,
}

/// One call of one step.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Call<'s> {
    /// The command's number, which the answer echoes.
    pub seq: u64,
    /// The step's name in the plan.
    pub step: &'s str,
    /// What to do with it.
    pub action: Action,
    /// When the call must have stopped. No driver starts another call of the run before the answer, or before this plus
    /// [`GRACE`](super::GRACE).
    pub not_after: Timestamp,
    /// Whether the run may be given up with the answer, even if the step has not failed: its deadline has passed, or its progress has
    /// stood still for almost as long as it may. The worker brings along what RDS noted meanwhile.
    pub may_be_last: bool,
    /// Which attempt at the step this is, from 1. Raised by a resume after a failure; names of resources carry it.
    pub attempt: u32,
    /// How long the step has taken so far.
    pub elapsed: Duration,
    /// The run.
    pub run: &'s RunId,
    /// When the run began.
    pub began: Timestamp,
    /// What a failing run removes.
    pub on_failure: OnFailure,
    /// Everything that is known.
    pub facts: &'s Facts,
}

/// What to do with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Move the world towards what the step is for.
    Reconcile,
    /// Look whether what the step gave still stands.
    Verify,
    /// Undo what the step did or may have done.
    Compensate,
}
