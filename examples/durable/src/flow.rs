//! The loop of a run: the three arms of a driver, on Restate's journal.
//!
//! # What a crash costs
//! Restate runs a handler again after a crash, with everything that is in its journal: answers, timers that went off, signals. So all that
//! is not a function of the state goes through the journal, and the state comes out as it was.
//!
//! A call that is in no journal may have been begun: its process may be dead, and its request still on its way. Nothing tells a `ctx.run`
//! that it is run again, so every event is stamped by the attempt at the handler that saw it, and a call is made only by the attempt that
//! saw the event before it. Any other attempt gives it up as [`Lost`](EventKind::Lost), as every driver does: it waits until the call and
//! its late effects are over, and has the step look again.
//!
//! For the same reason the journal tells of a step before the first call of it: a program that does not know the step could not tell that it
//! was begun, would begin another one in its place, and take later what the first one made for its own.

use rds_refresh_core::machine::{Call, GRACE, Outcome, Sleep, Verdict};
use rds_refresh_core::{
    Applied, Command, Event, EventKind, Facts, Machine, OnFailure, RunId, State, StoredState, Timestamp, Worker,
};
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use tracing::{Instrument, debug, info, info_span, warn};

use crate::halt::Halt;
use crate::pace::Pace;

/// Where the state is: what `status` shows, and what a signal is for.
pub(crate) const STATE: &str = "state";
/// The promise of a cancel.
pub(crate) const CANCEL: &str = "cancel";
/// A promise that nobody keeps: in place of a signal that has been heard.
const NEVER: &str = "never";

/// The promise of a nudge, while the run waits for the answer to this command.
pub(crate) fn nudge(seq: u64) -> String {
    format!("nudge-{seq}")
}

/// The promise of a resume, while the run is parked at this command.
pub(crate) fn resume(seq: u64) -> String {
    format!("resume-{seq}")
}

/// One attempt at a handler. No other one, of this process or any, has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Attempt(u64);

/// When an event happened, and which attempt saw it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Stamp {
    now: Timestamp,
    attempt: Attempt,
}

/// What became of a call, as it is in the journal.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    stamp: Stamp,
    /// The state that asked for the call: a plan that has changed is refused by it.
    asked: StoredState,
    /// `None` if the call was given up.
    kind: Option<EventKind>,
}

/// A run that is under way in this attempt.
pub(crate) struct Flow<'c> {
    ctx: &'c WorkflowContext<'c>,
    machine: &'c Machine,
    worker: &'c Worker,
    pace: Pace,
    attempt: Attempt,
    /// The steps that the journal tells of.
    reached: BTreeSet<String>,
    /// The cancel has been heard.
    cancelled: bool,
    /// The command for which a nudge has been heard.
    nudged: Option<u64>,
}

impl<'c> Flow<'c> {
    pub(crate) fn new(ctx: &'c WorkflowContext<'c>, machine: &'c Machine, worker: &'c Worker, pace: Pace) -> Self {
        // Every `RandomState` has keys of its own.
        let attempt = Attempt(RandomState::new().hash_one("attempt"));
        Self { ctx, machine, worker, pace, attempt, reached: BTreeSet::new(), cancelled: false, nudged: None }
    }

    /// Drives the run until it ends. A parked run is waited for.
    pub(crate) async fn drive(mut self, run: RunId, facts: Facts, on_failure: OnFailure) -> Result<Outcome, Halt> {
        let mut stamp = self.stamp("begin").await?;
        let started = self.machine.start(run, facts, on_failure, stamp.now);
        let mut state = started.map_err(Halt::refused)?;
        self.show(&state);
        loop {
            let event = match self.machine.command(&state) {
                Command::Run(call) => {
                    self.reach(&state, call.step).await?;
                    if let Some((answered, kind)) = self.call(&state, &call, stamp).await? {
                        stamp = answered;
                        kind
                    } else {
                        stamp = self.lose(&state, &call).await?;
                        EventKind::Lost { seq: call.seq }
                    }
                }
                Command::Sleep(sleep) => {
                    self.show(&state);
                    let kind = self.sleep(sleep).await?;
                    stamp = self.stamp("wake").await?;
                    kind
                }
                Command::Finish(outcome) => {
                    self.show(&state);
                    tell(&outcome);
                    let Verdict::Parked { until, .. } = outcome.verdict else { return Ok(outcome) };
                    let moved = self.wait_for_person(state.seq(), until).await?;
                    stamp = self.stamp("moved").await?;
                    if let Some(kind) = moved {
                        kind
                    } else {
                        let _ = self.machine.resume(&mut state, stamp.now);
                        continue;
                    }
                }
            };
            self.advance(&mut state, stamp.now, event).await?;
        }
    }

