use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::driver::{Lease, Signal, Signals, StoreError, Stored};
use rds_refresh_core::{MemoryStore, RunId, State, Store, Timestamp};

use super::life::Life;
use crate::VirtualClock;

/// What outlives every process: the states, the leases, which end by time alone, and every state that was ever saved.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    pub(super) states: MemoryStore,
    leases: Arc<Mutex<BTreeMap<RunId, (u64, Timestamp)>>>,
    saved: Arc<Mutex<Vec<(RunId, String)>>>,
    clock: VirtualClock,
}

impl Disk {
    pub(super) fn new(clock: VirtualClock) -> Self {
        Self { states: MemoryStore::new(), leases: Arc::default(), saved: Arc::default(), clock }
    }

    /// Every state that was saved, in order.
    pub(super) fn saved(&self) -> Vec<(RunId, String)> {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many that are.
    pub(super) fn saves(&self) -> usize {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn leases(&self) -> MutexGuard<'_, BTreeMap<RunId, (u64, Timestamp)>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
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
    async fn around<T>(&self, operation: impl Future<Output = T> + Send) -> T {
        self.life.point().await;
        let done = operation.await;
        self.life.point().await;
        done
    }
}

#[async_trait]
impl Store for SimStore {
    async fn load(&self, run: &RunId) -> Result<Option<Stored>, StoreError> {
        self.around(self.disk.states.load(run)).await
    }

    async fn save(&self, state: &State, expected: Option<u64>) -> Result<u64, StoreError> {
        self.around(async {
            let version = self.disk.states.save(state, expected).await?;
            // States are texts, numbers and lists: they serialise.
            let text = serde_json::to_string(state).unwrap_or_default();
            self.disk.saved.lock().unwrap_or_else(PoisonError::into_inner).push((state.run().clone(), text));
            Ok(version)
        })
        .await
    }

    async fn lease(&self, run: &RunId, ttl: Duration) -> Result<Box<dyn Lease>, StoreError> {
        self.around(async {
            let now = self.disk.clock.now();
            let mut leases = self.disk.leases();
            if leases.get(run).is_some_and(|(_, until)| *until > now) {
                return Err(StoreError::Leased { run: run.clone(), holder: None, since: None });
            }
            leases.insert(run.clone(), (self.process, now + ttl));
            let lease = SimLease { disk: self.disk.clone(), run: run.clone(), process: self.process, ttl };
            Ok(Box::new(lease) as Box<dyn Lease>)
        })
        .await
    }

    async fn signal(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.around(self.disk.states.signal(run, signal)).await
    }

    async fn signals(&self, run: &RunId) -> Result<Signals, StoreError> {
        self.around(self.disk.states.signals(run)).await
    }

    async fn acknowledge(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.around(self.disk.states.acknowledge(run, signal)).await
    }

    async fn list(&self) -> Result<Vec<RunId>, StoreError> {
        self.around(self.disk.states.list()).await
    }
}

#[derive(Debug)]
struct SimLease {
    disk: Disk,
    run: RunId,
    process: u64,
    ttl: Duration,
}

#[async_trait]
impl Lease for SimLease {
    async fn renew(&mut self) -> Result<(), StoreError> {
        let now = self.disk.clock.now();
        let mut leases = self.disk.leases();
        match leases.get_mut(&self.run).filter(|(process, until)| *process == self.process && *until > now) {
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
        let mut leases = self.disk.leases();
        if leases.get(&self.run).is_some_and(|(process, _)| *process == self.process) {
            leases.remove(&self.run);
        }
    }
}
