//! One step after the other is done.

use std::time::Duration;

use serde_json::Value;

use super::state::{Body, Phase, Stage, StepRecord, Turn};
use super::{Cause, Machine};
use crate::resource::Resource;
use crate::wait::Look;

impl Machine {
    /// Goes on with the first step that is not done.
    pub(super) fn advance(&self, body: &mut Body) {
        body.stage = Stage::Forward;
        let Some(next) = (0..self.steps.len()).find(|step| !self.is_done(body, *step)) else {
            body.seq += 1;
            body.phase = Phase::Succeeded;
            return;
        };
        for step in &self.steps[body.steps.len().min(next + 1)..=next] {
            body.steps.push(StepRecord {
                name: step.name.clone(),
                version: step.version,
                attempt: 1,
                dirty: false,
                elapsed_ms: 0,
                looks: 0,
                keeps: Vec::new(),
            });
        }
        body.at = next;
        body.steps[next].dirty = !self.steps[next].read_only;
        body.turn = Turn::default();
        self.look(body);
    }

    pub(super) fn ready(&self, body: &mut Body, fact: Value, keeps: Vec<Resource>, made: &[Resource]) {
        // An earlier attempt may have left it, under the name that it still has.
        for resource in made {
            body.forget(resource);
        }
        body.facts.set(self.steps[body.at].gives, fact);
        body.record_turn();
        let record = &mut body.steps[body.at];
        record.keeps = keeps;
        // From here on the fact says that there is something to undo.
        record.dirty = false;
        if body.cancelled {
            self.begin_compensation(body, Cause::Cancelled);
        } else {
            self.advance(body);
        }
    }

    /// Plans the next look, unless time or patience is over.
    pub(super) fn pending(&self, body: &mut Body, look_in: Option<Duration>) {
        if body.cancelled {
            return self.begin_compensation(body, Cause::Cancelled);
        }
        let wait = &self.policy(body).wait;
        if matches!(body.phase, Phase::Calling { overdue: true, .. }) {
            body.turn.error = None;
            let cause = self.deadline(body);
            return self.give_up(body, cause);
        }
        let percent = body.turn.seen.as_ref().and_then(|seen| seen.percent);
        if let (Some(percent), Some(limit)) = (percent, wait.stall_limit.filter(|limit| body.turn.still() >= *limit)) {
            let cause = Cause::Stalled { percent, seconds: limit.as_secs(), seen: body.turn.seen.clone() };
            return self.give_up(body, cause);
        }
        body.turn.error = None;
        let look = Look {
            elapsed: body.turn.elapsed(),
            expected: body.turn.expected_ms.map(Duration::from_millis),
            // Of doing the step, and not of undoing it.
            experience: wait.experience.filter(|_| body.stage == Stage::Forward),
            percent,
        };
        let planned = look_in.map_or_else(|| wait.next_look(look, body.seed()), |pause| pause.min(wait.max_interval));
        let pause = if body.nudged { planned.min(wait.min_interval) } else { planned };
        body.wait(pause, wait.deadline);
    }
}

impl Body {
    /// Writes down how long the present step took, and how many looks.
    pub(super) fn record_turn(&mut self) {
        let record = &mut self.steps[self.at];
        (record.elapsed_ms, record.looks) = (self.turn.elapsed_ms, self.turn.looks);
    }
}
