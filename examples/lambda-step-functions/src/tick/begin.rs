//! The first task of an execution: it makes the state or takes one up, and calls nothing.

use rds_refresh_core::machine::Applied;
use rds_refresh_core::{RunId, StoredState};
use tracing::info;

use super::requested::Requested;
use super::{Answer, Program};
use crate::refusal::Refusal;
use crate::{Begin, Heard};

impl Program {
    pub(super) fn begin(&self, begin: Begin) -> Result<Answer, Refusal> {
        let Begin { execution, started, mut input } = begin;
        if let Some(stored) = input.state.take() {
            if input.handover.is_some() || input.source_cluster_id.is_some() {
                return Err(Refusal::refused("an input with a `state` takes a run up, and takes no other request"));
            }
            return self.take_up(*stored, input.event.unwrap_or(Heard::Resume));
        }
        if input.event.is_some() {
            return Err(Refusal::refused("an input with an `event` needs the `state` that it is for"));
        }
        let requested = Requested::read(self.mode, &self.request, &input)?;
        let run = input.run.or(requested.run).unwrap_or_else(|| name(&execution, started));
        let state = self.machine.start(run, requested.facts, requested.on_failure, self.clock.now())?;
        info!(run = %state.run(), "begun");
        Ok(Answer { before: None, state, is_lost: false })
    }

    /// Takes up a run that another execution has left, for whatever reason.
    fn take_up(&self, stored: StoredState, event: Heard) -> Result<Answer, Refusal> {
        let mut state = self.machine.load(stored)?;
        let before = Some(state.report());
        info!(run = %state.run(), ?event, "taken up");
        if event == Heard::Resume && self.machine.resume(&mut state, self.clock.now()) == Applied::Advanced {
            return Ok(Answer { before, state, is_lost: false });
        }
        let is_lost = self.interrupt(&mut state, event == Heard::Cancel);
        Ok(Answer { before, state, is_lost })
    }
}

/// The execution's name, if it can be a run's; else one that no other execution has.
fn name(execution: &str, started: rds_refresh_core::Timestamp) -> RunId {
    let own = execution.rsplit(':').next().unwrap_or_default();
    own.parse().unwrap_or_else(|_| {
        let hash = execution.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        RunId::at(started, hash)
    })
}
