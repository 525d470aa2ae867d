//! Stored states that cannot be gone on with: each is refused with what is wrong, by whoever reads or writes, and left as it is.
#![cfg(feature = "tokio")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::sync::Arc;

use rds_refresh_core::driver::StoreError;
use rds_refresh_core::machine::LoadError;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::{DriveError, Driver, FileStore, OnFailure, RunId, Store, steps};
use rds_refresh_testkit::{Stage, TwoAccounts};
use serde_json::{Value, json};

fn driver(stage: &TwoAccounts, store: &Arc<FileStore>) -> Driver {
    let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
    let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
    let (machine, worker) = steps::refresh(&source, &destination).build().unwrap();
    Driver::new(machine, worker, store.clone(), Arc::new(stage.fake.clock().clone()))
}

#[tokio::test]
async fn each_is_refused_and_left_as_it_is() {
    let stage = Stage::two_accounts(7);
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(FileStore::open(dir.path()).unwrap());
    let run: RunId = "nightly".parse().unwrap();
    let facts = stage.request("orders-staging").build().unwrap().into_facts().unwrap();
    driver(&stage, &store).start(run.clone(), facts, OnFailure::default()).await.unwrap();
    let file = dir.path().join("nightly.json");
    let whole = std::fs::read_to_string(&file).unwrap();
    let edited = |pointer: &str, value: Value| {
        let mut stored: Value = serde_json::from_str(&whole).unwrap();
        *stored.pointer_mut(pointer).unwrap() = value;
        stored.to_string()
    };
    let rows = [
        ("truncated", whole[..whole.len() / 2].to_owned(), "is damaged: EOF while parsing"),
        ("empty", String::new(), "is damaged: EOF while parsing"),
        ("of zeros", "\0".repeat(4096), "is damaged: expected value"),
        ("no state", "{\"version\": 3}".into(), "is damaged: missing field `state`"),
        ("edited: a phase that is none", edited("/state/phase", json!({ "is": "asleep" })), "is damaged: unknown variant"),
        ("edited: a step out of range", edited("/state/at", json!(99)), "`at` names no step that was reached"),
        ("edited: another step", edited("/state/steps/0/name", json!("drop-table")), "the plan has changed: step 1"),
        ("of a newer version", edited("/state/format", json!(2)), "format 2 and this program reads format 1"),
        (
            "of a newer version, in another shape",
            json!({ "version": 1, "state": { "format": 9, "log": [] } }).to_string(),
            "format 9",
        ),
        ("of another run", edited("/state/run", json!("weekly")), "is damaged: it holds the run weekly"),
    ];
    let calls = stage.fake.world().journal().len();
    for (what, text, says) in rows {
        std::fs::write(&file, &text).unwrap();
        let driver = driver(&stage, &store);
        for error in [driver.resume(&run).await.unwrap_err(), driver.drive(&run).await.unwrap_err()] {
            let told = chain(&error);
            assert!(told.contains(says), "{what}: {told}");
        }
        driver.cancel(&run).await.unwrap_err();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "{what}: it was changed");
    }
    assert_eq!(stage.fake.world().journal().len(), calls, "nothing was called");
    // What is whole is taken again.
    std::fs::write(&file, &whole).unwrap();
    assert!(store.load(&run).await.unwrap().is_some());
}

#[tokio::test]
async fn another_format_is_told_from_damage() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileStore::open(dir.path()).unwrap();
    std::fs::write(dir.path().join("nightly.json"), r#"{ "version": 1, "state": { "format": 2 } }"#).unwrap();
    let error = store.load(&"nightly".parse().unwrap()).await.unwrap_err();
    assert!(matches!(&error, StoreError::Format { source: LoadError::Format { found: 2, supported: 1 }, .. }), "{error}");
}

fn chain(error: &DriveError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
