//! One step after the other is undone, from the one that failed to the first.

use std::time::Duration;

use super::state::{Body, Kept, Left, MadeBy, Phase, Stage, Turn};
use super::{Cause, Machine};
use crate::ErrorKind;
use crate::resource::Resource;

impl Machine {
    pub(super) fn begin_compensation(&self, body: &mut Body, cause: Cause) {
        // What a look at a finished step took is not what the step took.
        if body.stage == Stage::Forward {
            body.record_turn();
        }
        body.events = std::mem::take(&mut body.turn.events);
        body.stage = Stage::Compensate { failed: body.at, cause };
        body.cancelled = false;
        self.undo_below(body, body.steps.len());
    }

    /// Undoes the last step before `bound` that did something or may have; ends the run if there is none.
    fn undo_below(&self, body: &mut Body, bound: usize) {
        let did = |step: &usize| !self.steps[*step].read_only && (body.steps[*step].dirty || self.is_done(body, *step));
        let last = (0..bound).rev().find(did);
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
        // What a finished step made was seen. What an unfinished one made may show late, after a call that was given up. The window
        // holds even against the deadline: it is short, and ends.
        if !self.is_done(body, body.at) {
            let since = *body.turn.absent_since_ms.get_or_insert(body.turn.elapsed_ms);
            let window = self.limits.absence_window;
            if Duration::from_millis(body.turn.looked_at_ms.saturating_sub(since)) < window {
                let passed = Duration::from_millis(body.turn.elapsed_ms.saturating_sub(since));
                return body.wait(window.saturating_sub(passed), self.policy(body).wait.deadline);
            }
        }
        let by = body.made_by();
        body.leftovers.retain(|left| left.by != by);
        for resource in std::mem::take(&mut body.turn.removing) {
            body.forget(&resource);
            body.removed.push(resource);
        }
        // The last look has the last word: what was to be removed may be worth keeping by now.
        for resource in kept {
            body.forget(&resource);
            body.kept.push(Kept { by, resource });
        }
        self.undo_before(body);
    }

    /// The step could not be undone: say so, and go on.
    pub(super) fn leave(&self, body: &mut Body, cause: &Cause) {
        let by = body.made_by();
        let contested = matches!(cause, Cause::Error { error } if error.kind() == ErrorKind::Conflict);
        body.leftovers.retain(|left| left.by != by);
        let (removing, at_stake) = (std::mem::take(&mut body.turn.removing), std::mem::take(&mut body.turn.at_stake));
        if removing.is_empty() && at_stake.is_empty() {
            body.leftovers.push(Left { by, resource: None, why: cause.to_string(), contested });
        }
        for resource in removing.iter().chain(&at_stake) {
            body.forget(resource);
            body.leftovers.push(Left { by, resource: Some(resource.clone()), why: why_left(cause, resource), contested });
        }
        self.undo_before(body);
    }

    fn undo_before(&self, body: &mut Body) {
        body.steps[body.at].dirty = false;
        self.undo_below(body, body.at);
    }
}

impl Body {
    pub(super) fn made_by(&self) -> MadeBy {
        MadeBy { step: self.at, attempt: self.steps[self.at].attempt }
    }

    /// Takes a resource off the lists: it stands in one at most, and the last word about it counts.
    pub(super) fn forget(&mut self, resource: &Resource) {
        self.removed.retain(|removed| removed != resource);
        self.kept.retain(|kept| kept.resource != *resource);
        self.leftovers.retain(|left| left.resource.as_ref() != Some(resource));
    }
}

/// Why a resource could not be removed, without its name, which is said beside, and with what its step advises.
fn why_left(cause: &Cause, resource: &Resource) -> String {
    let Cause::Error { error } = cause else { return cause.to_string() };
    let said = match error.code() {
        _ if error.operation().is_some() || error.resource() != Some(&resource.id) => error.to_string(),
        Some(code) => format!("{} ({code})", error.message()),
        None => error.message().to_owned(),
    };
    error.own_advice().map_or(said.clone(), |advice| format!("{said}; {advice}"))
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
