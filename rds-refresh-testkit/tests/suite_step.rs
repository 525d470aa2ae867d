//! The steps of the core and a step of a user's own keep the promises of a step, and the suite catches steps that do not.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as Task, Waker};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::permission::Permission;
use rds_refresh_core::ports::{CreateDbClusterSnapshot, Source, SourceClusters};
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::steps::{
    Acknowledge, Acknowledgement, Acknowledgements, AwaitAcknowledgement, AwaitTemporaryInstanceGone, ClusterSnapshot,
    CopySnapshot, EncryptSnapshot, HandOver, ReleaseTemporaryInstance, RestoreCluster, RestoreTemporaryInstance, Settle,
    ShareSnapshot, SnapshotCluster, SnapshotInstance, TemporaryInstance,
};
use rds_refresh_core::{Context, Fact, Facts, Forecast, Plan, Progress, Resource, RunId, Seen, Step, StepError, Timestamp, Undo};
use rds_refresh_testkit::VirtualClock;
use rds_refresh_testkit::suite::step::{PROMISES, Scene, check};
use serde::{Deserialize, Serialize};

/// A test of one step of the core: the steps before it, then the step, over the accounts `s` and `d`.
macro_rules! keeps_every_promise {
    ($name:ident, |$s:ident, $d:ident| [$($before:expr),*], $step:expr) => {
        #[tokio::test]
        async fn $name() {
            let scene = async || {
                let before = |ports: &rds_refresh_testkit::suite::step::Ports| {
                    let ($s, $d) = (ports.source.clone(), ports.destination.clone());
                    let _ = (&$s, &$d);
                    Plan::new().given::<SourceRequest>().given::<DestinationRequest>()$(.then($before))*
                };
                Scene::new(1).after(before).await
            };
            let step = |_: &Scene, ports: &rds_refresh_testkit::suite::step::Ports| {
                let ($s, $d) = (ports.source.clone(), ports.destination.clone());
                let _ = (&$s, &$d);
                $step
            };
            check(&scene, &step).await.unwrap();
        }
    };
}

