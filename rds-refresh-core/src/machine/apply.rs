//! How an event changes a state: who may speak now, how time passes, and who handles what.

use std::time::Duration;

use super::state::{Body, LARGEST, Phase, Stage, State, Turn};
use super::{Applied, Cause, Event, EventKind, Machine, Why};
use crate::retry::{Failures, NextRetry};
use crate::{ErrorKind, RdsEvent, RetryPolicy, StepError, Timestamp};

/// An event that comes later than planned by more than this tells of a clock that jumped or a computer that slept: the rest of the time
/// is not held against the step.
pub(super) const JUMP: Duration = Duration::from_mins(10);

impl Machine {
    /// Changes the state as the event says. Total: no event is an error, and what does not fit changes nothing.
    pub fn apply(&self, state: &mut State, event: Event) -> Applied {
        let body = &mut state.0;
        if let Err(why) = self.admit(body, &event) {
            return Applied::Ignored(why);
        }
        body.pass_time(event.now);
        match event.kind {
            EventKind::Cancelled => self.cancel(body),
            // Whatever a parked run is told after its limit, stale answers included, says that the limit has passed and no more.
            _ if matches!(body.phase, Phase::Parked { .. }) => self.unpark(body),
            EventKind::Woke { .. } => self.look(body),
            EventKind::Nudged => self.nudge(body),
            EventKind::Ready { fact, keeps, made, .. } => self.ready(body, fact, keeps, &made),
            EventKind::Pending { seen, look_in, expected, removing, at_stake, events, .. } => {
                body.turn.events = RdsEvent::newest(events);
                body.turn.see(seen, expected);
                body.turn.absent_since_ms = None;
                for resource in removing {
                    if !body.turn.removing.contains(&resource) {
                        body.turn.removing.push(resource);
                    }
                }
                body.turn.at_stake = at_stake;
                self.pending(body, look_in);
            }
            EventKind::Failed { error, at_stake, events, .. } => {
                body.turn.events = RdsEvent::newest(events);
                body.turn.at_stake = at_stake;
                self.failed(body, error, false);
            }
            EventKind::Lost { .. } => {
                let error = StepError::unknown_outcome("the answer to the call was lost; looking again");
                self.failed(body, error, true);
            }
            EventKind::Undone { kept, .. } => self.undone(body, kept),
            EventKind::Verified { stands, gone, .. } => self.verified(body, stands, gone),
        }
        Applied::Advanced
    }

    /// Whether the event has anything to say to the run as it is.
    fn admit(&self, body: &Body, event: &Event) -> Result<(), Why> {
        let stopping = body.cancelled || matches!(body.stage, Stage::Compensate { .. });
        match &body.phase {
            Phase::Succeeded | Phase::Failed { .. } => return Err(Why::Ended),
            Phase::Parked { until, .. } => {
                return match event.kind {
                    EventKind::Cancelled if !stopping => Ok(()),
                    _ if event.now >= *until => Ok(()),
                    EventKind::Cancelled => Err(Why::AlreadyStopping),
                    _ => Err(Why::Parked),
                };
            }
            Phase::Calling { .. } | Phase::Waiting { .. } => {}
        }
        if event.kind.seq().is_some_and(|seq| seq != body.seq) {
            return Err(Why::Stale);
        }
        match (&body.phase, &event.kind, &body.stage) {
            (_, EventKind::Cancelled, _) if stopping => Err(Why::AlreadyStopping),
            (Phase::Waiting { until }, EventKind::Nudged, _) if *until <= self.earliest_look(body) => Err(Why::TooSoon),
            (_, EventKind::Cancelled, _) | (Phase::Waiting { .. }, EventKind::Woke { .. } | EventKind::Nudged, _) => Ok(()),
            (Phase::Calling { .. }, EventKind::Nudged, _) if body.nudged => Err(Why::TooSoon),
            (Phase::Calling { .. }, kind, stage) => match (kind, stage) {
                (EventKind::Nudged | EventKind::Failed { .. } | EventKind::Lost { .. }, _)
                | (EventKind::Ready { .. }, Stage::Forward)
                | (EventKind::Pending { .. }, Stage::Forward | Stage::Compensate { .. })
                | (EventKind::Undone { .. }, Stage::Compensate { .. })
                | (EventKind::Verified { .. }, Stage::Verify { .. }) => Ok(()),
                _ => Err(Why::Unexpected),
            },
            _ => Err(Why::Unexpected),
        }
    }

    fn nudge(&self, body: &mut Body) {
        if matches!(body.phase, Phase::Calling { .. }) {
            body.nudged = true;
            return;
        }
        let earliest = self.earliest_look(body);
        if earliest <= body.now { self.look(body) } else { body.wait_until(earliest) }
    }

    fn cancel(&self, body: &mut Body) {
        match body.phase {
            // Never pre-empt a call: its effect may come late, and then nobody would know of it.
            Phase::Calling { .. } => body.cancelled = true,
            Phase::Parked { .. } if matches!(body.stage, Stage::Compensate { .. }) => self.unpark(body),
            _ => self.begin_compensation(body, Cause::Cancelled),
        }
    }

    /// The park limit has passed. What was being done is undone; an undoing is tried again.
    fn unpark(&self, body: &mut Body) {
        match (&body.phase, &body.stage) {
            (Phase::Parked { .. }, Stage::Compensate { .. }) => self.take_up(body),
            (Phase::Parked { error, .. }, _) => {
                let cause = Cause::ParkLimit { error: error.clone() };
                self.begin_compensation(body, cause);
            }
            _ => {}
        }
    }

