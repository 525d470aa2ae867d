//! Points at which a process can be killed, and a store that has them around each operation.

use std::future::{Future, pending};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::driver::{Lease, Signal, Signals, StoreError, Stored};
use rds_refresh_core::{MemoryStore, RunId, State, Store};

/// Kills the process at one of the points that it passes: nothing after it happens, as the future stays pending and is dropped.
#[derive(Clone, Default)]
pub(crate) struct Kill(Arc<Mutex<Option<u32>>>);

impl Kill {
    pub(crate) fn never() -> Self {
        Self::default()
    }

    /// At the `nth` point from now, from 0.
    pub(crate) fn at(nth: u32) -> Self {
        Self(Arc::new(Mutex::new(Some(nth))))
    }

    pub(crate) async fn point(&self) {
        let is_last = {
            let mut rest = self.0.lock().unwrap();
            match &mut *rest {
                Some(0) => true,
                Some(rest) => {
                    *rest -= 1;
                    false
                }
                None => false,
            }
        };
        if is_last {
            pending::<()>().await;
        }
    }
}

/// A store whose process can be killed before and after each operation has its effect.
pub(crate) struct Deadly(pub MemoryStore, pub Kill);

impl Deadly {
    async fn around<T>(&self, operation: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        self.1.point().await;
        let answer = operation.await;
        self.1.point().await;
        answer
    }
}

#[async_trait]
impl Store for Deadly {
    async fn load(&self, run: &RunId) -> Result<Option<Stored>, StoreError> {
        self.around(self.0.load(run)).await
    }
    async fn save(&self, state: &State, expected: Option<u64>) -> Result<u64, StoreError> {
        self.around(self.0.save(state, expected)).await
    }
    async fn lease(&self, run: &RunId, ttl: Duration) -> Result<Box<dyn Lease>, StoreError> {
        self.around(self.0.lease(run, ttl)).await
    }
    async fn signal(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.0.signal(run, signal).await
    }
    async fn signals(&self, run: &RunId) -> Result<Signals, StoreError> {
        self.around(self.0.signals(run)).await
    }
    async fn acknowledge(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.around(self.0.acknowledge(run, signal)).await
    }
    async fn list(&self) -> Result<Vec<RunId>, StoreError> {
        self.0.list().await
    }
}
