use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::driver::{Lease, Signal, Signals, StoreError, Stored};
use rds_refresh_core::{RunId, State, Store, Timestamp};

use super::life::Life;
use crate::VirtualClock;

/// What outlives every process: the states, the signals, the leases, and every state that was ever saved. Clones are the same one.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    kept: Arc<Mutex<Kept>>,
    clock: VirtualClock,
    /// Whether a lease ends by time alone, as in a database, and not with its process, as a lock of the system does.
    leases_outlive: bool,
}

#[derive(Clone, Debug, Default)]
struct Kept {
    runs: BTreeMap<RunId, Stored>,
    signals: BTreeSet<(RunId, Signal)>,
    leases: BTreeMap<RunId, (u64, Timestamp)>,
    saved: Vec<(RunId, Arc<str>)>,
}

impl Disk {
    pub(super) fn new(clock: VirtualClock, leases_outlive: bool) -> Self {
        Self { kept: Arc::default(), clock, leases_outlive }
    }

    /// Another one that holds the same, for another clock. Nobody is alive who holds a lease.
    pub(super) fn copy(&self, clock: VirtualClock) -> Self {
        let mut kept = self.kept().clone();
        if !self.leases_outlive {
            kept.leases.clear();
        }
        Self { kept: Arc::new(Mutex::new(kept)), clock, leases_outlive: self.leases_outlive }
    }

    pub(super) fn stored(&self, run: &RunId) -> Option<Stored> {
        self.kept().runs.get(run).cloned()
    }

    pub(super) fn signal(&self, run: &RunId, signal: Signal) {
        self.kept().signals.insert((run.clone(), signal));
    }

    /// Every state that was saved, in order.
    pub(super) fn saved(&self) -> Vec<(RunId, String)> {
        self.kept().saved.iter().map(|(run, state)| (run.clone(), state.to_string())).collect()
    }

    /// How many that are.
    pub(super) fn saves(&self) -> usize {
        self.kept().saved.len()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The disk as one process reaches it: with a point before and after each operation.
#[derive(Clone, Debug)]
pub(super) struct SimStore {
    pub(super) disk: Disk,
    pub(super) life: Life,
    /// What tells this process from others.
    pub(super) process: u64,
}

impl SimStore {
    async fn around<T>(&self, operation: impl FnOnce() -> T + Send) -> T {
        self.life.point().await;
        let done = operation();
        self.life.point().await;
        done
    }
}

#[async_trait]
impl Store for SimStore {
    async fn load(&self, run: &RunId) -> Result<Option<Stored>, StoreError> {
        self.around(|| Ok(self.disk.stored(run))).await
    }

    async fn save(&self, state: &State, expected: Option<u64>) -> Result<u64, StoreError> {
        self.around(|| {
            let run = state.run();
            let mut kept = self.disk.kept();
            let found = kept.runs.get(run).map(|stored| stored.version);
            if found != expected {
                return Err(StoreError::Conflict { run: run.clone(), expected, found });
            }
            let version = found.unwrap_or(0) + 1;
            kept.runs.insert(run.clone(), Stored { version, state: state.clone().into() });
            // States are texts, numbers and lists: they serialise.
            let text = serde_json::to_string(state).unwrap_or_default();
            kept.saved.push((run.clone(), text.into()));
            Ok(version)
        })
        .await
    }

    async fn lease(&self, run: &RunId, ttl: Duration) -> Result<Box<dyn Lease>, StoreError> {
        self.around(|| {
            let now = self.disk.clock.now();
            let mut kept = self.disk.kept();
            if kept.leases.get(run).is_some_and(|(_, until)| *until > now) {
                return Err(StoreError::Leased { run: run.clone(), holder: None, since: None });
            }
            kept.leases.insert(run.clone(), (self.process, now + ttl));
            let lease = SimLease { store: self.clone(), run: run.clone(), ttl };
            Ok(Box::new(lease) as Box<dyn Lease>)
        })
        .await
    }

    async fn signal(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.around(|| self.disk.signal(run, signal)).await;
        Ok(())
    }

    async fn signals(&self, run: &RunId) -> Result<Signals, StoreError> {
        self.around(|| {
            let kept = self.disk.kept();
            let has = |signal| kept.signals.contains(&(run.clone(), signal));
            Ok(Signals { cancel: has(Signal::Cancel), nudge: has(Signal::Nudge) })
        })
        .await
    }

    async fn acknowledge(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.around(|| self.disk.kept().signals.remove(&(run.clone(), signal))).await;
        Ok(())
    }

    async fn list(&self) -> Result<Vec<RunId>, StoreError> {
        self.around(|| Ok(self.disk.kept().runs.keys().cloned().collect())).await
    }
}

#[derive(Debug)]
struct SimLease {
    store: SimStore,
    run: RunId,
    ttl: Duration,
}

#[async_trait]
impl Lease for SimLease {
    async fn renew(&mut self) -> Result<(), StoreError> {
        let disk = &self.store.disk;
        let now = disk.clock.now();
        let mut kept = disk.kept();
        match kept.leases.get_mut(&self.run).filter(|(process, until)| *process == self.store.process && *until > now) {
            Some((_, until)) => {
                *until = now + self.ttl;
                Ok(())
            }
            None => Err(StoreError::LeaseLost { run: self.run.clone() }),
        }
    }
}

impl Drop for SimLease {
    fn drop(&mut self) {
        // Who dies gives nothing back.
        if self.store.disk.leases_outlive && self.store.life.is_dead() {
            return;
        }
        let mut kept = self.store.disk.kept();
        if kept.leases.get(&self.run).is_some_and(|(process, _)| *process == self.store.process) {
            kept.leases.remove(&self.run);
        }
    }
}
