//! The ways in which a refresh can go, each to its end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rds_refresh_core::driver::Signal;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::request::Request;
use rds_refresh_core::steps::{self, Acknowledgement, Acknowledgements, Handover};
use rds_refresh_core::{
    Driver, Facts, Machine, MemoryStore, OnFailure, Outcome, Resource, ResourceKind, RunId, StepError, Store, Verdict, Worker,
};
use rds_refresh_testkit::TwoAccounts;
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Strike};
use rds_refresh_testkit::world::Operation;
use serde_json::Value;

use crate::policies::Policies;
use crate::settings::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Both accounts in one process.
    Whole,
    /// Two halves and the settlement.
    Halves,
    /// The same, and nobody acknowledges.
    Unacknowledged,
    /// The cluster cannot be restored, and everything is removed.
    ClusterFails,
    /// Somebody protects what is made against deletion, and when the cluster stands it is cancelled, and everything is removed.
    Protected,
    /// It is cancelled while the instance is restored, and everything is removed.
    Cancelled,
    /// The snapshot of the instance fails, and the run is taken up again.
    Resumed,
}

/// What was denied, as `action resource: code`.
pub(crate) type Denied = Vec<String>;

impl Mode {
    /// Plays it on a world of its own under these policies. Answers what was denied; if that is nothing, the end was the one it should be.
    pub(crate) async fn play(self, world: World, request: fn(&TwoAccounts) -> Request, policies: &Policies) -> Denied {
        let stage = world.stage();
        let request = request(&stage);
        let play = Play::new(stage, request);
        policies.enforce(&play.stage);
        let begun = play.stage.fake.world().journal().len();
        let succeeded = match self {
            Self::Whole => succeeds(&play.driver(play.whole()).start(play.id.clone(), play.facts(), OnFailure::default()).await),
            Self::Halves => play.halves(true).await,
            Self::Unacknowledged => play.halves(false).await,
            Self::ClusterFails => play.cluster_fails().await,
            Self::Protected => play.is_protected().await,
            Self::Cancelled => play.is_cancelled().await,
            Self::Resumed => play.is_resumed().await,
        };
        let denied = denied(&play.stage, begun);
        assert!(succeeded || !denied.is_empty(), "{self:?} in {world:?} did not end as it should, and nothing was denied");
        denied
    }
}

/// What was denied of the calls from this one on.
pub(crate) fn denied(stage: &TwoAccounts, since: usize) -> Denied {
    const CODES: [&str; 4] = ["AccessDenied", "AccessDeniedException", "KMSKeyNotAccessibleFault", "UnauthorizedOperation"];
    let world = stage.fake.world();
    let entries = world.journal()[since..].iter();
    let refused = entries.filter_map(|entry| entry.error.filter(|code| CODES.contains(code)).map(|code| (entry, code)));
    let mut refused: Denied = refused.map(|(entry, code)| format!("{} {}: {code}", entry.action, entry.resource)).collect();
    refused.dedup();
    refused
}

/// A run in a world of its own.
pub(crate) struct Play {
    pub(crate) stage: TwoAccounts,
    pub(crate) request: Request,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) id: RunId,
}

#[derive(Default)]
struct LetterBox(Mutex<Option<Acknowledgement>>);

#[async_trait::async_trait]
impl Acknowledgements for LetterBox {
    async fn acknowledgement(&self, _: &RunId) -> Result<Option<Acknowledgement>, StepError> {
        Ok(self.0.lock().unwrap().clone())
    }
}

pub(crate) type Ended<E> = Result<Outcome, E>;

impl Play {
    pub(crate) fn new(stage: TwoAccounts, request: Request) -> Self {
        Self { stage, request, store: Arc::default(), id: "nightly".parse().unwrap() }
    }

    pub(crate) fn source(&self) -> Arc<dyn Source> {
        Arc::new(self.stage.fake.source(self.stage.source.clone()))
    }

    fn destination(&self) -> Arc<dyn Destination> {
        Arc::new(self.stage.fake.destination(self.stage.destination.clone()))
    }

    pub(crate) fn facts(&self) -> Facts {
        self.request.clone().into_facts().unwrap()
    }

    pub(crate) fn whole(&self) -> (Machine, Worker) {
        steps::refresh(&self.source(), &self.destination()).build().unwrap()
    }

    pub(crate) fn driver(&self, plan: (Machine, Worker)) -> Driver {
        self.driver_with(plan, &self.store)
    }

    fn driver_with(&self, (machine, worker): (Machine, Worker), store: &Arc<MemoryStore>) -> Driver {
        Driver::new(machine, worker, store.clone(), Arc::new(self.stage.fake.clock().clone()))
            .with_signal_interval(Duration::from_hours(24))
    }

