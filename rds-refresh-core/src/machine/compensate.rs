//! One step after the other is undone, from the one that failed to the first.

use std::time::Duration;

use super::state::{Body, Kept, Phase, Stage, Turn};
use super::{Cause, Leftover, Machine};
use crate::resource::Resource;

impl Machine {
    pub(super) fn begin_compensation(&self, body: &mut Body, cause: Cause) {
        body.stage = Stage::Compensate { failed: body.at, cause };
        body.cancelled = false;
        self.undo_below(body, body.steps.len());
    }

    /// Undoes the last step before `bound` that did something or may have; ends the run if there is none.
    fn undo_below(&self, body: &mut Body, bound: usize) {
        let last = (0..bound).rev().find(|step| body.steps[*step].dirty || self.is_done(body, *step));
        match last {
            Some(step) => {
                body.at = step;
                body.turn = Turn::default();
                self.look(body);
            }
            None => end(body),
        }
    }

    /// The compensation found nothing more to do.
    pub(super) fn undone(&self, body: &mut Body, kept: Vec<Resource>) {
        let window = self.limits.absence_window;
        let overdue = matches!(body.phase, Phase::Calling { overdue: true, .. });
        // What a finished step made was seen. What an unfinished one made may show late, after a call that was given up.
        if !self.is_done(body, body.at) && !overdue {
            let since = *body.turn.absent_since_ms.get_or_insert(body.turn.elapsed_ms);
            let rest = window.saturating_sub(Duration::from_millis(body.turn.elapsed_ms.saturating_sub(since)));
            if !rest.is_zero() {
                return body.wait(rest, self.policy(body).wait.deadline);
            }
        }
        let step = body.at;
        for resource in kept {
            body.removed.retain(|removed| *removed != resource);
            if !body.kept.iter().any(|kept| kept.resource == resource) {
                body.kept.push(Kept { step, resource });
            }
        }
        for resource in std::mem::take(&mut body.turn.removing) {
            body.kept.retain(|kept| kept.resource != resource);
            if !body.removed.contains(&resource) {
                body.removed.push(resource);
            }
        }
        self.undo_before(body);
    }

    /// The step could not be undone: say so, and go on.
    pub(super) fn leave(&self, body: &mut Body, cause: &Cause, at_stake: &[Resource]) {
        let step = body.steps[body.at].name.clone();
        let why = cause.to_string();
        let mut left = std::mem::take(&mut body.turn.removing);
        left.extend(at_stake.iter().filter(|resource| !left.contains(resource)).cloned().collect::<Vec<_>>());
        let resources: Vec<Option<Resource>> = if left.is_empty() { vec![None] } else { left.into_iter().map(Some).collect() };
        for resource in resources {
            let leftover = Leftover { step: step.clone(), resource, why: why.clone() };
            body.leftovers.retain(|known| (&known.step, &known.resource) != (&leftover.step, &leftover.resource));
            body.leftovers.push(leftover);
        }
        self.undo_before(body);
    }

    fn undo_before(&self, body: &mut Body) {
        body.steps[body.at].dirty = false;
        self.undo_below(body, body.at);
    }
}

/// Nothing is left to undo.
fn end(body: &mut Body) {
    // Only a compensation ends here; anything else has nothing to end.
    if let Stage::Compensate { failed, cause } = std::mem::replace(&mut body.stage, Stage::Forward) {
        body.seq += 1;
        body.at = failed;
        body.phase = Phase::Failed { step: failed, cause };
    }
    body.turn = Turn::default();
}