    /// A call failed: try again, park, or give the step up.
    fn failed(&self, body: &mut Body, error: StepError, lost: bool) {
        if body.cancelled {
            return self.begin_compensation(body, Cause::Cancelled);
        }
        let policy = self.policy(body);
        let kind = error.kind();
        // A process that dies is not the step's failure, however often it happens. What is not undone bills: that is tried to the end.
        let is_undoing = matches!(body.stage, Stage::Compensate { .. });
        let failures = body.turn.fail(error.clone(), !lost && !is_undoing && RetryPolicy::counts(kind));
        let next = match kind {
            ErrorKind::Denied if self.has_achieved(body) => NextRetry::Park,
            ErrorKind::Credentials if error.is_unsent() => policy.retry.fetch_again(failures, body.seed()),
            _ => policy.retry.next(kind, failures, body.seed()),
        };
        // At the deadline a look decides. A lost one has not looked, so it may be repeated, though not for ever.
        let overdue = matches!(body.phase, Phase::Calling { overdue: true, .. })
            && !(lost && failures.in_a_row < policy.retry.max_attempts);
        match next {
            NextRetry::Park => self.park(body, error),
            NextRetry::After(pause) if !overdue => body.wait(pause, policy.wait.deadline),
            NextRetry::After(_) if kind == ErrorKind::Credentials => self.park(body, error),
            NextRetry::After(_) => self.give_up(body, self.deadline(body)),
            NextRetry::GiveUp => self.give_up(body, Cause::Error { error }),
        }
    }

    /// The present step cannot be done: undo the run. Or it cannot be undone: go on with the step before, and name what may be left,
    /// which is what it has asked to be removed, and what is at stake beside.
    pub(super) fn give_up(&self, body: &mut Body, cause: Cause) {
        match body.stage {
            Stage::Compensate { .. } => self.leave(body, &cause),
            Stage::Forward | Stage::Verify { .. } => self.begin_compensation(body, cause),
        }
    }

    pub(super) fn deadline(&self, body: &Body) -> Cause {
        Cause::Deadline {
            seconds: self.policy(body).wait.deadline.as_secs(),
            error: body.turn.error.clone(),
            seen: body.turn.seen.clone(),
        }
    }

    fn park(&self, body: &mut Body, error: StepError) {
        body.seq += 1;
        body.phase = Phase::Parked { error, until: body.now + self.limits.park_limit };
    }

    /// Looks again at what the run was parked for; the failures that led there are forgiven.
    pub(super) fn take_up(&self, body: &mut Body) {
        (body.turn.failures, body.turn.counted) = (0, 0);
        self.look(body);
    }

    /// Whether giving up now would throw away work.
    fn has_achieved(&self, body: &Body) -> bool {
        (0..body.steps.len()).any(|step| !self.steps[step].read_only && self.is_done(body, step))
    }

    /// Calls the present step.
    pub(super) fn look(&self, body: &mut Body) {
        let wait = &self.policy(body).wait;
        body.seq += 1;
        body.nudged = false;
        body.turn.looks = body.turn.looks.saturating_add(1);
        body.turn.looked_at_ms = body.turn.elapsed_ms;
        body.phase = Phase::Calling { not_after: body.now + wait.call_limit, overdue: body.turn.elapsed() >= wait.deadline };
    }

    fn earliest_look(&self, body: &Body) -> Timestamp {
        let since = Duration::from_millis(body.turn.elapsed_ms.saturating_sub(body.turn.looked_at_ms));
        body.now + self.policy(body).wait.min_interval.saturating_sub(since)
    }
}

impl Body {
    fn pass_time(&mut self, now: Timestamp) {
        let planned = match self.phase {
            Phase::Calling { not_after, .. } => not_after.since(self.now),
            Phase::Waiting { until } => until.since(self.now),
            // Time goes by for nobody.
            _ => {
                self.now = now;
                return;
            }
        };
        let passed = now.since(self.now).min(planned + JUMP);
        let passed = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        self.turn.elapsed_ms = self.turn.elapsed_ms.saturating_add(passed);
        self.elapsed_ms = self.elapsed_ms.saturating_add(passed);
        self.now = now;
    }

    /// What spreads the pauses of different runs, and of one run's different looks.
    pub(super) fn seed(&self) -> u64 {
        self.run.seed() ^ self.seq
    }

    /// Pauses, but not beyond the deadline: the look at the deadline is the one that decides.
    pub(super) fn wait(&mut self, pause: Duration, deadline: Duration) {
        const SHORTEST: Duration = Duration::from_secs(1);
        let rest = deadline.saturating_sub(self.turn.elapsed());
        let pause = if rest.is_zero() { pause } else { pause.min(rest) };
        self.wait_until(self.now + pause.max(SHORTEST));
    }

    fn wait_until(&mut self, until: Timestamp) {
        self.seq += 1;
        self.phase = Phase::Waiting { until };
    }
}

impl Turn {
    fn fail(&mut self, error: StepError, counts: bool) -> Failures {
        if self.failures == 0 {
            self.failing_since_ms = self.elapsed_ms;
        }
        self.failures = self.failures.saturating_add(1);
        self.counted = self.counted.saturating_add(u32::from(counts));
        self.error = Some(error);
        Failures {
            in_a_row: self.failures,
            counted: self.counted,
            lasting: Duration::from_millis(self.elapsed_ms.saturating_sub(self.failing_since_ms)),
        }
    }

    fn see(&mut self, seen: super::Seen, expected: Option<Duration>) {
        (self.failures, self.counted, self.failing_since_ms) = (0, 0, 0);
        if self.seen.as_ref().is_none_or(|before| before.percent != seen.percent) {
            self.still_since_ms = self.elapsed_ms;
        }
        self.seen = Some(seen);
        if let Some(expected) = expected {
            self.expected_ms = u64::try_from(expected.as_millis()).ok().filter(|expected| *expected < LARGEST);
        }
    }
}
