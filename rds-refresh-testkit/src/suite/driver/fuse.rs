use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use async_trait::async_trait;
use rds_refresh_core::{Clock, Timestamp};

use super::Point;
use super::seen::is_mutation;
use crate::{Fake, Gate};

/// Stops whatever passes through it at a chosen [`Point`]: calls to the model as a [`Gate`], waits as a [`Clock`], and saves by
/// [`before_save`](Self::before_save) and [`after_save`](Self::after_save). Clones are the same one.
///
/// What is stopped is pending until [`release`](Self::release). Whoever polls it asks [`is_blown`](Self::is_blown) after every poll, and drops
/// what it polled to kill it.
#[derive(Clone)]
pub struct Fuse {
    fake: Fake,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    set: Option<Point>,
    /// What is pending here.
    blown: Option<Point>,
    /// Nobody will answer what is pending.
    given_up: bool,
    in_call: bool,
    calls: usize,
    saves: usize,
    waits: usize,
    /// Points that were passed, each but for those that nothing tells from the one before.
    passed: Vec<Point>,
    /// How many effects, saves and waits there were, and had been at the last of those points.
    changes: usize,
    changes_told: Option<usize>,
    /// How much of the journal has been read, and what was in it.
    read: usize,
    mutations: usize,
    last_is_mutation: bool,
}

impl Fuse {
    /// A fuse for what calls this model from now on.
    #[must_use]
    pub fn new(fake: Fake) -> Self {
        let read = fake.world().journal().len();
        Self { fake, state: Arc::new(Mutex::new(State { read, ..State::default() })) }
    }

    /// Is to blow at this point, or not at all. What was pending goes on being pending.
    pub fn set(&self, point: Option<Point>) {
        self.state().set = point;
    }

    /// Whether something is pending that was stopped.
    #[must_use]
    pub fn is_blown(&self) -> bool {
        let state = self.state();
        state.blown.is_some() && !state.given_up
    }

    /// Lets go on what is pending.
    pub fn release(&self) {
        self.state().blown = None;
    }

    /// What is pending will never be answered: whoever waits for it has to notice by its [`deadline`](Clock::deadline).
    pub fn give_up(&self) {
        let mut state = self.state();
        state.given_up = state.blown.is_some();
    }

    /// Whether something is pending that will never be answered.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.state().given_up
    }

    /// What was pending was dropped.
    pub fn renew(&self) {
        let mut state = self.state();
        (state.blown, state.given_up, state.in_call) = (None, false, false);
    }

    /// Before the state is saved.
    pub async fn before_save(&self) {
        let number = {
            let mut state = self.state();
            state.saves += 1;
            state.saves
        };
        self.point(&[Point::BeforeSave(number)]).await;
        self.state().changes += 1;
    }

    /// After it was saved.
    pub async fn after_save(&self) {
        let number = self.state().saves;
        self.point(&[Point::AfterSave(number)]).await;
    }

    /// Every point that was passed and can be passed again in a run like this, but for the coarse ones, and for those at which everything that
    /// outlives a process is as it was at the one before: between them there is no effect, no save and no wait.
    #[must_use]
    pub fn passed(&self) -> Vec<Point> {
        self.state().passed.clone()
    }

    /// How many waits have begun.
    #[must_use]
    pub fn waits(&self) -> usize {
        self.state().waits
    }

    async fn point(&self, here: &[Point]) {
        {
            let mut state = self.state();
            if state.changes_told != Some(state.changes) {
                state.passed.extend(here.first());
                state.changes_told = Some(state.changes);
            }
            let Some(point) = state.set.filter(|set| here.contains(set)) else { return };
            state.set = None;
            state.blown = Some(point);
        }
        poll_fn(|_| if self.state().blown.is_some() { Poll::Pending } else { Poll::Ready(()) }).await;
    }

    /// How many calls changed something or should have, and whether the last call was one.
    fn mutations(&self) -> (usize, bool) {
        let world = self.fake.world();
        let mut state = self.state();
        for entry in world.journal()[state.read..].iter().filter(|entry| entry.fault != Some("late") && !entry.somebody) {
            state.last_is_mutation = is_mutation(entry);
            state.mutations += usize::from(state.last_is_mutation);
        }
        state.read = world.journal().len();
        (state.mutations, state.last_is_mutation)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Gate for Fuse {
    async fn pass(&self) {
        let (before, number) = {
            let mut state = self.state();
            state.in_call = !state.in_call;
            if state.in_call {
                state.calls += 1;
            }
            (state.in_call, state.calls)
        };
        if before {
            self.point(&[Point::BeforeCall(number)]).await;
            return;
        }
        let (count, is_last) = self.mutations();
        if is_last {
            self.state().changes += 1;
            self.point(&[Point::AfterCall(number), Point::AfterMutation(count)]).await;
        } else {
            self.point(&[Point::AfterCall(number)]).await;
        }
    }
}

#[async_trait]
impl Clock for Fuse {
    fn now(&self) -> Timestamp {
        self.fake.clock().now()
    }

    async fn sleep_until(&self, until: Timestamp) {
        let number = {
            let mut state = self.state();
            state.waits += 1;
            state.waits
        };
        let (count, _) = self.mutations();
        self.point(&[Point::InWait(number), Point::InWaitAfter(count)]).await;
        self.fake.clock().advance_to(until);
        self.state().changes += 1;
    }

    /// Comes when a call is given up that will never be answered. A call of the model takes no time.
    async fn deadline(&self, until: Timestamp) {
        poll_fn(|_| if self.state().given_up { Poll::Ready(()) } else { Poll::Pending }).await;
        self.fake.clock().advance_to(until);
        self.renew();
    }
}

impl fmt::Debug for Fuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state().fmt(f)
    }
}
