//! The suite of stores catches stores that break a promise.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::driver::{Holder, Lease, Signal, Signals, StoreError, Stored};
use rds_refresh_core::{MemoryStore, RunId, State, Store, Timestamp};
use rds_refresh_testkit::suite::store::{self, PROMISES, Subject};
use rds_refresh_testkit::{Stage, VirtualClock};

/// What a store may do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    KnowsEverybody,
    ForgetsTheVersion,
    SavesAnyway,
    SavesWhenItRefuses,
    TearsCompareAndSwapApart,
    ListsUnsorted,
    LeasesTwice,
    NeverExpires,
    RenewsWhatIsLost,
    FreesTheOthersLease,
    NamesTheLastHolder,
    HidesWhatIsLeased,
    LosesSignalsInSaves,
    AcknowledgesEverything,
    ForgetsSignals,
    MendsDamage,
    OverwritesDamage,
}

/// What outlives a handle: runs as text, signals, and leases that end by time.
#[derive(Default)]
struct Kept {
    runs: BTreeMap<RunId, Vec<u8>>,
    signals: BTreeSet<(RunId, Signal)>,
    leases: BTreeMap<RunId, (u64, Timestamp)>,
    holders: u64,
}

#[derive(Clone)]
struct Faulty {
    kept: Arc<Mutex<Kept>>,
    clock: VirtualClock,
    fault: Fault,
}

struct Kind(VirtualClock, Fault);

#[async_trait]
impl Subject for Kind {
    type Store = Faulty;

    async fn open(&self) -> Faulty {
        Faulty { kept: Arc::default(), clock: self.0.clone(), fault: self.1 }
    }

    async fn reopen(&self, store: &Faulty) -> Option<Faulty> {
        if self.1 == Fault::ForgetsSignals {
            store.kept.lock().unwrap().signals.clear();
        }
        Some(store.clone())
    }

    async fn pass(&self, time: Duration) -> bool {
        self.0.advance(time);
        true
    }

    async fn read(&self, store: &Faulty, run: &RunId) -> Option<Vec<u8>> {
        store.kept.lock().unwrap().runs.get(run).cloned()
    }

    async fn write(&self, store: &Faulty, run: &RunId, stored: &[u8]) {
        store.kept.lock().unwrap().runs.insert(run.clone(), stored.to_vec());
    }
}

fn read(run: &RunId, text: &[u8]) -> Result<Stored, StoreError> {
    let damaged = |why: String| StoreError::Damaged { place: run.to_string(), why };
    let stored: Stored = serde_json::from_slice(text).map_err(|error| damaged(error.to_string()))?;
    rds_refresh_core::StoredState::check_format(text).map_err(|source| StoreError::Format { place: run.to_string(), source })?;
    if stored.state.run() == run { Ok(stored) } else { Err(damaged("another run".into())) }
}

#[async_trait]
impl Store for Faulty {
    async fn load(&self, run: &RunId) -> Result<Option<Stored>, StoreError> {
        let text = self.kept.lock().unwrap().runs.get(run).cloned();
        let text = text.or_else(|| (self.fault == Fault::KnowsEverybody).then(|| b"{}".to_vec()));
        match text.map(|text| read(run, &text)).transpose() {
            Err(_) if self.fault == Fault::MendsDamage => Ok(None),
            read => read,
        }
    }

    async fn save(&self, state: &State, expected: Option<u64>) -> Result<u64, StoreError> {
        let run = state.run().clone();
        let found = match self.load(&run).await {
            Err(_) if self.fault == Fault::OverwritesDamage => expected,
            found => found?.map(|stored| stored.version),
        };
        if self.fault == Fault::TearsCompareAndSwapApart {
            // Others come between looking and writing.
            for _ in 0..50 {
                tokio::task::yield_now().await;
                std::thread::yield_now();
            }
        }
        let mut kept = self.kept.lock().unwrap();
        let now = match self.fault {
            Fault::TearsCompareAndSwapApart => found,
            _ => match kept.runs.get(&run).map(|text| read(&run, text)).transpose() {
                Err(_) if self.fault == Fault::OverwritesDamage => expected,
                found => found?.map(|stored| stored.version),
            },
        };
        let refused = now != expected && self.fault != Fault::SavesAnyway;
        let version = now.unwrap_or(0) + 1;
        if !refused || self.fault == Fault::SavesWhenItRefuses {
            let stored = Stored { version, state: state.clone().into() };
            kept.runs.insert(run.clone(), serde_json::to_vec(&stored).unwrap());
        }
        if self.fault == Fault::LosesSignalsInSaves {
            kept.signals.clear();
        }
        if refused {
            return Err(StoreError::Conflict { run, expected, found: now });
        }
        Ok(if self.fault == Fault::ForgetsTheVersion { 1 } else { version })
    }

    async fn lease(&self, run: &RunId, ttl: Duration) -> Result<Box<dyn Lease>, StoreError> {
        let mut kept = self.kept.lock().unwrap();
        let now = self.clock.now();
        let is_held = |until: Timestamp| until > now || self.fault == Fault::NeverExpires;
        if self.fault != Fault::LeasesTwice && kept.leases.get(run).is_some_and(|(_, until)| is_held(*until)) {
            return Err(StoreError::Leased { run: run.clone(), holder: None, since: None });
        }
        kept.holders += 1;
        let holder = kept.holders;
        kept.leases.insert(run.clone(), (holder, now + ttl));
        Ok(Box::new(FaultyLease { store: self.clone(), run: run.clone(), holder, ttl }))
    }