keeps_every_promise! { snapshot_cluster, |s, d| [], SnapshotCluster::new(s) }
keeps_every_promise! { restore_temporary_instance, |s, d| [SnapshotCluster::new(s.clone())], RestoreTemporaryInstance::new(s) }
keeps_every_promise! { snapshot_instance, |s, d|
    [SnapshotCluster::new(s.clone()), RestoreTemporaryInstance::new(s.clone())],
    SnapshotInstance::new(s.clone(), s)
}
keeps_every_promise! { encrypt_snapshot, |s, d|
    [SnapshotCluster::new(s.clone()), RestoreTemporaryInstance::new(s.clone()), SnapshotInstance::new(s.clone(), s.clone())],
    EncryptSnapshot::new(s.clone(), s)
}
keeps_every_promise! { share_snapshot, |s, d|
    [
        SnapshotCluster::new(s.clone()), RestoreTemporaryInstance::new(s.clone()), SnapshotInstance::new(s.clone(), s.clone()),
        EncryptSnapshot::new(s.clone(), s.clone())
    ],
    ShareSnapshot::new(s.clone(), s)
}
keeps_every_promise! { hand_over, |s, d|
    [
        SnapshotCluster::new(s.clone()), RestoreTemporaryInstance::new(s.clone()), SnapshotInstance::new(s.clone(), s.clone()),
        EncryptSnapshot::new(s.clone(), s.clone()), ShareSnapshot::new(s.clone(), s.clone())
    ],
    HandOver
}
keeps_every_promise! { release_temporary_instance, |s, d|
    [
        SnapshotCluster::new(s.clone()), RestoreTemporaryInstance::new(s.clone()), SnapshotInstance::new(s.clone(), s.clone()),
        EncryptSnapshot::new(s.clone(), s.clone()), ShareSnapshot::new(s.clone(), s.clone()), HandOver
    ],
    ReleaseTemporaryInstance::new(s)
}
keeps_every_promise! { copy_snapshot, |s, d|
    [
        SnapshotCluster::new(s.clone()), RestoreTemporaryInstance::new(s.clone()), SnapshotInstance::new(s.clone(), s.clone()),
        EncryptSnapshot::new(s.clone(), s.clone()), ShareSnapshot::new(s.clone(), s.clone()), HandOver,
        ReleaseTemporaryInstance::new(s.clone())
    ],
    CopySnapshot::new(d)
}
keeps_every_promise! { acknowledge, |s, d|
    [
        SnapshotCluster::new(s.clone()), RestoreTemporaryInstance::new(s.clone()), SnapshotInstance::new(s.clone(), s.clone()),
        EncryptSnapshot::new(s.clone(), s.clone()), ShareSnapshot::new(s.clone(), s.clone()), HandOver,
        ReleaseTemporaryInstance::new(s.clone()), CopySnapshot::new(d.clone())
    ],
    Acknowledge
}
keeps_every_promise! { restore_cluster, |s, d|
    [
        SnapshotCluster::new(s.clone()), RestoreTemporaryInstance::new(s.clone()), SnapshotInstance::new(s.clone(), s.clone()),
        EncryptSnapshot::new(s.clone(), s.clone()), ShareSnapshot::new(s.clone(), s.clone()), HandOver,
        ReleaseTemporaryInstance::new(s.clone()), CopySnapshot::new(d.clone()), Acknowledge
    ],
    RestoreCluster::new(d)
}
keeps_every_promise! { await_temporary_instance_gone, |s, d|
    [
        SnapshotCluster::new(s.clone()), RestoreTemporaryInstance::new(s.clone()), SnapshotInstance::new(s.clone(), s.clone()),
        EncryptSnapshot::new(s.clone(), s.clone()), ShareSnapshot::new(s.clone(), s.clone()), HandOver,
        ReleaseTemporaryInstance::new(s.clone())
    ],
    AwaitTemporaryInstanceGone::new(s)
}
keeps_every_promise! { await_acknowledgement, |s, d|
    [
        SnapshotCluster::new(s.clone()), RestoreTemporaryInstance::new(s.clone()), SnapshotInstance::new(s.clone(), s.clone()),
        EncryptSnapshot::new(s.clone(), s.clone()), ShareSnapshot::new(s.clone(), s.clone()), HandOver
    ],
    AwaitAcknowledgement::new(Arc::new(Silence))
}
keeps_every_promise! { settle, |s, d|
    [
        SnapshotCluster::new(s.clone()), RestoreTemporaryInstance::new(s.clone()), SnapshotInstance::new(s.clone(), s.clone()),
        EncryptSnapshot::new(s.clone(), s.clone()), ShareSnapshot::new(s.clone(), s.clone()), HandOver,
        ReleaseTemporaryInstance::new(s.clone()), CopySnapshot::new(d.clone()), Acknowledge,
        AwaitTemporaryInstanceGone::new(s.clone())
    ],
    Settle::new(s)
}

/// Nobody acknowledges anything.
struct Silence;

#[async_trait]
impl Acknowledgements for Silence {
    async fn acknowledgement(&self, _: &RunId) -> Result<Option<Acknowledgement>, StepError> {
        Ok(None)
    }
}

/// The step of the guide: jobs that mask, on something that is not RDS.
struct Jobs {
    clock: VirtualClock,
    started: Mutex<BTreeMap<String, Timestamp>>,
    starts: Mutex<Vec<String>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Masked {
    job: String,
}

impl Fact for Masked {
    const NAME: &'static str = "masked";
}

struct Mask(Arc<Jobs>);

impl Step for Mask {
    const NAME: &'static str = "mask";
    const VERSION: u32 = 1;
    type Needs = TemporaryInstance;
    type Gives = Masked;

