//! A tick: takes a run a little further, and says what to wait for.
//!
//! Nothing is kept between ticks. A tick may be delivered twice, or be ended at any moment: what it did is found by looking, because the
//! state that it was given is given to the next one as well.

mod begin;
mod requested;

use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::machine::{Call, Doing, GRACE, Report, Sleep, Verdict};
use rds_refresh_core::{Applied, Clock, Command, Event, EventKind, Machine, State, Timestamp, Worker};
use serde_json::Value;
use tracing::{Instrument, debug, info, info_span, warn};

use crate::notice::{Announcer, cause};
use crate::refusal::Refusal;
use crate::{Heard, Input, Is, Mode, Next, Output, limits};

/// What a function in the role of a tick has: a plan, its steps, a request and a clock.
pub struct Program {
    mode: Mode,
    machine: Machine,
    worker: Worker,
    clock: Arc<dyn Clock>,
    request: Value,
    announcer: Announcer,
}

/// A run after a tick.
#[derive(Debug)]
struct Answer {
    /// What people could see before; `None` for a run that has just begun.
    before: Option<Report>,
    state: State,
    /// The state's call was given up: nothing may be called before it is over.
    is_lost: bool,
}

impl Program {
    /// The plan of a mode with the request that was deployed: the whole document, or this account's half of it.
    #[must_use]
    pub fn new(mode: Mode, (machine, worker): (Machine, Worker), clock: Arc<dyn Clock>, request: Value) -> Self {
        Self { mode, machine, worker, clock, request, announcer: Announcer::new(mode) }
    }

    /// The same, whose messages also have a form for chats: see [`Notice`](crate::Notice).
    #[must_use]
    pub fn with_chat(mut self) -> Self {
        self.announcer = self.announcer.with_chat();
        self
    }

    /// The machine of its plan.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// Takes a run further, for at most [`TICK`](limits::TICK), and not beyond the present step.
    ///
    /// # Errors
    /// If the input is wrong, or its state is not one that this program can go on with. Nothing was called then.
    pub async fn tick(&self, input: Input) -> Result<Output, Refusal> {
        let ends = self.clock.now() + limits::TICK;
        let answer = match input {
            Input::Begin(begin) => self.begin(begin)?,
            Input::GoOn { state, event } => {
                let state = self.machine.load(*state)?;
                let span = info_span!("tick", run = %state.run(), mode = %self.mode, event = ?event);
                self.go_on(state, event, ends).instrument(span).await?
            }
        };
        Ok(self.output(answer))
    }

    async fn go_on(&self, mut state: State, event: Heard, ends: Timestamp) -> Result<Answer, Refusal> {
        let before = Some(state.report());
        let is_lost = match event {
            Heard::Look => self.drive(&mut state, ends).await?,
            Heard::Lost => {
                // The state machine has waited: if the lost tick had woken the run, its call is over by now.
                let had_woken = matches!(self.machine.command(&state), Command::Sleep(_));
                self.interrupt(&mut state, false);
                !self.lose(&mut state, had_woken)
            }
            Heard::Cancel => self.interrupt(&mut state, true),
            Heard::Resume => {
                let _ = self.machine.resume(&mut state, self.clock.now());
                false
            }
        };
        Ok(Answer { before, state, is_lost })
    }

    /// Takes a run from whoever had it, and may be in the middle of a call: what waits is woken, so that there is a call to lose. Answers
    /// whether there is one.
    fn interrupt(&self, state: &mut State, cancel: bool) -> bool {
        if let Command::Sleep(Sleep { seq, .. }) = self.machine.command(state) {
            self.apply(state, EventKind::Woke { seq });
        }
        // A nudge says nothing to a run that calls, and ends a parked one whose limit has passed.
        let is_parked = matches!(self.machine.command(state), Command::Finish(_));
        if cancel {
            self.apply(state, EventKind::Cancelled);
        } else if is_parked {
            self.apply(state, EventKind::Nudged);
        }
        !is_parked && matches!(self.machine.command(state), Command::Run(_))
    }

    /// Gives the present call up, if nothing of it is to be expected any more; otherwise says no.
    fn lose(&self, state: &mut State, is_over: bool) -> bool {
        let Command::Run(Call { seq, not_after, .. }) = self.machine.command(state) else { return true };
        if !is_over && self.clock.now() < not_after + GRACE {
            return false;
        }
        self.apply(state, EventKind::Lost { seq });
        true
    }

