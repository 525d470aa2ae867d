//! One play of a scene: a step that is called until it is ready, killed, or undone.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use rds_refresh_core::machine::GRACE;
use rds_refresh_core::{Context, ErrorKind, Needs, OnFailure, Progress, Resource, Step, StepError, Undo};

use super::{NO_SECRET, ONE_MUTATION, Ports, READY, Scene};
use crate::suite::driver::{Fuse, Point};
use crate::suite::{Broken, Promise};
use crate::world::{Entry, Operation};

/// Where a step is played.
pub(super) struct Theatre<'t, S, W, A, M> {
    pub(super) scene: &'t A,
    pub(super) step: &'t M,
    pub(super) marker: PhantomData<fn(W) -> S>,
}

impl<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S> Theatre<'_, S, W, A, M> {
    /// The scene, as it is when the step begins.
    pub(super) async fn play(&self) -> Play<'_, S, W, M> {
        let scene = (self.scene)().await;
        let fuse = scene.fuse();
        let begins = scene.stage.fake.world().journal().len();
        let mut play = Play { scene, step: self.step, fuse, begins, mutations: 0, before: Vec::new(), marker: PhantomData };
        play.before = play.holds();
        play
    }
}

pub(super) struct Play<'t, S, W, M> {
    pub(super) scene: Scene<W>,
    step: &'t M,
    fuse: Fuse,
    /// Where the step's own calls begin in the journal.
    begins: usize,
    /// How many calls were made so far that change something.
    mutations: usize,
    /// What existed before the step.
    pub(super) before: Vec<Resource>,
    marker: PhantomData<fn() -> S>,
}

/// What became of a call.
enum Answered<T> {
    Progress(Progress<T>),
    Failed(StepError),
    Killed,
}

/// What became of a step.
pub(super) enum Ended<T> {
    Ready(T),
    Failed(StepError),
    Killed,
}

