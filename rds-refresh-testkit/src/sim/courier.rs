//! Delivers answers as a queue does: each at least once, some once more later, and that of a call that was given up as well.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use rds_refresh_core::driver::{DriveError, Lease, Stored};
use rds_refresh_core::machine::{Applied, GRACE, Seen, Sleep};
use rds_refresh_core::{Clock, Command, Event, EventKind, Facts, Machine, OnFailure, Outcome, RunId, State, Store, Worker};

use super::chance::Chance;
use super::clock::SimClock;
use super::store::SimStore;

/// An orchestrator of the three arms, as somebody writes one for a queue.
pub(super) struct Courier {
    pub(super) machine: Machine,
    pub(super) worker: Worker,
    pub(super) store: SimStore,
    pub(super) clock: SimClock,
    pub(super) chance: Mutex<Chance>,
}

/// Why a run is not driven any more.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    #[error(transparent)]
    Drive(DriveError),
    #[error("an answer that had come before, or too late, changed the run: {0:?}")]
    Twice(EventKind),
}

impl<E: Into<DriveError>> From<E> for Lost {
    fn from(error: E) -> Self {
        Self::Drive(error.into())
    }
}

struct Held {
    state: State,
    version: Option<u64>,
    lease: Box<dyn Lease>,
}

/// How often a wait hears signals, and the lease is renewed.
const SLICE: Duration = Duration::from_mins(5);

/// No call of any step takes longer.
const LONGEST_CALL: Duration = Duration::from_mins(10);

impl Courier {
    /// Begins a run, or goes on with it, until it has ended or is parked.
    pub(super) async fn drive(&self, run: &RunId, facts: &Facts, on_failure: OnFailure) -> Result<Outcome, Lost> {
        let lease = self.store.lease(run, Duration::from_hours(2)).await?;
        let mut held = if let Some(Stored { version, state }) = self.store.load(run).await? {
            let state = self.machine.load(state).map_err(|source| DriveError::Load { run: run.clone(), source })?;
            Held { state, version: Some(version), lease }
        } else {
            let state = self.machine.start(run.clone(), facts.clone(), on_failure, self.clock.now())?;
            let mut held = Held { state, version: None, lease };
            self.save(&mut held).await?;
            held
        };
        // Whoever was here before may have called.
        self.give_up(&mut held).await?;
        let mut delivered = Vec::new();
        loop {
            held.lease.renew().await?;
            let answer = match self.machine.command(&held.state) {
                Command::Finish(outcome) => return Ok(outcome),
                Command::Sleep(sleep) => self.wait(&mut held, sleep).await?,
                Command::Run(call) => {
                    let (seq, deadline) = (call.seq, self.clock.sleep_until(call.not_after));
                    let answer = within(deadline, self.worker.run(&call, self.clock.now())).await.transpose()?;
                    if answer.is_none() {
                        self.give_up(&mut held).await?;
                        self.once_more(&mut held, too_late(seq)).await?;
                    }
                    answer
                }
            };
            let Some(answer) = answer else { continue };
            self.signals(&mut held).await?;
            self.deliver(&mut held, answer.clone()).await?;
            delivered.push(answer);
            if let Some(old) = self.drawn(&delivered) {
                self.once_more(&mut held, old).await?;
            }
        }
    }

    /// Waits; `None` if a signal changed the command meanwhile.
    async fn wait(&self, held: &mut Held, Sleep { seq, until, planned }: Sleep) -> Result<Option<EventKind>, Lost> {
        let mut rest = planned;
        loop {
            let now = self.clock.now();
            let slice = until.since(now).min(rest).min(SLICE);
            if slice.is_zero() {
                return Ok(Some(EventKind::Woke { seq }));
            }
            self.signals(held).await?;
            if held.state.seq() != seq {
                return Ok(None);
            }
            self.clock.sleep_until(now + slice).await;
            rest = rest.saturating_sub(slice);
            held.lease.renew().await?;
        }
    }

    /// Gives the present call up, if there is one, once no effect of it is to be expected.
    async fn give_up(&self, held: &mut Held) -> Result<(), Lost> {
        let Command::Run(call) = self.machine.command(&held.state) else { return Ok(()) };
        let (seq, rest) = (call.seq, call.not_after.since(self.clock.now()).min(LONGEST_CALL) + GRACE);
        self.clock.sleep_until(self.clock.now() + rest).await;
        held.lease.renew().await?;
        self.deliver(held, EventKind::Lost { seq }).await.map(drop)
    }

    async fn signals(&self, held: &mut Held) -> Result<(), Lost> {
        let run = held.state.run().clone();
        let signals = self.store.signals(&run).await?;
        for signal in signals.iter() {
            self.deliver(held, signal.into()).await?;
            self.store.acknowledge(&run, signal).await?;
        }
        Ok(())
    }

    /// Applies an answer, and saves what changed. Answers whether anything did.
    async fn deliver(&self, held: &mut Held, kind: EventKind) -> Result<bool, Lost> {
        let advanced = self.machine.apply(&mut held.state, Event { now: self.clock.now(), kind }) == Applied::Advanced;
        if advanced {
            self.save(held).await?;
        }
        Ok(advanced)
    }

    /// Applies an answer whose command is over: it must change nothing.
    async fn once_more(&self, held: &mut Held, old: EventKind) -> Result<(), Lost> {
        if self.deliver(held, old.clone()).await? { Err(Lost::Twice(old)) } else { Ok(()) }
    }

    async fn save(&self, held: &mut Held) -> Result<(), Lost> {
        held.version = Some(self.store.save(&held.state, held.version).await?);
        Ok(())
    }

    /// One of the answers, now and then.
    fn drawn(&self, delivered: &[EventKind]) -> Option<EventKind> {
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        let index = usize::try_from(chance.below(delivered.len() as u64)).unwrap_or_default();
        chance.once_in(3).then(|| delivered[index].clone())
    }
}

/// The answer to a call that was given up.
fn too_late(seq: u64) -> EventKind {
    let seen = Seen::status("too late");
    EventKind::Pending {
        seq,
        seen,
        look_in: None,
        expected: None,
        removing: Vec::new(),
        at_stake: Vec::new(),
        events: Vec::new(),
    }
}

/// Waits for a call until its deadline, which whoever wakes asks first: the process may have been suspended.
async fn within<T>(deadline: impl Future<Output = ()>, call: impl Future<Output = T>) -> Option<T> {
    let (mut deadline, mut call) = (pin!(deadline), pin!(call));
    poll_fn(|cx| match deadline.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => call.as_mut().poll(cx).map(Some),
    })
    .await
}