    async fn halves(&self, acknowledged: bool) -> bool {
        let mut facts = Facts::new();
        facts.insert(self.request.source()).unwrap();
        let driver = self.driver(steps::source(&self.source()).build().unwrap());
        if !succeeds(&driver.start(self.id.clone(), facts, OnFailure::default()).await) {
            return false;
        }
        let letters = Arc::new(LetterBox::default());
        if acknowledged {
            let handover = self.fact(&self.store, "handover").await.to_string();
            let mut facts = Facts::new();
            facts.insert(self.request.destination()).unwrap();
            facts.insert(&Handover::parse(&handover).unwrap()).unwrap();
            let store = Arc::default();
            let driver = self.driver_with(steps::destination(&self.destination()).build().unwrap(), &store);
            if !succeeds(&driver.start(self.id.clone(), facts, OnFailure::default()).await) {
                return false;
            }
            *letters.0.lock().unwrap() = serde_json::from_value(self.fact(&store, "acknowledgement").await).unwrap();
        }
        let letters: Arc<dyn Acknowledgements> = letters;
        let driver = self.driver(steps::settlement(&self.source(), &letters).build().unwrap());
        succeeds(&driver.resume(&self.id).await)
    }

    async fn fact(&self, store: &MemoryStore, name: &str) -> Value {
        let stored = serde_json::to_value(store.load(&self.id).await.unwrap().unwrap()).unwrap();
        stored["state"]["facts"][name].clone()
    }

    async fn cluster_fails(&self) -> bool {
        let fails = Strike::Ends { status: "incompatible-restore".into() };
        let fault = Fault::new(Calls::of(Operation::RestoreDbClusterFromSnapshot), fails);
        self.stage.fake.world().arm(FaultScript::new().with(fault));
        let ended = self.driver(self.whole()).start(self.id.clone(), self.facts(), OnFailure::RemoveAll).await;
        self.has_removed_everything(&ended)
    }

    async fn is_protected(&self) -> bool {
        let (id, store, fake) = (self.id.clone(), self.store.clone(), self.stage.fake.clone());
        let places = [self.stage.source.place(), self.stage.destination.place()];
        let driver = self.driver(self.whole()).with_observer(move |report| {
            let mut world = fake.world();
            for place in &places {
                let holdings = world.at_mut(place);
                // While they are made: later would be a fight.
                let made = |id: &str, status: &str| status == "creating" && !id.contains("production-instance");
                let instances = holdings.instances.values_mut().filter(|it| made(&it.identifier, &it.status));
                instances.for_each(|instance| instance.deletion_protection = true);
                let clusters = holdings.clusters.values_mut().filter(|it| it.status == "creating");
                clusters.for_each(|cluster| cluster.deletion_protection = true);
            }
            if report.steps.last().is_some_and(|step| step.step == "await-temporary-instance-gone") {
                drop(world);
                at_once(store.signal(&id, Signal::Cancel)).unwrap();
            }
        });
        let ended = driver.start(self.id.clone(), self.facts(), OnFailure::RemoveAll).await;
        self.has_removed_everything(&ended)
    }

    async fn is_cancelled(&self) -> bool {
        let (id, store) = (self.id.clone(), self.store.clone());
        let driver = self.driver(self.whole()).with_observer(move |report| {
            if report.steps.last().is_some_and(|step| step.step == "restore-temporary-instance" && step.status.is_some()) {
                at_once(store.signal(&id, Signal::Cancel)).unwrap();
            }
        });
        let ended = driver.start(self.id.clone(), self.facts(), OnFailure::RemoveAll).await;
        self.has_removed_everything(&ended)
    }

    async fn is_resumed(&self) -> bool {
        let (fake, source) = (self.stage.fake.clone(), self.stage.source.clone());
        let driver = self.driver(self.whole()).with_observer(move |report| {
            let last = report.steps.last();
            if last.is_some_and(|step| step.step == "snapshot-instance" && step.status.as_deref() == Some("creating")) {
                let (account, region) = (source.account.clone(), source.region.clone());
                let id = "orders-production-nightly-s1".to_owned();
                fake.world().force_status(&Resource { kind: ResourceKind::DbSnapshot, account, region, id }, "failed");
            }
        });
        let ended = driver.start(self.id.clone(), self.facts(), OnFailure::default()).await;
        let failed = ended.is_ok_and(|outcome| matches!(outcome.verdict, Verdict::Failed { .. }));
        failed && succeeds(&self.driver(self.whole()).resume(&self.id).await)
    }

    fn has_removed_everything<E>(&self, ended: &Ended<E>) -> bool {
        let is_clean = |outcome: &Outcome| {
            matches!(outcome.verdict, Verdict::Failed { .. }) && outcome.leftovers.is_empty() && outcome.kept.is_empty()
        };
        let mut world = self.stage.fake.world();
        world.settle();
        let left: Vec<_> = world.resources().into_iter().filter(|it| it.id.contains("nightly")).collect();
        let is_clean = ended.as_ref().is_ok_and(is_clean) && left.is_empty();
        if !is_clean {
            eprintln!("{:?}\nleft: {left:?}", ended.as_ref().ok());
        }
        is_clean
    }
}

/// Whether a run succeeded, and left nothing behind.
pub(crate) fn succeeds<E>(ended: &Ended<E>) -> bool {
    ended.as_ref().is_ok_and(|outcome| outcome.verdict == Verdict::Succeeded && outcome.leftovers.is_empty())
}

/// The answer of something that never waits.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).as_mut().poll(&mut cx) {
        std::task::Poll::Ready(answer) => answer,
        std::task::Poll::Pending => panic!("it waits"),
    }
}
