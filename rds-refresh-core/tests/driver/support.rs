//! A small world in which two things can be made, a clock that a test moves, and what outlives a process.

use std::collections::BTreeMap;
use std::future::{Future, pending};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context as Task, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::driver::{DriveError, Stored};
use rds_refresh_core::{
    Clock, Context, Driver, Fact, Facts, Machine, MemoryStore, OnFailure, Outcome, Plan, Progress, RunId, Seen, State, Step,
    StepError, Store, Timestamp, Undo, WaitPolicy, Worker,
};
use serde::{Deserialize, Serialize};

use crate::deadly::{Deadly, Kill};

pub(crate) const MINUTE: Duration = Duration::from_mins(1);

pub(crate) fn run() -> RunId {
    "monday".parse().unwrap()
}

pub(crate) fn began() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Request {
    pub size: u64,
}

impl Fact for Request {
    const NAME: &'static str = "request";
}

pub(crate) fn facts(size: u64) -> Facts {
    let mut facts = Facts::new();
    facts.insert(&Request { size }).unwrap();
    facts
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Snapshot(pub String);

impl Fact for Snapshot {
    const NAME: &'static str = "snapshot";
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Cluster(pub String);

impl Fact for Cluster {
    const NAME: &'static str = "cluster";
}

/// Everything outside the driver, shared by a test and the steps. Its time is that of the clock's, but nobody sets it back.
#[derive(Clone, Default)]
pub(crate) struct World(Arc<Mutex<Things>>, pub Arc<ManualClock>);

#[derive(Default)]
pub(crate) struct Things {
    /// What exists, and after how much time of the world it is ready.
    pub there: BTreeMap<String, Duration>,
    /// Everything that was ever made, in order.
    pub made: Vec<String>,
    /// How often a step looked.
    pub looks: u32,
    /// What the next call about a thing answers instead of doing anything.
    pub errors: BTreeMap<&'static str, StepError>,
    /// From this look on, what a call does first.
    pub during: BTreeMap<u32, During>,
}

/// What a test does while a call is out.
pub(crate) enum During {
    /// Something, once.
    Do(Box<dyn FnOnce() + Send>),
    /// The call never answers. With `true` it has its effect.
    Hang(bool),
}

impl World {
    pub(crate) fn things(&self) -> MutexGuard<'_, Things> {
        self.0.lock().unwrap()
    }

    pub(crate) fn during(&self, look: u32, then: During) {
        self.things().during.insert(look, then);
    }

    /// The next call about `name` is answered with `error`.
    pub(crate) fn refuse(&self, name: &'static str, error: StepError) {
        self.things().errors.insert(name, error);
    }

    /// Lets `name` exist, and says whether it is ready; `kill` is asked around the effect.
    async fn make(&self, name: &str, takes: Duration, kill: &Kill) -> Result<bool, StepError> {
        let during = {
            let mut things = self.things();
            things.looks += 1;
            let look = things.looks;
            things.during.remove(&look)
        };
        match during {
            Some(During::Do(act)) => act(),
            Some(During::Hang(false)) => pending::<()>().await,
            Some(During::Hang(true)) => {
                self.put(name, takes);
                pending::<()>().await;
            }
            None => {}
        }
        if let Some(error) = self.things().errors.remove(name) {
            return Err(error);
        }
        let ready = self.things().there.get(name).copied();
        if let Some(ready) = ready {
            return Ok(ready <= self.1.passed());
        }
        kill.point().await;
        self.put(name, takes);
        kill.point().await;
        Ok(false)
    }

    fn put(&self, name: &str, takes: Duration) {
        let mut things = self.things();
        things.there.insert(name.to_owned(), self.1.passed() + takes);
        things.made.push(name.to_owned());
    }

    /// What exists.
    pub(crate) fn names(&self) -> Vec<String> {
        self.things().there.keys().cloned().collect()
    }
}

struct TakeSnapshot(World, Kill);
struct RestoreCluster(World, Kill);

impl Step for TakeSnapshot {
    const NAME: &'static str = "take-snapshot";
    const VERSION: u32 = 1;
    type Needs = Request;
    type Gives = Snapshot;

    async fn reconcile(&self, request: &Request, cx: &Context) -> Result<Progress<Snapshot>, StepError> {
        let name = format!("snapshot-t{}", cx.attempt);
        let takes = MINUTE * u32::try_from(request.size).unwrap();
        let ready = self.0.make(&name, takes, &self.1).await?;
        Ok(if ready { Progress::Ready(Snapshot(name)) } else { Progress::pending(Seen::status("creating").of(name)) })
    }

    async fn compensate(&self, _: &Request, cx: &Context) -> Result<Undo, StepError> {
        self.0.things().there.remove(&format!("snapshot-t{}", cx.attempt));
        Ok(Undo::done())
    }

    fn wait_policy(&self) -> WaitPolicy {
        // Few looks, so that there are not too many points to be killed at.
        WaitPolicy { min_interval: 2 * MINUTE, ..WaitPolicy::default() }
    }

    async fn verify(&self, fact: &Snapshot, _: &Context) -> Result<bool, StepError> {
        Ok(self.0.things().there.contains_key(&fact.0))
    }
}

impl Step for RestoreCluster {
    const NAME: &'static str = "restore-cluster";
    const VERSION: u32 = 1;
    type Needs = (Request, Snapshot);
    type Gives = Cluster;

    async fn reconcile(&self, (_, snapshot): &(Request, Snapshot), cx: &Context) -> Result<Progress<Cluster>, StepError> {
        if !self.0.things().there.contains_key(&snapshot.0) {
            return Err(StepError::not_found(format!("no snapshot {}", snapshot.0)));
        }
        let name = format!("cluster-t{}", cx.attempt);
        let ready = self.0.make(&name, 20 * MINUTE, &self.1).await?;
        Ok(if ready { Progress::Ready(Cluster(name)) } else { Progress::pending(Seen::status("creating").of(name)) })
    }

    async fn compensate(&self, _: &(Request, Snapshot), cx: &Context) -> Result<Undo, StepError> {
        self.0.things().there.remove(&format!("cluster-t{}", cx.attempt));
        Ok(Undo::done())
    }

    fn expected(&self, _: &(Request, Snapshot)) -> Option<Duration> {
        Some(20 * MINUTE)
    }

    fn wait_policy(&self) -> WaitPolicy {
        WaitPolicy { min_interval: 2 * MINUTE, ..WaitPolicy::default() }
    }
}

/// A clock that moves when somebody sleeps, and never by itself.
#[derive(Default)]
pub(crate) struct ManualClock(Mutex<Hands>);

#[derive(Default)]
struct Hands {
    /// Milliseconds since the runs began. Negative once it was set back far enough.
    at: i64,
    slept: Duration,
    passed: Duration,
    sleeps: u32,
    deadlines: bool,
    /// What a test does after a number of sleeps.
    after: BTreeMap<u32, Box<dyn FnOnce() + Send>>,
}

impl ManualClock {
    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap()
    }

    /// How long was slept in all, however the clock was set meanwhile.
    pub(crate) fn slept(&self) -> Duration {
        self.hands().slept
    }

    /// How much time has passed, however the clock was set back.
    pub(crate) fn passed(&self) -> Duration {
        self.hands().passed
    }

    /// Sets the clock back, or lets time pass without the driver noticing.
    pub(crate) fn set(&self, minutes: i64) {
        let mut hands = self.hands();
        hands.at += minutes * 60_000;
        hands.passed += MINUTE * u32::try_from(minutes.max(0)).unwrap();
    }

    /// Calls that hang are given up.
    pub(crate) fn enforce_deadlines(&self) {
        self.hands().deadlines = true;
    }

    /// Does something in the `sleep`-th sleep from now.
    pub(crate) fn after(&self, sleep: u32, act: impl FnOnce() + Send + 'static) {
        let mut hands = self.hands();
        let sleep = hands.sleeps + sleep;
        hands.after.insert(sleep, Box::new(act));
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let at = i64::try_from(began().as_millis()).unwrap() + self.hands().at;
        Timestamp::from_millis(u64::try_from(at).unwrap())
    }

    async fn sleep_until(&self, until: Timestamp) {
        let rest = until.since(self.now());
        let act = {
            let mut hands = self.hands();
            hands.at += i64::try_from(rest.as_millis()).unwrap();
            hands.slept += rest;
            hands.passed += rest;
            hands.sleeps += 1;
            assert!(hands.sleeps < 20_000, "the driver sleeps for ever");
            let sleep = hands.sleeps;
            hands.after.remove(&sleep)
        };
        if let Some(act) = act {
            act();
        }
    }

    async fn deadline(&self, until: Timestamp) {
        // Asked only when the call has not answered, and here no call answers later.
        let enforced = self.hands().deadlines;
        if enforced { self.sleep_until(until).await } else { pending().await }
    }
}

