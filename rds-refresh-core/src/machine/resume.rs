//! Taking up a run that is parked or has failed.

use super::state::{Body, MadeBy, Phase, Stage, State, Turn};
use super::{Applied, Machine, Why};
use crate::Timestamp;

impl Machine {
    /// Takes up a run that is parked or has failed, or goes on with one that has succeeded in a shorter plan.
    ///
    /// A parked run goes on where it stopped. A failed one is taken up at the earliest step whose fact is needed and no longer stands: the
    /// steps that are not done say which facts they need, those are looked at again, and a fact that is gone is made again by its step,
    /// under a new attempt. What is not needed any more, as the temporary instance once its snapshot exists, is not made again.
    pub fn resume(&self, state: &mut State, now: Timestamp) -> Applied {
        let body = &mut state.0;
        match body.phase {
            Phase::Parked { .. } => {
                body.now = now;
                self.take_up(body);
            }
            Phase::Failed { .. } => {
                body.now = now;
                body.removed.clear();
                for step in 0..body.steps.len() {
                    if !self.is_done(body, step) {
                        body.steps[step].attempt = body.steps[step].attempt.saturating_add(1);
                    }
                }
                let queue = (0..self.steps.len())
                    .filter(|step| !self.is_done(body, *step))
                    .flat_map(|step| self.givers(body, step))
                    .collect();
                self.verify_next(body, queue);
            }
            Phase::Succeeded if (0..self.steps.len()).any(|step| !self.is_done(body, step)) => {
                body.now = now;
                self.advance(body);
            }
            _ => return Applied::Ignored(Why::NotStopped),
        }
        Applied::Advanced
    }

    pub(super) fn verified(&self, body: &mut Body, stands: bool) {
        if body.cancelled {
            return self.begin_compensation(body, super::Cause::Cancelled);
        }
        let Stage::Verify { queue } = &mut body.stage else { return };
        let mut queue = std::mem::take(queue);
        if !stands {
            let step = body.at;
            body.facts.remove(self.steps[step].gives);
            body.steps[step].attempt = body.steps[step].attempt.saturating_add(1);
            queue.extend(self.givers(body, step));
        }
        self.verify_next(body, queue);
    }

    /// Looks at the last fact of the queue: what it needed in turn is asked for only if it is gone, and lies before it.
    fn verify_next(&self, body: &mut Body, mut queue: Vec<usize>) {
        queue.sort_unstable();
        queue.dedup();
        let Some(last) = queue.pop() else {
            // What a step that is done made is in use again. What its earlier attempts made is not.
            let Body { steps, facts, kept, leftovers, .. } = &mut *body;
            let is_in_use = |by: MadeBy| facts.contains(self.steps[by.step].gives) && steps[by.step].attempt == by.attempt;
            kept.retain(|kept| !is_in_use(kept.by));
            leftovers.retain(|left| !is_in_use(left.by));
            return self.advance(body);
        };
        body.stage = Stage::Verify { queue };
        body.at = last;
        body.turn = Turn::default();
        self.look(body);
    }

    /// The steps that gave the facts which `step` needs.
    fn givers(&self, body: &Body, step: usize) -> Vec<usize> {
        let needs = &self.steps[step].needs;
        (0..step.min(body.steps.len()))
            .filter(|giver| needs.contains(&self.steps[*giver].gives) && self.is_done(body, *giver))
            .collect()
    }
}
