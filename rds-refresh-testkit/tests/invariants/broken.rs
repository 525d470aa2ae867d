//! Steps and stores that are broken, each in one way.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::driver::{Lease, Signal, Signals, StoreError, Stored};
use rds_refresh_core::machine::Seen;
use rds_refresh_core::plan::PlanError;
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::steps::{
    self, Acknowledge, AwaitTemporaryInstanceGone, CopySnapshot, RestoreCluster, RestoredCluster, Settle, Shared,
};
use rds_refresh_core::{Context, Fact, Machine, Progress, RunId, State, Step, StepError, Store, Undo, WaitPolicy, Worker};
use rds_refresh_testkit::sim::{Parts, Site};
use serde::{Deserialize, Serialize};

/// What a broken step does in the world; what it answers is its fact's text.
pub(crate) type Act = fn(&Site, &Context) -> Result<String, StepError>;

/// Puts a broken store around a store.
pub(crate) type Wrap = fn(Arc<dyn Store>) -> Arc<dyn Store>;

/// Where a simulation is broken.
#[derive(Clone, Copy)]
pub(crate) enum Broken {
    /// A step between the halves.
    Step(Act),
    /// The same, and its first look in a process is one at which it acts and is not ready yet.
    Looking(Act),
    /// The step that copies also does this while it waits for the copy.
    Copying(Act),
    /// The step that restores the cluster is this one instead.
    Restoring(fn(&Site) -> Result<RestoredCluster, StepError>),
    /// The step that copies undoes nothing, and says that all is done.
    Careless,
    /// The store of each process.
    Store(Wrap),
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Broken")
    }
}

impl Parts for Broken {
    fn plan(&self, site: &Site) -> Result<(Machine, Worker), PlanError> {
        let Site { source, destination, .. } = site;
        let first = steps::source(source);
        let copy = CopySnapshot::new(destination.clone());
        let restore = RestoreCluster::new(destination.clone());
        // A type of plan for each, as their facts differ.
        macro_rules! second {
            ($plan:expr, $copy:expr, $restore:expr) => {
                $plan
                    .given::<DestinationRequest>()
                    .then($copy)
                    .then(Acknowledge)
                    .then($restore)
                    .then(Settle::new(source.clone()))
                    .then(AwaitTemporaryInstanceGone::new(source.clone()))
                    .build()
            };
        }
        let also = |act, looks| Also { act, site: site.clone(), looks, looked: false.into() };
        match *self {
            Self::Step(act) => second!(first.then(also(act, false)), copy, restore),
            Self::Looking(act) => second!(first.then(also(act, true)), copy, restore),
            Self::Copying(act) => second!(first, Twisted { step: copy, site: site.clone(), act: Some(act) }, restore),
            Self::Careless => second!(first, Twisted { step: copy, site: site.clone(), act: None }, restore),
            Self::Restoring(restored) => {
                second!(first, copy, Twisted { step: restore, site: site.clone(), act: None }.into_stranger(restored))
            }
            Self::Store(_) => second!(first, copy, restore),
        }
    }

    fn store(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        if let Self::Store(broken) = self { broken(store) } else { store }
    }
}

#[derive(Serialize, Deserialize)]
struct Done(String);

impl Fact for Done {
    const NAME: &'static str = "also-done";
}

/// A step that does something which no step should.
struct Also {
    act: Act,
    site: Site,
    looks: bool,
    looked: std::sync::atomic::AtomicBool,
}

impl Step for Also {
    const NAME: &'static str = "also";
    const VERSION: u32 = 1;
    type Needs = (SourceRequest, Shared);
    type Gives = Done;