/// What outlives a process.
#[derive(Clone)]
pub(crate) struct Setting {
    pub world: World,
    pub store: MemoryStore,
    pub clock: Arc<ManualClock>,
}

impl Default for Setting {
    fn default() -> Self {
        let world = World::default();
        Self { clock: world.1.clone(), store: MemoryStore::new(), world }
    }
}

impl Setting {
    pub(crate) fn plan(&self, kill: &Kill) -> (Machine, Worker) {
        let (snapshot, cluster) =
            (TakeSnapshot(self.world.clone(), kill.clone()), RestoreCluster(self.world.clone(), kill.clone()));
        Plan::new().given::<Request>().then(snapshot).then(cluster).build().unwrap()
    }

    /// Another plan, whose second step has another name.
    pub(crate) fn other_plan(&self) -> (Machine, Worker) {
        let (snapshot, cluster) =
            (TakeSnapshot(self.world.clone(), Kill::never()), RestoreCluster(self.world.clone(), Kill::never()));
        Plan::new().given::<Request>().then(snapshot).then_as("restore-elsewhere", cluster).build().unwrap()
    }

    /// The driver of a new process.
    pub(crate) fn driver(&self) -> Driver {
        self.driver_of(self.plan(&Kill::never()))
    }

    pub(crate) fn driver_of(&self, (machine, worker): (Machine, Worker)) -> Driver {
        Driver::new(machine, worker, Arc::new(self.store.clone()), self.clock.clone()).with_signal_interval(MINUTE)
    }

