//! Stores: one suite that every store passes, and what is particular to files.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod file;
mod support;

use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::driver::{Signal, Signals, StoreError};
use rds_refresh_core::{FileStore, MemoryStore, Store};

use support::{machine, run, states};

const TTL: Duration = Duration::from_mins(5);

/// Runs every rule of the contract against a new store each.
macro_rules! conformance {
    ($name:ident, $new:expr; $($rule:ident)*) => {
        mod $name {
            $(
                #[tokio::test]
                async fn $rule() {
                    // Whatever the store lives in lives as long as the test.
                    let (store, _home) = $new;
                    super::$rule(&store).await;
                }
            )*
        }
    };
    ($name:ident, $new:expr) => {
        conformance! { $name, $new;
            what_was_never_saved_is_not_there
            a_state_comes_back_as_it_was_saved
            of_two_savers_one_wins
            a_conflict_names_both_versions
            runs_are_listed_in_order
            one_lease_at_a_time
            who_drives_a_run_is_told
            leases_of_different_runs_are_apart
            a_run_is_watched_and_told_beside_its_lease
            signals_wait_until_they_are_acknowledged
            a_save_keeps_signals
            savers_at_the_same_time_lose_nothing
        }
    };
}

conformance!(memory, (rds_refresh_core::MemoryStore::new(), ()));
conformance!(files, {
    let home = tempfile::tempdir().unwrap();
    (rds_refresh_core::FileStore::open(home.path()).unwrap(), home)
});

async fn what_was_never_saved_is_not_there(store: &dyn Store) {
    assert_eq!(store.load(&run("nobody")).await.unwrap(), None);
    assert_eq!(store.signals(&run("nobody")).await.unwrap(), Signals::default());
    assert!(store.list().await.unwrap().is_empty());
    store.acknowledge(&run("nobody"), Signal::Cancel).await.unwrap();
}

async fn a_state_comes_back_as_it_was_saved(store: &dyn Store) {
    let mut version = None;
    for state in states("a", 12) {
        version = Some(store.save(&state, version).await.unwrap());
        let stored = store.load(&run("a")).await.unwrap().unwrap();
        assert_eq!(Some(stored.version), version);
        assert_eq!(machine().load(stored.state).unwrap(), state);
    }
}

async fn of_two_savers_one_wins(store: &dyn Store) {
    let [first, second] = states("a", 2).try_into().unwrap();
    let version = store.save(&first, None).await.unwrap();
    let next = store.save(&second, Some(version)).await.unwrap();
    assert!(next > version);

    let late = store.save(&first, Some(version)).await.unwrap_err();
    assert!(matches!(late, StoreError::Conflict { .. }), "{late}");
    let stored = store.load(&run("a")).await.unwrap().unwrap();
    assert_eq!((stored.version, machine().load(stored.state).unwrap()), (next, second));
}

async fn a_conflict_names_both_versions(store: &dyn Store) {
    let state = &states("a", 1)[0];
    let error = store.save(state, Some(7)).await.unwrap_err();
    assert!(matches!(&error, StoreError::Conflict { expected: Some(7), found: None, .. }), "{error:?}");
    assert_eq!(store.load(&run("a")).await.unwrap(), None);

    let version = store.save(state, None).await.unwrap();
    let error = store.save(state, None).await.unwrap_err();
    assert!(matches!(&error, StoreError::Conflict { expected: None, found, .. } if *found == Some(version)), "{error:?}");
    let told = error.to_string();
    assert!(told.contains("stored in version") && told.contains("not at all was expected"), "{told}");
}

async fn runs_are_listed_in_order(store: &dyn Store) {
    for name in ["b", "a-2", "c", "a"] {
        store.save(&states(name, 1)[0], None).await.unwrap();
        let _lease = store.lease(&run(name), TTL).await.unwrap();
    }
    store.signal(&run("d"), Signal::Nudge).await.unwrap();
    assert_eq!(store.list().await.unwrap(), ["a", "a-2", "b", "c"].map(run));
}

