//! What becomes of a call that is struck.

use std::sync::Arc;
use std::time::Duration;

use super::Deferred;
use super::refusal::refusal;
use super::target::target_of;
use crate::fault::{Effect, Failure, Strike};
use crate::timing::Spread;
use crate::world::agenda::{Happening, Target};
use crate::world::{ApiError, Caller, Entry, Request, World};

/// A call's answer, and whether it changed the world.
pub(in crate::world) struct CarriedOut<T> {
    pub(in crate::world) answer: Result<T, ApiError>,
    pub(in crate::world) took_effect: bool,
}

impl<T> CarriedOut<T> {
    fn refused(error: ApiError) -> Self {
        Self { answer: Err(error), took_effect: false }
    }
}

impl World {
    /// Carries a request out as if nothing were wrong.
    pub(in crate::world) fn carry_out<R: Request>(&mut self, caller: &Caller, request: &R) -> CarriedOut<R::Answer> {
        if R::OPERATION.mutates() {
            self.remember(self.now());
        }
        let answer = self.authorize(caller, request).and_then(|()| request.apply(self, caller));
        let took_effect = R::OPERATION.mutates() && answer.is_ok();
        CarriedOut { answer, took_effect }
    }

    /// Carries a request out, or not, as a strike has it.
    pub(in crate::world) fn struck_by<R: Request>(
        &mut self,
        strike: Strike,
        caller: &Caller,
        request: &R,
    ) -> CarriedOut<R::Answer> {
        if let Some(error) = refusal(&strike, R::OPERATION, caller, self.now()) {
            return CarriedOut::refused(error);
        }
        match strike {
            Strike::Unanswered { failure, effect } => self.unanswered(failure, effect, caller, request),
            Strike::Stale { by } if !R::OPERATION.mutates() => {
                self.as_of(self.now().before(by), |world| world.carry_out(caller, request))
            }
            Strike::Lagging { by } => {
                let lag = std::mem::replace(&mut self.timing.modify_lag, Spread::exactly(by.as_secs()));
                let done = self.carry_out(caller, request);
                self.timing.modify_lag = lag;
                done
            }
            Strike::Spreading { over } => {
                let usual = (self.switches.grant_delay, self.switches.key_policy_delay);
                (self.switches.grant_delay, self.switches.key_policy_delay) = (over, over);
                let done = self.carry_out(caller, request);
                (self.switches.grant_delay, self.switches.key_policy_delay) = usual;
                done
            }
            Strike::Lingers { by } => {
                let done = self.carry_out(caller, request);
                if let Some(target) = target_of(R::OPERATION, caller, request.resource()) {
                    self.agenda.put_off(&target, &Happening::Gone, by);
                }
                done
            }
            Strike::Ends { status } => {
                let done = self.carry_out(caller, request);
                if done.took_effect
                    && let Some(target) = target_of(R::OPERATION, caller, request.resource())
                    && let Some(ready) = self.ready_at(&target)
                    && let Some(incarnation) = self.incarnation(&target)
                {
                    self.put_off(ready.since(self.now()), Deferred::Ends(target, incarnation, status));
                }
                done
            }
            Strike::Becomes { status } => {
                let done = self.carry_out(caller, request);
                if let Some(target) = target_of(R::OPERATION, caller, request.resource()) {
                    self.end_in(&target, &status);
                }
                done
            }
            Strike::Flips { status, lasting } => {
                let done = self.carry_out(caller, request);
                if let Some(target) = target_of(R::OPERATION, caller, request.resource()) {
                    self.flip(target, status, lasting);
                }
                done
            }
            Strike::Squatted => {
                self.squat(caller, request);
                self.carry_out(caller, request)
            }
            Strike::Somebody { does, after } => {
                let done = self.carry_out(caller, request);
                self.put_off(after, Deferred::Incident(does));
                done
            }
            _ => self.carry_out(caller, request),
        }
    }

    fn unanswered<R: Request>(
        &mut self,
        failure: Failure,
        effect: Effect,
        caller: &Caller,
        request: &R,
    ) -> CarriedOut<R::Answer> {
        let took_effect = match effect {
            Effect::None => false,
            Effect::Done => self.carry_out(caller, request).took_effect,
            Effect::Late { by } => {
                if R::OPERATION.mutates() {
                    self.put_off(by, late(caller, request));
                }
                false
            }
        };
        let error = match failure {
            Failure::Timeout => ApiError::silence(),
            Failure::InternalFailure => ApiError::internal_failure(),
            Failure::ServiceUnavailable => ApiError::service_unavailable(),
        };
        CarriedOut { answer: Err(error), took_effect }
    }

    /// Something that is shown as available is not so for a while.
    fn flip(&mut self, target: Target, status: String, lasting: Duration) {
        if self.status_mut(&target).is_some_and(|shown| shown == "available")
            && let Some(incarnation) = self.incarnation(&target)
        {
            self.set_status(&target, &status);
            self.put_off(lasting, Deferred::Back(target, incarnation, status));
        }
    }

    /// Somebody else makes the same thing, and leaves out the tags.
    fn squat<R: Request>(&mut self, caller: &Caller, request: &R) {
        let Some(target) = target_of(R::OPERATION, caller, request.resource()) else { return };
        // Where it exists already, its tags are not the stranger's to remove.
        if self.status_mut(&target).is_some() || !self.carry_out(caller, request).took_effect {
            return;
        }
        let stranger = [("owner".to_owned(), "somebody".to_owned())].into();
        if let Some(tags) = self.tags_mut(&target) {
            *tags = stranger;
        }
        self.journal.push(Entry {
            somebody: true,
            took_effect: true,
            fault: Some("squatted"),
            ..Entry::new(self.now(), caller, R::OPERATION.name(), request.resource())
        });
    }
}

/// A request that arrives later than its caller waits.
fn late<R: Request>(caller: &Caller, request: &R) -> Deferred {
    let (caller, request) = (caller.clone(), request.clone());
    Deferred::Call(Arc::new(move |world| {
        let done = world.carry_out(&caller, &request);
        world.journal.push(Entry {
            error: done.answer.err().map(|error| error.code),
            took_effect: done.took_effect,
            fault: Some("late"),
            ..Entry::new(world.now(), &caller, R::OPERATION.name(), request.resource())
        });
    }))
}