    /// The driver of a new process that is killed at some point.
    pub(crate) fn mortal_driver(&self, kill: &Kill) -> Driver {
        let (machine, worker) = self.plan(kill);
        let store = Deadly(self.store.clone(), kill.clone());
        Driver::new(machine, worker, Arc::new(store), self.clock.clone()).with_signal_interval(10 * MINUTE)
    }

    pub(crate) fn start(&self) -> Result<Outcome, DriveError> {
        alive(self.driver().start(run(), facts(5), OnFailure::RemoveAll))
    }

    pub(crate) fn resume(&self) -> Result<Outcome, DriveError> {
        alive(self.driver().resume(&run()))
    }

    pub(crate) fn drive(&self) -> Result<Outcome, DriveError> {
        alive(self.driver().drive(&run()))
    }

    /// The run as it is stored.
    pub(crate) fn stored(&self) -> Option<Stored> {
        alive(self.store.load(&run())).unwrap()
    }

    pub(crate) fn state(&self) -> State {
        self.plan(&Kill::never()).0.load(self.stored().unwrap().state).unwrap()
    }
}

/// Runs the future; `None` if the process was killed in it. Nothing in these tests waits for anything but its own death, so asking once is
/// enough.
pub(crate) fn mortal<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Task::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Runs a future that nothing kills.
pub(crate) fn alive<T>(future: impl Future<Output = T>) -> T {
    mortal(future).expect("it hangs")
}