    async fn holder(&self, run: &RunId) -> Result<Option<Holder>, StoreError> {
        let kept = self.kept.lock().unwrap();
        let held = kept.leases.contains_key(run) || (self.fault == Fault::NamesTheLastHolder && kept.holders > 0);
        Ok(held.then(Holder::default))
    }

    async fn signal(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        self.kept.lock().unwrap().signals.insert((run.clone(), signal));
        Ok(())
    }

    async fn signals(&self, run: &RunId) -> Result<Signals, StoreError> {
        let kept = self.kept.lock().unwrap();
        let has = |signal| kept.signals.contains(&(run.clone(), signal));
        Ok(Signals { cancel: has(Signal::Cancel), nudge: has(Signal::Nudge) })
    }

    async fn acknowledge(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        let mut kept = self.kept.lock().unwrap();
        let all = self.fault == Fault::AcknowledgesEverything;
        kept.signals.retain(|(of, it)| of != run || (*it != signal && !all));
        Ok(())
    }

    async fn list(&self) -> Result<Vec<RunId>, StoreError> {
        let kept = self.kept.lock().unwrap();
        let hidden = |run: &RunId| self.fault == Fault::HidesWhatIsLeased && kept.leases.contains_key(run);
        let runs = kept.runs.keys().filter(|run| !hidden(run)).cloned();
        Ok(if self.fault == Fault::ListsUnsorted { runs.rev().collect() } else { runs.collect() })
    }
}

#[derive(Debug)]
struct FaultyLease {
    store: Faulty,
    run: RunId,
    holder: u64,
    ttl: Duration,
}

impl std::fmt::Debug for Faulty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.fault.fmt(f)
    }
}

#[async_trait]
impl Lease for FaultyLease {
    async fn renew(&mut self) -> Result<(), StoreError> {
        let mut kept = self.store.kept.lock().unwrap();
        let now = self.store.clock.now();
        match kept.leases.get_mut(&self.run).filter(|(holder, until)| *holder == self.holder && *until > now) {
            Some((_, until)) => *until = now + self.ttl,
            None if self.store.fault == Fault::RenewsWhatIsLost => {}
            None => return Err(StoreError::LeaseLost { run: self.run.clone() }),
        }
        Ok(())
    }
}

impl Drop for FaultyLease {
    fn drop(&mut self) {
        let mut kept = self.store.kept.lock().unwrap();
        let others = self.store.fault == Fault::FreesTheOthersLease;
        if kept.leases.get(&self.run).is_some_and(|(holder, _)| *holder == self.holder || others) {
            kept.leases.remove(&self.run);
        }
    }
}

async fn verdict(fault: Fault) -> Option<&'static str> {
    let kind = Kind(VirtualClock::starting_at(Stage::opening()), fault);
    store::check(&kind).await.err().map(|broken| broken.promise.name)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_broken_store_is_caught_by_the_promise_that_it_breaks() {
    let cases = [
        (Fault::KnowsEverybody, "empty"),
        (Fault::ForgetsTheVersion, "round-trip"),
        (Fault::SavesAnyway, "compare-and-swap"),
        (Fault::SavesWhenItRefuses, "compare-and-swap"),
        (Fault::TearsCompareAndSwapApart, "parallel-writers"),
        (Fault::ListsUnsorted, "list"),
        (Fault::LeasesTwice, "one-lease"),
        (Fault::NamesTheLastHolder, "holder"),
        (Fault::HidesWhatIsLeased, "no-lease-needed"),
        (Fault::NeverExpires, "lease-expiry"),
        (Fault::RenewsWhatIsLost, "lease-expiry"),
        (Fault::FreesTheOthersLease, "lease-expiry"),
        (Fault::LosesSignalsInSaves, "signals"),
        (Fault::AcknowledgesEverything, "signals"),
        (Fault::ForgetsSignals, "durable"),
        (Fault::MendsDamage, "damage"),
        (Fault::OverwritesDamage, "damage"),
    ];
    assert_eq!(verdict(Fault::None).await, None);
    for (fault, promise) in cases {
        assert_eq!(verdict(fault).await, Some(promise), "{fault:?}");
    }
    let caught: BTreeSet<&str> = cases.iter().map(|(_, promise)| *promise).collect();
    assert_eq!(caught, PROMISES.iter().map(|promise| promise.name).collect(), "a promise that no broken store tries");
}

#[tokio::test]
async fn a_breach_says_what_was_promised_and_where() {
    let broken = store::check(&Kind(VirtualClock::starting_at(Stage::opening()), Fault::LeasesTwice)).await.unwrap_err();
    let told = broken.to_string();
    assert!(told.starts_with("the promise `one-lease` is broken: At most one lease"), "{told}");
    assert!(told.contains("seen: two drivers hold the run at a time") && told.contains("trait.Store.html#contract"), "{told}");
    assert_eq!(format!("{broken:?}"), told);
}

/// One thread has no parallel writers, and the suite still is done.
#[tokio::test]
async fn one_thread_is_enough() {
    store::check(&MemoryStore::new).await.unwrap();
}