    async fn reconcile(&self, _: &TemporaryInstance, cx: &Context) -> Result<Progress<Masked>, StepError> {
        let job = format!("mask-{}-{}", cx.run, cx.attempt);
        let started = self.0.started.lock().unwrap().get(&job).copied();
        match started {
            Some(started) if self.0.clock.now().since(started) > Duration::from_mins(20) => Ok(Progress::Ready(Masked { job })),
            Some(_) => Ok(Progress::pending(Seen::status("masking").of(job))),
            None => {
                self.0.started.lock().unwrap().insert(job.clone(), self.0.clock.now());
                self.0.starts.lock().unwrap().push(job.clone());
                Ok(Progress::pending(Seen::status("starting").of(job)))
            }
        }
    }
}

#[tokio::test]
async fn a_step_of_a_users_own() {
    let scene = async || {
        let before = |source: Arc<dyn Source>| {
            let plan = Plan::new().given::<SourceRequest>().then(SnapshotCluster::new(source.clone()));
            plan.then(RestoreTemporaryInstance::new(source))
        };
        let scene = Scene::new(1).after(|ports| before(ports.source.clone())).await;
        let clock = scene.stage.fake.clock().clone();
        let jobs = Jobs { clock, started: Mutex::default(), starts: Mutex::default() };
        scene.with(Arc::new(jobs), |jobs| jobs.starts.lock().unwrap().clone())
    };
    check(&scene, &|scene, _| Mask(scene.own.clone())).await.unwrap();
}

/// What a step may do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    NeverReady,
    MakesTwoAtATime,
    GivesAnotherFact,
    ForgetsWhatItWasNotTold,
    GivesAFraction,
    ShowsTheSecret,
    HasNoFootprint,
    DeclaresNothing,
    CallsToForecast,
    AlwaysStands,
    CallsEverythingGone,
    FailsToUndoNothing,
    UndoesOnlyWhatIsDone,
    UndoesOnlyWhatIsNotDone,
    AdoptsStrangers,
}

#[derive(Debug, Serialize, Deserialize)]
struct Made {
    snapshot: ClusterSnapshot,
    number: serde_json::Value,
}

impl Fact for Made {
    const NAME: &'static str = "made";
}

const SECRET: &str = "hunter2";

static COUNT: AtomicU64 = AtomicU64::new(0);

/// The first step, which does one thing wrong.
struct Faulty {
    step: SnapshotCluster,
    source: Arc<dyn Source>,
    fault: Fault,
    /// Whether it has heard that the snapshot is made.
    told: Arc<Mutex<bool>>,
}

impl Faulty {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn named(&self, needs: &SourceRequest, cx: &Context, suffix: &str) -> CreateDbClusterSnapshot {
        let name = Step::footprint(&self.step, needs, cx).remove(0).id;
        CreateDbClusterSnapshot {
            identifier: format!("{name}{suffix}").parse().unwrap(),
            cluster: needs.cluster.clone(),
            tags: rds_refresh_core::ports::Tags::new(),
        }
    }
}

impl Step for Faulty {
    const NAME: &'static str = "faulty";
    const VERSION: u32 = 1;
    type Needs = SourceRequest;
    type Gives = Made;

    async fn reconcile(&self, needs: &SourceRequest, cx: &Context) -> Result<Progress<Made>, StepError> {
        let request = self.named(needs, cx, "");
        let found = self.source.describe_db_cluster_snapshot(&request.identifier).await?;
        if self.is(Fault::ForgetsWhatItWasNotTold) && found.is_some() && !*self.told.lock().unwrap() {
            return Err(StepError::conflict("somebody else's"));
        }
        if self.is(Fault::AdoptsStrangers) && found.as_ref().is_some_and(|found| found.status != "available") {
            return Ok(Progress::pending(Seen::status("creating")));
        }
        let snapshot = match self.step.reconcile(needs, cx).await {
            Ok(Progress::Ready(snapshot)) => snapshot,
            Err(error) if self.is(Fault::AdoptsStrangers) && found.is_some() => {
                let found = found.unwrap();
                println!("not minding {error}");
                serde_json::from_value(serde_json::json!({
                    "identifier": found.identifier, "cluster": found.cluster, "owned": true, "engine": found.engine,
                    "engine_version": found.engine_version, "kms_key": found.kms_key, "allocated_storage": found.allocated_storage,
                }))
                .unwrap()
            }
            Ok(Progress::Pending(seen, when)) => {
                *self.told.lock().unwrap() = true;
                if self.is(Fault::MakesTwoAtATime) && found.is_none() {
                    let _ = self.source.create_db_cluster_snapshot(&self.named(needs, cx, "-b")).await;
                }
                return Ok(Progress::Pending(seen, when));
            }
            Err(error) => return Err(error),
        };
        let number = match self.fault {
            Fault::NeverReady => return Ok(Progress::pending(Seen::status("waiting"))),
            Fault::GivesAnotherFact => COUNT.fetch_add(1, Ordering::Relaxed).into(),
            Fault::GivesAFraction => 0.1.into(),
            Fault::ShowsTheSecret => SECRET.into(),
            _ => 1.into(),
        };
        Ok(Progress::Ready(Made { snapshot, number }))
    }

