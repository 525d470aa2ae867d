//! Stores: the suite that every store passes, and what is particular to files.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod file;

use std::sync::Arc;

use rds_refresh_core::{FileStore, MemoryStore, Store};
use rds_refresh_testkit::suite::{Broken, store};

#[tokio::test]
async fn memory() -> Result<(), Broken> {
    store::check(&MemoryStore::new).await
}

#[test]
fn stores_are_objects_that_threads_share() {
    fn shared<S: Store + Clone + Send + Sync + 'static>(_: &S) {}
    shared(&MemoryStore::new());
    shared(&FileStore::open(tempfile::tempdir().unwrap().path()).unwrap());
    let _: Arc<dyn Store> = Arc::new(MemoryStore::new());
}
