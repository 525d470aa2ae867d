use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::{RunId, Store};

/// A kind of store, and what lies behind its trait. A closure that makes empty stores is one that can do nothing else.
#[async_trait]
pub trait Subject: Send + Sync {
    /// The store.
    type Store: Store + 'static;

    /// A new store, which is empty and shares nothing with those before it.
    async fn open(&self) -> Self::Store;

    /// Another handle on what this one keeps, as the next program opens it. Default: nothing outlives the handle.
    async fn reopen(&self, store: &Self::Store) -> Option<Self::Store> {
        let _ = store;
        None
    }

    /// Lets time pass by the clock that leases end by, and answers whether there is one. Default: leases end with their holder alone.
    async fn pass(&self, time: Duration) -> bool {
        let _ = time;
        false
    }

    /// What is stored of a run, as bytes of JSON. Default: that cannot be looked at, and damage is not checked.
    async fn read(&self, store: &Self::Store, run: &RunId) -> Option<Vec<u8>> {
        let _ = (store, run);
        None
    }

    /// Replaces these bytes. Only called if [`read`](Self::read) gave some.
    async fn write(&self, store: &Self::Store, run: &RunId, stored: &[u8]) {
        let _ = (store, run, stored);
    }
}

#[async_trait]
impl<S: Store + 'static, F: Fn() -> S + Send + Sync> Subject for F {
    type Store = S;

    async fn open(&self) -> S {
        self()
    }
}
