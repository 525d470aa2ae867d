//! A store that lasts as long as its process.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::store::{Holder, Lease, Signal, Signals, Store, StoreError, Stored};
use crate::RunId;
use crate::machine::State;

/// Keeps runs in memory, for tests and for programs that keep states elsewhere. Clones share what they keep.
///
/// Leases end when they are dropped, and have no other end: a holder cannot die without the store.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    runs: BTreeMap<RunId, Stored>,
    leased: BTreeSet<RunId>,
    signals: BTreeSet<(RunId, Signal)>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Every change is one insertion or removal, so a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn load(&self, run: &RunId) -> Result<Option<Stored>, StoreError> {
        Ok(self.kept().runs.get(run).cloned())
    }

    async fn save(&self, state: &State, expected: Option<u64>) -> Result<u64, StoreError> {
        let run = state.run();
        let mut kept = self.kept();
        let found = kept.runs.get(run).map(|stored| stored.version);
        if found != expected {
            return Err(StoreError::Conflict { run: run.clone(), expected, found });
        }
        let version = found.unwrap_or(0) + 1;
        kept.runs.insert(run.clone(), Stored { version, state: state.clone().into() });
        Ok(version)
    }

    async fn lease(&self, run: &RunId, _ttl: Duration) -> Result<Box<dyn Lease>, StoreError> {
        if !self.kept().leased.insert(run.clone()) {
            return Err(StoreError::Leased { run: run.clone(), holder: None, since: None });
        }
        Ok(Box::new(MemoryLease { store: self.clone(), run: run.clone() }))
    }

    async fn holder(&self, run: &RunId) -> Result<Option<Holder>, StoreError> {
        Ok(self.kept().leased.contains(run).then(Holder::default))
    }

    async fn signal(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.kept().signals.insert((run.clone(), signal));
        Ok(())
    }

    async fn signals(&self, run: &RunId) -> Result<Signals, StoreError> {
        let kept = self.kept();
        let has = |signal| kept.signals.contains(&(run.clone(), signal));
        Ok(Signals { cancel: has(Signal::Cancel), nudge: has(Signal::Nudge) })
    }

    async fn acknowledge(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.kept().signals.remove(&(run.clone(), signal));
        Ok(())
    }

    async fn list(&self) -> Result<Vec<RunId>, StoreError> {
        Ok(self.kept().runs.keys().cloned().collect())
    }
}

#[derive(Debug)]
struct MemoryLease {
    store: MemoryStore,
    run: RunId,
}

#[async_trait]
impl Lease for MemoryLease {
    async fn renew(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Drop for MemoryLease {
    fn drop(&mut self) {
        self.store.kept().leased.remove(&self.run);
    }
}
