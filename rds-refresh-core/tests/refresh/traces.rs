//! The same seed gives the same trace, byte for byte.

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use rds_refresh_core::{MemoryStore, OnFailure};

use crate::fixture::Run;

/// Everything that can be seen of a run: each state as it was saved, each call with its time, and the world at the end.
async fn trace(seed: u64) -> String {
    let run = Run::seeded(seed);
    let seen = Arc::new(Mutex::new(String::new()));
    let log = seen.clone();
    let driver = run.driver_on(Arc::new(MemoryStore::new())).with_observer(move |report| {
        let line = serde_json::to_string(report).unwrap();
        log.lock().unwrap().push_str(&line);
    });
    driver.start(run.id.clone(), run.facts(), OnFailure::default()).await.unwrap();
    let world = run.stage.fake.world();
    let mut trace = seen.lock().unwrap().clone();
    for entry in world.journal() {
        writeln!(trace, "{entry:?}").unwrap();
    }
    trace + &world.to_json().to_string()
}

#[tokio::test]
async fn one_seed_one_trace() {
    for seed in [1, 2, 3] {
        assert_eq!(trace(seed).await, trace(seed).await, "seed {seed}");
    }
}

#[tokio::test]
async fn another_seed_another_trace() {
    assert_ne!(trace(1).await, trace(2).await);
}
