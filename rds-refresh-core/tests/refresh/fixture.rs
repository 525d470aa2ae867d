//! A stage, a store and drivers for it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rds_refresh_core::driver::store::{Lease, Signal, Signals, Store, StoreError, Stored};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::request::Request;
use rds_refresh_core::{Driver, Facts, MemoryStore, OnFailure, Outcome, Resource, RunId, State, steps};
use rds_refresh_testkit::{Stage, TwoAccounts};

/// One run on the usual stage.
pub(crate) struct Run {
    pub(crate) stage: TwoAccounts,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) id: RunId,
}

impl Run {
    pub(crate) fn on(stage: TwoAccounts) -> Self {
        Self { stage, store: Arc::new(MemoryStore::new()), id: "nightly".parse().unwrap() }
    }

    pub(crate) fn seeded(seed: u64) -> Self {
        Self::on(Stage::two_accounts(seed))
    }

    pub(crate) fn source(&self) -> Arc<dyn Source> {
        Arc::new(self.stage.fake.source(self.stage.source.clone()))
    }

    pub(crate) fn destination(&self) -> Arc<dyn Destination> {
        Arc::new(self.stage.fake.destination(self.stage.destination.clone()))
    }

    pub(crate) fn request(&self) -> Request {
        self.stage.request("orders-staging").build().unwrap()
    }

    pub(crate) fn facts(&self) -> Facts {
        self.request().into_facts().unwrap()
    }

    /// A driver of whole refreshes, by the ports.
    pub(crate) fn driver(&self) -> Driver {
        self.driver_on(self.store.clone())
    }

    pub(crate) fn driver_on(&self, store: Arc<dyn Store>) -> Driver {
        let (machine, worker) = steps::refresh(&self.source(), &self.destination()).build().unwrap();
        let clock = Arc::new(self.stage.fake.clock().clone());
        // Every slice of a wait would be a step of the virtual clock.
        Driver::new(machine, worker, store, clock).with_signal_interval(Duration::from_hours(24))
    }

    pub(crate) async fn start(&self) -> Outcome {
        self.start_with(OnFailure::default()).await
    }

    pub(crate) async fn start_with(&self, on_failure: OnFailure) -> Outcome {
        self.driver().start(self.id.clone(), self.facts(), on_failure).await.unwrap()
    }

    pub(crate) async fn stored(&self) -> serde_json::Value {
        serde_json::to_value(self.store.load(&self.id).await.unwrap().unwrap()).unwrap()["state"].clone()
    }

    /// What exists, without the source cluster's automated snapshots.
    pub(crate) fn resources(&self) -> Vec<String> {
        let mut world = self.stage.fake.world();
        world.settle();
        let made = |resource: &Resource| !resource.id.starts_with("rds:");
        world.resources().into_iter().filter(made).map(|resource| resource.to_string()).collect()
    }

    /// The mutations that took effect, as `action resource`, in order.
    pub(crate) fn mutations(&self) -> Vec<String> {
        let world = self.stage.fake.world();
        world
            .journal()
            .iter()
            .filter(|entry| entry.took_effect)
            .map(|entry| format!("{} {}", entry.action, entry.resource))
            .collect()
    }
}

/// Where a process dies, as its store sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Death {
    /// Before the save is carried out: after the call's effect, before anybody wrote it down.
    BeforeSave(usize),
    /// After the save: before the next call.
    AfterSave(usize),
}

/// A store in which the process dies at one of its saves.
pub(crate) struct DeadlyStore {
    store: Arc<MemoryStore>,
    death: Death,
    saves: Mutex<usize>,
}

impl DeadlyStore {
    pub(crate) fn new(store: Arc<MemoryStore>, death: Death) -> Self {
        Self { store, death, saves: Mutex::new(0) }
    }
}

fn died() -> StoreError {
    StoreError::unavailable("saving", "the process died")
}

#[async_trait::async_trait]
impl Store for DeadlyStore {
    async fn save(&self, state: &State, expected: Option<u64>) -> Result<u64, StoreError> {
        let number = {
            let mut saves = self.saves.lock().unwrap();
            *saves += 1;
            *saves
        };
        if self.death == Death::BeforeSave(number) {
            return Err(died());
        }
        let version = self.store.save(state, expected).await?;
        if self.death == Death::AfterSave(number) { Err(died()) } else { Ok(version) }
    }

    async fn load(&self, run: &RunId) -> Result<Option<Stored>, StoreError> {
        self.store.load(run).await
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