impl<S: Step, W, M: Fn(&Scene<W>, &Ports) -> S> Play<'_, S, W, M> {
    /// A new step: it cannot remember anything.
    pub(super) fn step(&self) -> S {
        (self.step)(&self.scene, &self.scene.ports(&self.fuse))
    }

    pub(super) fn needs(&self) -> Result<S::Needs, Broken> {
        S::Needs::read(&self.scene.facts).map_err(|error| READY.broken(format!("the scene lacks what the step needs: {error}")))
    }

    pub(super) fn context(&self) -> Context {
        let mut cx = Context::new(self.scene.run.clone(), self.scene.stage.fake.clock().now());
        cx.began = self.scene.began;
        cx
    }

    /// Calls the step until it is ready, or until it is killed after so many calls that change something.
    pub(super) async fn reconcile(&mut self, killed_after: Option<usize>) -> Result<Ended<S::Gives>, Broken> {
        let began = self.scene.stage.fake.clock().now();
        let policy = self.step().wait_policy();
        loop {
            let mut cx = self.context();
            cx.elapsed = cx.now.since(began);
            if cx.elapsed > policy.deadline {
                return Err(READY.broken(format!("it is not ready after {:?}, its deadline", policy.deadline)));
            }
            let pause = match self.reconcile_once(&cx, killed_after).await? {
                Answered::Killed => return Ok(Ended::Killed),
                Answered::Progress(Progress::Ready(fact)) => return Ok(Ended::Ready(fact)),
                Answered::Progress(Progress::Pending(seen, look_in)) => {
                    self.hides(NO_SECRET, "what it saw", &format!("{seen:?}"))?;
                    look_in.unwrap_or(Duration::from_mins(1))
                }
                Answered::Failed(error) if is_tried_again(&error) => Duration::from_mins(1),
                Answered::Failed(error) => return Ok(Ended::Failed(error)),
            };
            self.pass(pause.max(policy.min_interval));
        }
    }

    async fn reconcile_once(&mut self, cx: &Context, killed_after: Option<usize>) -> Result<Answered<S::Gives>, Broken> {
        let (step, needs) = (self.step(), self.needs()?);
        self.fuse.set(killed_after.map(Point::AfterMutation));
        let answer = unless_blown(&self.fuse, step.reconcile(&needs, cx)).await;
        self.fuse.set(None);
        self.fuse.renew();
        self.count(READY, "a call of the step")?;
        Ok(match answer {
            None => Answered::Killed,
            Some(Ok(progress)) => Answered::Progress(progress),
            Some(Err(error)) => {
                self.hides(NO_SECRET, "an error", &format!("{error:?}"))?;
                Answered::Failed(error)
            }
        })
    }

    /// Calls the step until it is ready; anything else breaks the promise.
    pub(super) async fn until_ready(&mut self, promise: Promise) -> Result<S::Gives, Broken> {
        match self.reconcile(None).await? {
            Ended::Ready(fact) => Ok(fact),
            Ended::Failed(error) => Err(promise.broken(format!("it failed, and nothing was in its way: {error}"))),
            Ended::Killed => Err(promise.broken("it was killed, and nobody asked for that")),
        }
    }

    /// Has the step undone, and gives what it keeps. Nothing may disappear that was not made by it.
    pub(super) async fn compensate(
        &mut self,
        on_failure: OnFailure,
        done: bool,
        promise: Promise,
    ) -> Result<Vec<Resource>, Broken> {
        let began = self.scene.stage.fake.clock().now();
        // A request that was out when its process died may still take effect.
        self.pass(Duration::from_mins(1) + GRACE);
        loop {
            let mut cx = self.context();
            cx.elapsed = cx.now.since(began);
            (cx.on_failure, cx.done) = (on_failure, done);
            if cx.elapsed > self.step().wait_policy().deadline {
                return Err(promise.broken("the compensation is not done by the step's deadline"));
            }
            let (step, needs) = (self.step(), self.needs()?);
            let answer = step.compensate(&needs, &cx).await;
            self.count(promise, "a compensation")?;
            match answer {
                Ok(Undo::Done { kept }) => return Ok(kept),
                Ok(Undo::Pending { seen, .. }) => self.hides(NO_SECRET, "what it saw", &format!("{seen:?}"))?,
                Err(error) if is_tried_again(&error) => {}
                Err(error) => return Err(promise.broken(format!("the compensation failed: {error}"))),
            }
            self.pass(Duration::from_mins(1));
        }
    }

    /// The calls since the last count: one of them may have changed something.
    fn count(&mut self, _: Promise, what: &str) -> Result<(), Broken> {
        let mutating: Vec<String> =
            self.calls().iter().filter(|entry| mutates(entry)).map(|entry| entry.action.clone()).collect();
        let new = &mutating[self.mutations..];
        ONE_MUTATION.holds_if(new.len() <= 1, || format!("{what} called {}", new.join(" and ")))?;
        self.mutations = mutating.len();
        Ok(())
    }

    /// The secret is not in this.
    pub(super) fn hides(&self, promise: Promise, what: &str, text: &str) -> Result<(), Broken> {
        let shown = self.scene.secret.as_ref().is_some_and(|secret| text.contains(secret.as_str()));
        promise.holds_if(!shown, || format!("the secret is in {what}"))
    }

    pub(super) fn pass(&self, time: Duration) {
        self.scene.stage.advance(time);
        self.scene.stage.fake.world().settle();
    }

    /// The step's own calls, in order.
    pub(super) fn calls(&self) -> Vec<Entry> {
        let world = self.scene.stage.fake.world();
        world.journal()[self.begins..].iter().filter(|entry| !entry.somebody).cloned().collect()
    }

    /// All that took effect, here and in what is the step's own.
    pub(super) fn effects(&self) -> Vec<String> {
        let calls = self.calls().into_iter().filter(|entry| entry.took_effect);
        let own = (self.scene.effects)(&self.scene.own);
        calls.map(|entry| format!("{} {}", entry.action, entry.resource)).chain(own).collect()
    }

    /// Everything that a run could have made and that exists. What RDS makes by itself depends on the day.
    pub(super) fn holds(&self) -> Vec<Resource> {
        let mut world = self.scene.stage.fake.world();
        world.settle();
        world.resources().into_iter().filter(|resource| !resource.id.starts_with("rds:")).collect()
    }

    /// What exists and did not before the step.
    pub(super) fn made(&self) -> Vec<Resource> {
        self.holds().into_iter().filter(|resource| !self.before.contains(resource)).collect()
    }
}

pub(super) fn mutates(entry: &Entry) -> bool {
    operation(entry).is_some_and(Operation::mutates)
}

pub(super) fn operation(entry: &Entry) -> Option<Operation> {
    Operation::ALL.iter().copied().find(|operation| operation.name() == entry.action)
}

fn is_tried_again(error: &StepError) -> bool {
    use ErrorKind::{Busy, Capacity, Throttled, Transient, UnknownOutcome};
    matches!(error.kind(), Throttled | Transient | UnknownOutcome | Busy | Capacity)
}

/// The answer, or nothing if the fuse has blown.
async fn unless_blown<T>(fuse: &Fuse, answer: impl Future<Output = T>) -> Option<T> {
    let mut answer = pin!(answer);
    poll_fn(|cx| match answer.as_mut().poll(cx) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending if fuse.is_blown() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

pub(super) fn names(resources: &[Resource]) -> String {
    let names: Vec<String> = resources.iter().map(ToString::to_string).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
