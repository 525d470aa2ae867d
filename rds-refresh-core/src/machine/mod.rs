//! The pure machine: what to do next, and how an answer changes the state.
//!
//! ```text
//!               command(&State) ──►  Run(call)    ──► worker ──► step ──► AWS
//!  State ──►                    ──►  Sleep{until} ──► the orchestrator's timer
//!    ▲                          ──►  Finish(outcome)
//!    └──────  apply(&mut State, Event)  ◄─────────  the answer
//! ```
//!
//! The next command is a function of the state alone, so the state is the only thing to store and a crash loses nothing. No event on a
//! loaded state is an error and none panics. Nothing here reads a clock, draws a random number, or does I/O: time comes in events, jitter
//! from the run's id.
//!
//! | the run is … | its command | what moves it |
//! |---|---|---|
//! | calling | [`Run`](Command::Run) | the answer with the same number, or [`Lost`](EventKind::Lost) |
//! | waiting | [`Sleep`](Command::Sleep) | [`Woke`](EventKind::Woke) with the same number, [`Nudged`](EventKind::Nudged), [`Cancelled`](EventKind::Cancelled) |
//! | parked | [`Finish`](Command::Finish) | [`Machine::resume`], [`Cancelled`](EventKind::Cancelled), any event after the park limit |
//! | succeeded | [`Finish`](Command::Finish) | nothing |
//! | failed | [`Finish`](Command::Finish) | [`Machine::resume`] |

mod advice;
mod apply;
mod command;
mod compensate;
mod event;
mod forward;
mod load;
mod outcome;
mod report;
mod resume;
mod state;

use std::time::Duration;

pub use command::{Action, Call, Command, Sleep};
pub use event::{Applied, Event, EventKind, Seen, Why};
pub use load::{LoadError, StartError};
pub use outcome::{Cause, Leftover, Outcome, Verdict};
pub use report::{Doing, Failing, Report, StepReport};
pub use state::{State, StoredState};

use state::{Body, Left, Phase, Stage};

use crate::{RetryPolicy, StepError, Timestamp, WaitPolicy};

/// How long after a call's `not_after` a driver that has no answer waits before it applies [`Lost`](EventKind::Lost): the call's
/// process may be slow to stop.
pub const GRACE: Duration = Duration::from_secs(15);

/// The steps of a plan by name, with their policies: everything that decides what a run does next, and nothing that does it.
///
/// Made by [`Plan::build`](crate::Plan::build), together with the [`Worker`](crate::Worker) that does it.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    pub(crate) given: Vec<&'static str>,
    pub(crate) steps: Vec<PlannedStep>,
    pub(crate) limits: Limits,
}

/// What the machine knows of a step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlannedStep {
    pub name: String,
    pub version: u32,
    /// It leaves nothing to be undone.
    pub read_only: bool,
    /// The facts that must still stand for the step to be done (again).
    pub needs: Vec<&'static str>,
    /// All facts that the step reads, records included: if one is made again, what the step did is about something else.
    pub reads: Vec<&'static str>,
    pub gives: &'static str,
    pub retry: RetryPolicy,
    pub wait: WaitPolicy,
}

/// The limits of a whole run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The time between the two looks after which the compensation of an unfinished step holds that nothing of it exists: an effect may
    /// show late. Default 2 min.
    pub absence_window: Duration,
    /// How long a run stays parked before any event starts its compensation. Default 3 days.
    pub park_limit: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { absence_window: Duration::from_mins(2), park_limit: Duration::from_hours(72) }
    }
}