async fn one_lease_at_a_time(store: &dyn Store) {
    let mut lease = store.lease(&run("a"), TTL).await.unwrap();
    for _ in 0..2 {
        let error = store.lease(&run("a"), TTL).await.unwrap_err();
        assert!(matches!(&error, StoreError::Leased { run, .. } if run.as_str() == "a"), "{error}");
        lease.renew().await.unwrap();
    }
    drop(lease);
    drop(store.lease(&run("a"), TTL).await.unwrap());
    store.lease(&run("a"), TTL).await.unwrap().renew().await.unwrap();
}

async fn who_drives_a_run_is_told(store: &dyn Store) {
    assert_eq!(store.holder(&run("a")).await.unwrap(), None);
    let lease = store.lease(&run("a"), TTL).await.unwrap();
    for _ in 0..2 {
        assert!(store.holder(&run("a")).await.unwrap().is_some());
    }
    assert_eq!(store.holder(&run("b")).await.unwrap(), None);
    drop(lease);
    assert_eq!(store.holder(&run("a")).await.unwrap(), None);
    drop(store.lease(&run("a"), TTL).await.unwrap());
}

async fn leases_of_different_runs_are_apart(store: &dyn Store) {
    let _a = store.lease(&run("a"), TTL).await.unwrap();
    let _b = store.lease(&run("b"), TTL).await.unwrap();
}

async fn a_run_is_watched_and_told_beside_its_lease(store: &dyn Store) {
    let state = &states("a", 1)[0];
    let _lease = store.lease(&run("a"), TTL).await.unwrap();
    store.save(state, None).await.unwrap();
    assert!(store.load(&run("a")).await.unwrap().is_some());
    store.signal(&run("a"), Signal::Cancel).await.unwrap();
    assert!(store.signals(&run("a")).await.unwrap().cancel);
    assert_eq!(store.list().await.unwrap(), [run("a")]);
}

async fn signals_wait_until_they_are_acknowledged(store: &dyn Store) {
    let a = run("a");
    let left = async || store.signals(&a).await.unwrap();
    for _ in 0..2 {
        store.signal(&a, Signal::Cancel).await.unwrap();
        assert_eq!(left().await, Signals { cancel: true, nudge: false });
    }
    store.signal(&a, Signal::Nudge).await.unwrap();
    assert_eq!(left().await, Signals { cancel: true, nudge: true });
    assert_eq!(left().await.iter().collect::<Vec<_>>(), Signal::ALL);
    assert_eq!(store.signals(&run("b")).await.unwrap(), Signals::default());

    store.acknowledge(&a, Signal::Cancel).await.unwrap();
    assert_eq!(left().await, Signals { cancel: false, nudge: true });
    store.acknowledge(&a, Signal::Nudge).await.unwrap();
    store.acknowledge(&a, Signal::Nudge).await.unwrap();
    assert_eq!(left().await, Signals::default());
}

async fn a_save_keeps_signals(store: &dyn Store) {
    let [first, second] = states("a", 2).try_into().unwrap();
    let version = store.save(&first, None).await.unwrap();
    store.signal(&run("a"), Signal::Cancel).await.unwrap();
    store.save(&second, Some(version)).await.unwrap();
    assert!(store.signals(&run("a")).await.unwrap().cancel);
}

/// Every thread saves until it has won five times: each win must be a version of its own.
async fn savers_at_the_same_time_lose_nothing<S: Store + Clone + 'static>(store: &S) {
    let state = Arc::new(states("a", 1).remove(0));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (store, state) = (store.clone(), state.clone());
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(async {
                    let mut won = 0;
                    while won < 5 {
                        let version = store.load(&run("a")).await.unwrap().map(|stored| stored.version);
                        match store.save(&state, version).await {
                            Ok(_) => won += 1,
                            Err(StoreError::Conflict { .. }) => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(store.load(&run("a")).await.unwrap().unwrap().version, 20);
}

#[test]
fn stores_are_objects_that_threads_share() {
    fn shared<S: Store + Clone + Send + Sync + 'static>(_: &S) {}
    shared(&MemoryStore::new());
    shared(&FileStore::open(tempfile::tempdir().unwrap().path()).unwrap());
    let _: Arc<dyn Store> = Arc::new(MemoryStore::new());
}