    /// Writes down that a step is reached, unless it is known; a program with another plan is refused by it.
    async fn reach(&mut self, state: &State, step: &str) -> Result<(), Halt> {
        if !self.reached.insert(step.to_owned()) {
            return Ok(());
        }
        loop {
            let reached = StoredState::from(state.clone());
            // One name for all steps: a replay under another plan is to come as far as the comparison.
            match self.ctx.run(move || async move { Ok(Json(reached)) }).name("reach").await {
                Ok(Json(reached)) => {
                    // Not terminal: Restate tries again until a program with the right plan serves the run.
                    self.machine.load(reached)?;
                    return Ok(());
                }
                Err(error) => self.hear(error)?,
            }
        }
    }

    /// Has the worker run a call; `None` if it did not end in time, or another attempt may have begun it.
    async fn call(&mut self, state: &State, call: &Call<'_>, seen: Stamp) -> Result<Option<(Stamp, EventKind)>, Halt> {
        let span = info_span!("call", step = call.step, action = ?call.action, attempt = call.attempt, seq = call.seq);
        let (worker, pace, attempt) = (self.worker, self.pace, self.attempt);
        let asked = StoredState::from(state.clone());
        let body = move || async move {
            let now = pace.now();
            let kind = if seen.attempt != attempt || now >= call.not_after {
                warn!("given up: it may have been begun before, or it is too late");
                None
            } else {
                // Real time, whatever a fake's clock shows: a second of work is a second.
                let answer = tokio::time::timeout(call.not_after.since(now), worker.run(call, now)).await;
                let kind = answer.ok().transpose()?;
                log(kind.as_ref());
                kind
            };
            Ok(Json(Answer { stamp: Stamp { now: pace.now(), attempt }, asked, kind }))
        };
        match self.ctx.run(body).name(format!("call {}", call.seq)).instrument(span).await {
            Ok(Json(Answer { stamp, asked, kind })) => {
                self.machine.load(asked)?;
                Ok(kind.map(|kind| (stamp, kind)))
            }
            Err(error) => {
                self.hear(error)?;
                Ok(None)
            }
        }
    }

    /// Waits until neither the call nor an effect of it is to be expected any more.
    async fn lose(&mut self, state: &State, call: &Call<'_>) -> Result<Stamp, Halt> {
        let planned = call.not_after.since(state.now()) + GRACE;
        let rest = (call.not_after + GRACE).since(self.pace.now()).min(planned);
        while let Err(error) = self.ctx.sleep(self.pace.scaled(rest)).await {
            self.hear(error)?;
        }
        self.stamp("lost").await
    }

    /// Waits for the timer, or for a signal.
    async fn sleep(&mut self, sleep: Sleep) -> Result<EventKind, Halt> {
        let rest = self.pace.scaled(sleep.until.since(self.pace.now()).min(sleep.planned));
        let nudge = if self.nudged == Some(sleep.seq) { NEVER.to_owned() } else { nudge(sleep.seq) };
        let cancel = if self.cancelled { NEVER } else { CANCEL };
        restate_sdk::select! {
            woke = self.ctx.sleep(rest) => {
                woke?;
                Ok(EventKind::Woke { seq: sleep.seq })
            },
            cancelled = self.ctx.promise::<bool>(cancel) => {
                cancelled?;
                Ok(EventKind::Cancelled)
            },
            nudged = self.ctx.promise::<bool>(&nudge) => {
                nudged?;
                self.nudged = Some(sleep.seq);
                Ok(EventKind::Nudged)
            },
            on_cancel => Ok(EventKind::Cancelled)
        }
    }