    async fn reconcile(&self, _: &Self::Needs, cx: &Context) -> Result<Progress<Done>, StepError> {
        // It remembers in the process what it should read from the world.
        if self.looks && self.looked.swap(true, std::sync::atomic::Ordering::Relaxed) {
            return Ok(Progress::Ready(Done(String::new())));
        }
        // Twice through a port, so that a process can die before the act and after it.
        let _ = self.site.source.describe_db_cluster(&"orders-production".parse().unwrap()).await;
        let done = (self.act)(&self.site, cx)?;
        let _ = self.site.source.describe_db_cluster(&"orders-production".parse().unwrap()).await;
        if self.looks {
            return Ok(Progress::pending(Seen::status("busy")));
        }
        Ok(Progress::Ready(Done(done)))
    }

    fn wait_policy(&self) -> WaitPolicy {
        WaitPolicy::default()
    }
}

/// A step of the refresh that also acts while it waits, and forgets to undo.
struct Twisted<S> {
    step: S,
    site: Site,
    act: Option<Act>,
}

impl<S: Step> Step for Twisted<S> {
    const NAME: &'static str = S::NAME;
    const VERSION: u32 = S::VERSION;
    type Needs = S::Needs;
    type Gives = S::Gives;

    async fn reconcile(&self, needs: &S::Needs, cx: &Context) -> Result<Progress<S::Gives>, StepError> {
        let progress = self.step.reconcile(needs, cx).await?;
        // Once RDS says how far it is, it has begun.
        if let (Progress::Pending(Seen { percent: Some(_), .. }, _), Some(act)) = (&progress, self.act) {
            act(&self.site, cx)?;
        }
        Ok(progress)
    }

    async fn compensate(&self, needs: &S::Needs, cx: &Context) -> Result<Undo, StepError> {
        if self.act.is_none() { Ok(Undo::done()) } else { self.step.compensate(needs, cx).await }
    }

    fn wait_policy(&self) -> WaitPolicy {
        self.step.wait_policy()
    }
}

impl Twisted<RestoreCluster> {
    fn into_stranger(self, restored: fn(&Site) -> Result<RestoredCluster, StepError>) -> Stranger {
        Stranger { site: self.site, restored }
    }
}

/// A step that gives a cluster which it did not restore.
struct Stranger {
    site: Site,
    restored: fn(&Site) -> Result<RestoredCluster, StepError>,
}

impl Step for Stranger {
    const NAME: &'static str = RestoreCluster::NAME;
    const VERSION: u32 = RestoreCluster::VERSION;
    type Needs = <RestoreCluster as Step>::Needs;
    type Gives = RestoredCluster;

    async fn reconcile(&self, _: &Self::Needs, _: &Context) -> Result<Progress<RestoredCluster>, StepError> {
        (self.restored)(&self.site).map(Progress::Ready)
    }
}

/// A store of which an operation is broken.
pub(crate) struct BrokenStore {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) fault: Fault,
}

pub(crate) enum Fault {
    /// The disk is full.
    Refuses,
    /// The disk does not answer.
    Hangs,
    /// What is read is not what was written.
    Unreadable,
}

#[async_trait]
impl Store for BrokenStore {
    async fn load(&self, run: &RunId) -> Result<Option<Stored>, StoreError> {
        match self.fault {
            Fault::Unreadable => Err(StoreError::unavailable("loading", "half of it is missing")),
            _ => self.store.load(run).await,
        }
    }

    async fn save(&self, state: &State, expected: Option<u64>) -> Result<u64, StoreError> {
        match self.fault {
            Fault::Refuses if state.seq() > 20 => Err(StoreError::unavailable("saving", "the disk is full")),
            Fault::Hangs if state.seq() > 20 => std::future::pending().await,
            _ => self.store.save(state, expected).await,
        }
    }

    async fn lease(&self, run: &RunId, ttl: Duration) -> Result<Box<dyn Lease>, StoreError> {
        self.store.lease(run, ttl).await
    }

    async fn signal(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.store.signal(run, signal).await
    }

    async fn signals(&self, run: &RunId) -> Result<Signals, StoreError> {
        self.store.signals(run).await
    }

    async fn acknowledge(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.store.acknowledge(run, signal).await
    }

    async fn list(&self) -> Result<Vec<RunId>, StoreError> {
        self.store.list().await
    }
}