    /// Makes the calls of the present step, until it is done or there is something to wait for. Answers whether a call was given up.
    async fn drive(&self, state: &mut State, ends: Timestamp) -> Result<bool, Refusal> {
        let mut present = None;
        let mut calls = 0;
        loop {
            let answer = match self.machine.command(state) {
                Command::Finish(outcome) => {
                    if calls == 0 && matches!(outcome.verdict, Verdict::Parked { .. }) {
                        self.apply(state, EventKind::Nudged);
                    }
                    return Ok(false);
                }
                Command::Sleep(Sleep { seq, until, planned }) => {
                    if calls > 0 {
                        let rest = until.since(self.clock.now()).min(planned);
                        let fits = rest <= limits::SHORT_WAIT && self.clock.now() + rest + limits::ENOUGH <= ends;
                        if calls == limits::CALLS || !fits {
                            return Ok(false);
                        }
                        self.clock.sleep_until(self.clock.now() + rest).await;
                    }
                    EventKind::Woke { seq }
                }
                Command::Run(call) => {
                    let at = (call.step.to_owned(), call.action);
                    let enough = self.clock.now() + limits::ENOUGH <= ends;
                    if present.as_ref().is_some_and(|present| *present != at) || calls == limits::CALLS || !enough {
                        return Ok(false);
                    }
                    present = Some(at);
                    calls += 1;
                    match self.call(&call, ends).await? {
                        Some(answer) => answer,
                        None => return Ok(!self.lose(state, false)),
                    }
                }
            };
            self.apply(state, answer);
        }
    }

    /// Has the worker run a call; `None` if it did not end in time.
    async fn call(&self, call: &Call<'_>, ends: Timestamp) -> Result<Option<EventKind>, Refusal> {
        let now = self.clock.now();
        if now >= call.not_after {
            // It was asked for too long ago: somebody else may have begun it.
            return Ok(None);
        }
        let span = info_span!("call", step = call.step, action = ?call.action, attempt = call.attempt, seq = call.seq);
        async {
            tokio::select! {
                // A function that was frozen must not go on with a call: the deadline is asked first.
                biased;
                () = self.clock.deadline(call.not_after.min(ends)) => {
                    warn!("the call did not end in time");
                    Ok(None)
                }
                answer = self.worker.run(call, now) => {
                    let answer = answer?;
                    log(&answer);
                    Ok(Some(answer))
                }
            }
        }
        .instrument(span)
        .await
    }

    fn apply(&self, state: &mut State, kind: EventKind) {
        if let Applied::Ignored(why) = self.machine.apply(state, Event { now: self.clock.now(), kind }) {
            debug!(?why, "an event changed nothing");
        }
    }

    fn output(&self, answer: Answer) -> Output {
        let Answer { before, state, is_lost } = answer;
        let report = state.report();
        let notify = self.announcer.announce(before.as_ref(), &report);
        let next = self.next(&state, &report, is_lost);
        Output { state: state.into(), next, notify }
    }

    fn next(&self, state: &State, report: &Report, is_lost: bool) -> Next {
        let now = self.clock.now();
        let (wait, cause) = match self.machine.command(state) {
            Command::Run(call) if is_lost => ((call.not_after + GRACE).since(now), None),
            Command::Run(_) => (Duration::ZERO, None),
            Command::Sleep(Sleep { until, planned, .. }) => (until.since(now).min(planned), None),
            Command::Finish(outcome) => match &outcome.verdict {
                Verdict::Parked { until, .. } => (until.since(now).max(Duration::from_secs(1)), cause(&outcome)),
                _ => (Duration::ZERO, cause(&outcome)),
            },
        };
        let is = match report.doing {
            Doing::Succeeded => Is::Succeeded,
            Doing::Failed => Is::Failed,
            Doing::Parked => Is::Parked,
            _ if is_lost => Is::Lost,
            Doing::Compensating => Is::Undo,
            _ => Is::Look,
        };
        Next { step: step(report).to_owned(), is, seconds: seconds(wait), cause }
    }
}

/// The step that a run is at, or was at last.
pub(crate) fn step(report: &Report) -> &str {
    let failed = report.failing.as_ref().filter(|_| report.doing == Doing::Failed).map(|failing| failing.step.as_str());
    let current = report.steps.iter().find(|step| step.is_current).or(report.steps.last());
    failed.or(current.map(|step| step.step.as_str())).unwrap_or_default()
}

/// Whole seconds, not fewer: a timer that goes off early costs a look.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn log(answer: &EventKind) {
    match answer {
        EventKind::Failed { error, .. } => warn!(kind = %error.kind(), %error, "the call failed"),
        EventKind::Pending { seen, .. } => info!(status = seen.status, percent = seen.percent, "not done yet"),
        _ => info!("done"),
    }
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program").field("mode", &self.mode).finish_non_exhaustive()
    }
}