    /// Waits at a parked run; `None` if it is to be resumed. Past its limit any event starts the compensation.
    async fn wait_for_person(&mut self, seq: u64, until: Timestamp) -> Result<Option<EventKind>, Halt> {
        let rest = self.pace.scaled(until.since(self.pace.now()));
        let resume = resume(seq);
        let cancel = if self.cancelled { NEVER } else { CANCEL };
        restate_sdk::select! {
            woke = self.ctx.sleep(rest) => {
                woke?;
                Ok(Some(EventKind::Nudged))
            },
            cancelled = self.ctx.promise::<bool>(cancel) => {
                cancelled?;
                Ok(Some(EventKind::Cancelled))
            },
            resumed = self.ctx.promise::<bool>(&resume) => {
                resumed?;
                Ok(None)
            },
            on_cancel => Ok(Some(EventKind::Cancelled))
        }
    }

    /// Applies a cancel that has come, and then the event: a cancel must be known before a good answer leads on to the next step.
    async fn advance(&mut self, state: &mut State, now: Timestamp, kind: EventKind) -> Result<(), Halt> {
        if kind == EventKind::Cancelled {
            self.cancelled = true;
        } else if self.cancelled || self.is_cancelled().await? {
            self.cancelled = true;
            self.apply(state, now, EventKind::Cancelled);
        }
        self.apply(state, now, kind);
        Ok(())
    }

    fn apply(&self, state: &mut State, now: Timestamp, kind: EventKind) {
        if let Applied::Ignored(why) = self.machine.apply(state, Event { now, kind }) {
            debug!(?why, "an event changed nothing");
        }
    }

    async fn is_cancelled(&mut self) -> Result<bool, Halt> {
        match self.ctx.peek_promise::<bool>(CANCEL).await {
            Ok(cancel) => Ok(cancel.is_some()),
            Err(error) => self.hear(error).map(|()| true),
        }
    }

    /// The time, from the journal.
    async fn stamp(&mut self, name: &'static str) -> Result<Stamp, Halt> {
        loop {
            let (pace, attempt) = (self.pace, self.attempt);
            let read = move || async move { Ok(Json(Stamp { now: pace.now(), attempt })) };
            match self.ctx.run(read).name(name).await {
                Ok(Json(stamp)) => return Ok(stamp),
                Err(error) => self.hear(error)?,
            }
        }
    }

    /// A cancel of the invocation is a cancel of the run: what it made is undone.
    fn hear(&mut self, error: TerminalError) -> Result<(), Halt> {
        if error.code() != CANCELLED {
            return Err(error.into());
        }
        self.cancelled = true;
        Ok(())
    }

    fn show(&self, state: &State) {
        self.ctx.set(STATE, Json(StoredState::from(state.clone())));
    }
}

/// The code with which Restate ends what a cancelled invocation waits for.
const CANCELLED: u16 = 409;

fn log(answer: Option<&EventKind>) {
    match answer {
        Some(EventKind::Failed { error, .. }) => warn!(kind = %error.kind(), %error, "the call failed"),
        Some(EventKind::Pending { seen, .. }) => debug!(status = seen.status, percent = seen.percent, "not done yet"),
        Some(_) => info!("done"),
        None => warn!("the call did not end in time"),
    }
}

fn tell(outcome: &Outcome) {
    let next = outcome.advice().join("; ");
    match &outcome.verdict {
        Verdict::Succeeded => info!("succeeded"),
        Verdict::Parked { step, error, until } => warn!(%step, %error, %until, next, "parked"),
        Verdict::Failed { step, cause } => warn!(%step, %cause, next, leftovers = outcome.leftovers.len(), "failed"),
        _ => {}
    }
}