    async fn compensate(&self, needs: &SourceRequest, cx: &Context) -> Result<Undo, StepError> {
        let name = self.named(needs, cx, "").identifier;
        match self.fault {
            Fault::FailsToUndoNothing if self.source.describe_db_cluster_snapshot(&name).await?.is_none() => {
                Err(StepError::not_found("nothing to undo"))
            }
            Fault::UndoesOnlyWhatIsDone if !cx.done => Ok(Undo::done()),
            Fault::UndoesOnlyWhatIsNotDone if cx.done => Ok(Undo::done()),
            _ => self.step.compensate(needs, cx).await,
        }
    }

    async fn verify(&self, fact: &Made, cx: &Context) -> Result<bool, StepError> {
        if self.is(Fault::AlwaysStands) { Ok(true) } else { self.step.verify(&fact.snapshot, cx).await }
    }

    async fn is_gone(&self, fact: &Made, cx: &Context) -> Result<bool, StepError> {
        if self.is(Fault::CallsEverythingGone) { Ok(true) } else { self.step.is_gone(&fact.snapshot, cx).await }
    }

    fn footprint(&self, needs: &SourceRequest, cx: &Context) -> Vec<Resource> {
        if self.is(Fault::HasNoFootprint) { Vec::new() } else { Step::footprint(&self.step, needs, cx) }
    }

    fn permissions(&self) -> Vec<Permission> {
        if self.is(Fault::DeclaresNothing) { Vec::new() } else { Step::permissions(&self.step) }
    }

    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast {
        if self.is(Fault::CallsToForecast) {
            let name = given.read::<SourceRequest>().unwrap().cluster;
            let looks = SourceClusters::describe_db_cluster(&*self.source, &name);
            let _ = pin!(looks).as_mut().poll(&mut Task::from_waker(Waker::noop()));
        }
        Step::forecast(&self.step, given, cx)
    }
}

async fn verdict(fault: Fault) -> Option<&'static str> {
    let scene = async || Scene::new(1).with_secret(SECRET).with(Arc::new(Mutex::new(false)), |_| Vec::new());
    let step = |scene: &Scene<Arc<Mutex<bool>>>, ports: &rds_refresh_testkit::suite::step::Ports| Faulty {
        step: SnapshotCluster::new(ports.source.clone()),
        source: ports.source.clone(),
        fault,
        told: scene.own.clone(),
    };
    check(&scene, &step).await.err().map(|broken| {
        println!("{fault:?}: {broken}");
        broken.promise.name
    })
}

#[tokio::test]
async fn every_broken_step_is_caught_by_the_promise_that_it_breaks() {
    let cases = [
        (Fault::NeverReady, "ready"),
        (Fault::MakesTwoAtATime, "one-mutation"),
        (Fault::GivesAnotherFact, "idempotent"),
        (Fault::ForgetsWhatItWasNotTold, "re-entrant"),
        (Fault::GivesAFraction, "fact"),
        (Fault::ShowsTheSecret, "no-secret"),
        (Fault::HasNoFootprint, "footprint"),
        (Fault::DeclaresNothing, "permissions"),
        (Fault::CallsToForecast, "pure"),
        (Fault::AlwaysStands, "verify"),
        (Fault::CallsEverythingGone, "verify"),
        (Fault::FailsToUndoNothing, "undo-nothing"),
        (Fault::UndoesOnlyWhatIsDone, "undo-half"),
        (Fault::UndoesOnlyWhatIsNotDone, "undo-whole"),
        (Fault::AdoptsStrangers, "only-its-own"),
    ];
    assert_eq!(verdict(Fault::None).await, None);
    for (fault, promise) in cases {
        assert_eq!(verdict(fault).await, Some(promise), "{fault:?}");
    }
    let caught: BTreeSet<&str> = cases.iter().map(|(_, promise)| *promise).collect();
    assert_eq!(caught, PROMISES.iter().map(|promise| promise.name).collect(), "a promise that no broken step tries");
}
