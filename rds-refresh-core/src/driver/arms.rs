//! The loop: run it, wait, finish.

use std::time::Duration;

use tracing::{Instrument, debug, info, info_span, warn};

use super::race::{Winner, race, within};
use super::{DriveError, Driver, Held};
use crate::Timestamp;
use crate::machine::{Applied, Call, Command, Event, EventKind, GRACE, Outcome, Sleep, Verdict};

impl Driver {
    /// Drives the run until it ends or is parked.
    pub(super) async fn finish(&self, mut held: Held) -> Result<Outcome, DriveError> {
        loop {
            match self.machine.command(&held.state) {
                Command::Run(call) => {
                    if self.stop.is_stopped() {
                        return Err(interrupted(&held));
                    }
                    held.lease.renew().await?;
                    match self.call(&call).await? {
                        Some(answer) => {
                            self.advance(&mut held, Some(answer)).await?;
                        }
                        None => self.lose(&mut held).await?,
                    }
                }
                Command::Sleep(Sleep { seq, until, planned }) => {
                    self.wait(&mut held, until, planned, EventKind::Woke { seq }).await?;
                }
                Command::Finish(outcome) => {
                    tell(&outcome);
                    return Ok(outcome);
                }
            }
        }
    }

    /// Has the worker run a call; `None` if it did not end in time.
    async fn call(&self, call: &Call<'_>) -> Result<Option<EventKind>, DriveError> {
        let now = self.clock.now();
        if now >= call.not_after {
            // Saving took too long, or the computer slept: by now another driver may think that the call is over.
            return Ok(None);
        }
        let span = info_span!("call", step = call.step, action = ?call.action, attempt = call.attempt, seq = call.seq);
        async {
            let answer = within(self.clock.deadline(call.not_after), self.worker.run(call, now)).await.transpose()?;
            match &answer {
                Some(EventKind::Failed { error, .. }) => warn!(kind = %error.kind(), %error, "the call failed"),
                Some(EventKind::Pending { seen, .. }) => debug!(status = seen.status, percent = seen.percent, "not done yet"),
                Some(_) => info!("done"),
                None => warn!(not_after = %call.not_after, "the call did not end in time"),
            }
            Ok(answer)
        }
        .instrument(span)
        .await
    }

    /// Gives the present call up, once neither it nor an effect of it is to be expected any more.
    pub(super) async fn lose(&self, held: &mut Held) -> Result<(), DriveError> {
        let Command::Run(Call { seq, not_after, .. }) = self.machine.command(&held.state) else { return Ok(()) };
        // Less of the call's time was left than at the state's last event, whatever the clock says now.
        let planned = not_after.since(held.state.now()) + GRACE;
        self.wait(held, not_after + GRACE, planned, EventKind::Lost { seq }).await
    }

    /// Waits until `until`, and no longer than `planned`, then applies `then`; unless a signal changes the command first.
    async fn wait(&self, held: &mut Held, until: Timestamp, planned: Duration, then: EventKind) -> Result<(), DriveError> {
        let seq = held.state.seq();
        let mut rest = planned;
        loop {
            let now = self.clock.now();
            let slice = until.since(now).min(rest).min(self.signal_interval);
            if slice.is_zero() {
                self.advance(held, Some(then)).await?;
                return Ok(());
            }
            self.advance(held, None).await?;
            if held.state.seq() != seq {
                return Ok(());
            }
            match race(self.stop.stopped(), self.clock.sleep_until(now + slice)).await {
                Winner::First(()) => return Err(interrupted(held)),
                Winner::Second(()) => rest = rest.saturating_sub(slice),
            }
            held.lease.renew().await?;
        }
    }

    /// Applies the signals and then the answer, and saves what changed. Gives whether anything did.
    ///
    /// The signals come first: a cancel must be known before a good answer leads on to the next step.
    pub(super) async fn advance(&self, held: &mut Held, answer: Option<EventKind>) -> Result<bool, DriveError> {
        let run = held.state.run().clone();
        let signals = self.store.signals(&run).await?;
        let signalled = signals.iter().map(EventKind::from);
        let now = self.clock.now();
        let mut advanced = false;
        for kind in signalled.chain(answer) {
            match self.machine.apply(&mut held.state, Event { now, kind }) {
                Applied::Advanced => advanced = true,
                Applied::Ignored(why) => debug!(?why, "an event changed nothing"),
            }
        }
        if advanced {
            self.save(held).await?;
        }
        for signal in signals.iter() {
            info!(%signal, "heard");
            self.store.acknowledge(&run, signal).await?;
        }
        Ok(advanced)
    }

    pub(super) async fn save(&self, held: &mut Held) -> Result<(), DriveError> {
        held.version = Some(self.store.save(&held.state, held.version).await?);
        if let Some(observe) = &self.observer {
            observe(&held.state.report());
        }
        Ok(())
    }
}

fn interrupted(held: &Held) -> DriveError {
    info!("interrupted");
    DriveError::Interrupted(held.state.run().clone())
}

fn tell(outcome: &Outcome) {
    let Outcome { removed, kept, leftovers, .. } = outcome;
    match &outcome.verdict {
        Verdict::Succeeded => info!("succeeded"),
        Verdict::Parked { step, error, until } => warn!(%step, %error, %until, "parked"),
        Verdict::Failed { step, cause } => {
            warn!(%step, %cause, removed = removed.len(), kept = kept.len(), leftovers = leftovers.len(), "failed");
        }
    }
}