impl Machine {
    /// The names of the steps, in order.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(|step| step.name.as_str())
    }

    /// How the step of this name is waited for; `None` if the plan has no such step.
    #[must_use]
    pub fn wait_policy(&self, step: &str) -> Option<&WaitPolicy> {
        self.steps.iter().find(|planned| planned.name == step).map(|planned| &planned.wait)
    }

    /// The limits of a whole run.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The one next thing to do.
    #[must_use]
    pub fn command<'s>(&self, state: &'s State) -> Command<'s> {
        let body = &state.0;
        match &body.phase {
            Phase::Calling { not_after, .. } => Command::Run(body.call(*not_after)),
            Phase::Waiting { until } => Command::Sleep(Sleep { seq: body.seq, until: *until, planned: until.since(body.now) }),
            Phase::Parked { error, until } => Command::Finish(body.outcome(body.parked(error, *until))),
            Phase::Succeeded => Command::Finish(body.outcome(Verdict::Succeeded)),
            Phase::Failed { step, cause } => Command::Finish(body.outcome(body.failed(*step, cause))),
        }
    }

    /// Longer than any run takes, as the machine counts it ([`Outcome::elapsed`]): every step is done and undone by its deadline, and what
    /// comes after a deadline is bounded too. A resume after failing adds one and a half times as much at most: facts
    /// are looked at, steps done, and undone. Nothing is said of the time for which a run is parked.
    #[must_use]
    pub fn longest_run(&self) -> Duration {
        let of_step = |step: &PlannedStep| {
            // After the deadline a lost call is repeated, as often as the attempts allow, and the window for late effects is sat out.
            let call = step.wait.call_limit + apply::JUMP + 2 * step.retry.max_interval;
            step.wait.deadline + self.limits.absence_window + call * step.retry.max_attempts.saturating_add(4)
        };
        2 * self.steps.iter().map(of_step).sum::<Duration>()
    }

    /// The longest time that a call of any step may take.
    pub(crate) fn longest_call(&self) -> Duration {
        self.steps.iter().map(|step| step.wait.call_limit).max().unwrap_or_default()
    }

    /// The steps that are done or may have done something.
    pub(crate) fn touched<'s>(&self, state: &'s State) -> impl Iterator<Item = &'s str> {
        let records = state.0.steps.iter().enumerate();
        records.filter(|(index, step)| step.dirty || self.is_done(&state.0, *index)).map(|(_, step)| step.name.as_str())
    }

    /// The policies of the step that the present command is about.
    fn policy<'m>(&'m self, body: &Body) -> &'m PlannedStep {
        &self.steps[body.at]
    }

    fn is_done(&self, body: &Body, step: usize) -> bool {
        body.facts.contains(self.steps[step].gives)
    }
}

impl Body {
    fn call(&self, not_after: Timestamp) -> Call<'_> {
        let step = &self.steps[self.at];
        Call {
            seq: self.seq,
            step: &step.name,
            action: self.action(),
            not_after,
            attempt: step.attempt,
            elapsed: self.turn.elapsed(),
            run: &self.run,
            began: self.began,
            on_failure: self.on_failure,
            facts: &self.facts,
        }
    }

    fn action(&self) -> Action {
        match self.stage {
            Stage::Forward => Action::Reconcile,
            Stage::Verify { .. } => Action::Verify,
            Stage::Compensate { .. } => Action::Compensate,
        }
    }

    /// How the run ended or why it is parked; `None` while it goes on.
    fn stopped(&self) -> Option<Outcome> {
        let verdict = match &self.phase {
            Phase::Calling { .. } | Phase::Waiting { .. } => return None,
            Phase::Parked { error, until } => self.parked(error, *until),
            Phase::Succeeded => Verdict::Succeeded,
            Phase::Failed { step, cause } => self.failed(*step, cause),
        };
        Some(self.outcome(verdict))
    }

    fn parked(&self, error: &StepError, until: Timestamp) -> Verdict {
        Verdict::Parked { step: self.name_of(self.at), error: error.clone(), until }
    }

    fn failed(&self, step: usize, cause: &Cause) -> Verdict {
        Verdict::Failed { step: self.name_of(step), cause: cause.clone() }
    }

    /// Empty only in a stored state that nobody has checked, and that no machine would load.
    fn name_of(&self, step: usize) -> String {
        self.steps.get(step).map(|step| step.name.clone()).unwrap_or_default()
    }

    fn outcome(&self, verdict: Verdict) -> Outcome {
        let mut kept: Vec<_> = self.kept.iter().map(|kept| kept.resource.clone()).collect();
        if verdict == Verdict::Succeeded {
            kept.extend(self.steps.iter().flat_map(|step| step.keeps.iter().cloned()));
        }
        Outcome {
            run: self.run.clone(),
            verdict,
            elapsed: Duration::from_millis(self.elapsed_ms),
            removed: self.removed.clone(),
            kept,
            leftovers: self.leftovers.iter().map(|left| self.leftover(left)).collect(),
        }
    }

    fn leftover(&self, left: &Left) -> Leftover {
        Leftover {
            step: self.name_of(left.by.step),
            resource: left.resource.clone(),
            why: left.why.clone(),
            contested: left.contested,
        }
    }
}
