//! A world with one run, in this process.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::driver::{Lease, Signal, Signals, StoreError, Stored};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::{Facts, Machine, MemoryStore, OnFailure, RunId, State, Store, Worker};

use super::{Fuse, Parts, Program};
use crate::{Stage, TwoAccounts};

/// The world of one run, and what outlives its processes.
pub(super) struct Site {
    pub(super) stage: TwoAccounts,
    pub(super) fuse: Fuse,
    run: RunId,
    facts: Facts,
    states: MemoryStore,
    pub(super) saved: Arc<Mutex<Vec<State>>>,
}

impl Site {
    #[expect(clippy::expect_used, reason = "the names are legal, and the request is the stage's own")]
    pub(super) fn new(seed: u64) -> Self {
        let stage = Stage::two_accounts(seed);
        let facts = stage.request("orders-staging").build().ok().and_then(|request| request.into_facts().ok());
        Self {
            fuse: Fuse::new(stage.fake.clone()),
            stage,
            run: "nightly".parse().expect("a legal name"),
            facts: facts.expect("the stage's own request"),
            states: MemoryStore::new(),
            saved: Arc::default(),
        }
    }

    /// What a process has.
    pub(super) fn parts(&self, program: Program) -> Parts {
        let store = FusedStore { states: self.states.clone(), fuse: self.fuse.clone(), saved: self.saved.clone() };
        self.parts_with(program, Arc::new(store))
    }

    /// What somebody has who stands beside and is not stopped.
    pub(super) fn parts_beside(&self) -> Parts {
        self.parts_with(Program::Usual, Arc::new(self.states.clone()))
    }

    fn parts_with(&self, program: Program, store: Arc<dyn Store>) -> Parts {
        Parts {
            run: self.run.clone(),
            facts: self.facts.clone(),
            on_failure: OnFailure::RemoveAll,
            store,
            clock: Arc::new(self.fuse.clone()),
            plan: Some(self.plan(program)),
        }
    }

    /// Whether the run is stored.
    pub(super) async fn is_stored(&self) -> bool {
        self.states.load(&self.run).await.is_ok_and(|stored| stored.is_some())
    }

    #[expect(clippy::expect_used, reason = "no two steps have a name, and all are legal")]
    fn plan(&self, program: Program) -> (Machine, Worker) {
        let gate = Arc::new(self.fuse.clone());
        let source: Arc<dyn Source> = Arc::new(self.stage.fake.source(self.stage.source.clone()).through(gate.clone()));
        let destination: Arc<dyn Destination> =
            Arc::new(self.stage.fake.destination(self.stage.destination.clone()).through(gate));
        program.plan(&source, &destination).expect("a legal plan")
    }
}

/// The store, in which a process can be stopped at a save.
struct FusedStore {
    states: MemoryStore,
    fuse: Fuse,
    saved: Arc<Mutex<Vec<State>>>,
}

#[async_trait]
impl Store for FusedStore {
    async fn load(&self, run: &RunId) -> Result<Option<Stored>, StoreError> {
        self.states.load(run).await
    }

    async fn save(&self, state: &State, expected: Option<u64>) -> Result<u64, StoreError> {
        self.fuse.before_save().await;
        let version = self.states.save(state, expected).await?;
        self.saved.lock().unwrap_or_else(PoisonError::into_inner).push(state.clone());
        self.fuse.after_save().await;
        Ok(version)
    }

    async fn lease(&self, run: &RunId, ttl: Duration) -> Result<Box<dyn Lease>, StoreError> {
        self.states.lease(run, ttl).await
    }

    async fn signal(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.states.signal(run, signal).await
    }

    async fn signals(&self, run: &RunId) -> Result<Signals, StoreError> {
        self.states.signals(run).await
    }

    async fn acknowledge(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.states.acknowledge(run, signal).await
    }

    async fn list(&self) -> Result<Vec<RunId>, StoreError> {
        self.states.list().await
    }
}
