//! Taking up a run that is parked or has failed.

use super::state::{Body, MadeBy, Phase, Stage, State, Turn};
use super::{Applied, Machine, Why};
use crate::Timestamp;

impl Machine {
    /// Takes up a run that is parked or has failed, or goes on with one that has succeeded in a shorter plan.
    ///
    /// A parked run goes on where it stopped. A failed one is taken up at the earliest step whose fact is needed and no longer stands: the
    /// steps that are not done say which facts they need, those are looked at again, and a fact that is gone is made again by its step,
    /// under a new attempt, and so is everything that was derived from it. What is not needed any more, as the temporary instance once its snapshot exists, is not made again.
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

    pub(super) fn verified(&self, body: &mut Body, stands: bool, gone: bool) {
        if body.cancelled {
            return self.begin_compensation(body, super::Cause::Cancelled);
        }
        let Stage::Verify { queue } = &mut body.stage else { return };
        let mut queue = std::mem::take(queue);
        if !stands {
            if gone {
                // It was there when its step was done, so that it is absent now is no late effect.
                let by = body.made_by();
                body.kept.retain(|kept| kept.by != by);
                body.leftovers.retain(|left| left.by != by);
            }
            let dropped = self.drop_fact(body);
            queue.extend(dropped.into_iter().flat_map(|step| self.givers(body, step)));
            queue.retain(|step| self.is_done(body, *step));
        }
        self.verify_next(body, queue);
    }

    /// Forgets the fact of the present step, and with it every fact that was derived from it: another temporary instance has not been
    /// masked, whatever was done to the one before. Answers the steps that are to be done again.
    fn drop_fact(&self, body: &mut Body) -> Vec<usize> {
        let mut dropped = vec![body.at];
        let mut gone = vec![self.steps[body.at].gives];
        for step in body.at + 1..body.steps.len() {
            if self.is_done(body, step) && self.steps[step].reads.iter().any(|fact| gone.contains(fact)) {
                dropped.push(step);
                gone.push(self.steps[step].gives);
            }
        }
        for step in &dropped {
            let record = &mut body.steps[*step];
            record.attempt = record.attempt.saturating_add(1);
            record.keeps.clear();
            body.facts.remove(self.steps[*step].gives);
        }
        dropped
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
