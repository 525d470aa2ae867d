//! Loading, saving, listing.

use std::collections::BTreeSet;
use std::sync::Arc;

use rds_refresh_core::driver::{Signal, Signals, StoreError};
use rds_refresh_core::{State, Store};

use super::states::{machine, run, states};
use super::{COMPARE_AND_SWAP, EMPTY, LIST, PARALLEL_WRITERS, ROUND_TRIP};
use crate::suite::{Broken, Promise};

impl Promise {
    /// The store should have done this.
    pub(super) fn done<T>(self, what: &str, answer: Result<T, StoreError>) -> Result<T, Broken> {
        answer.map_err(|error| self.broken(format!("{what} failed: {error}")))
    }
}

/// The version and the state that are stored.
pub(super) async fn stored(store: &dyn Store, name: &str, promise: Promise) -> Result<(u64, State), Broken> {
    let stored = promise.done("a load", store.load(&run(name)).await)?;
    let stored = stored.ok_or_else(|| promise.broken(format!("the run {name} was saved, and is not stored")))?;
    let state = machine().load(stored.state).map_err(|error| promise.broken(format!("what was loaded is no state: {error}")))?;
    Ok((stored.version, state))
}

pub(super) async fn empty(store: &dyn Store) -> Result<(), Broken> {
    let nobody = run("nobody");
    let found = EMPTY.done("a load", store.load(&nobody).await)?;
    EMPTY.holds_if(found.is_none(), || format!("a new store holds {found:?}"))?;
    let listed = EMPTY.done("a listing", store.list().await)?;
    EMPTY.holds_if(listed.is_empty(), || format!("a new store lists {listed:?}"))?;
    let signals = EMPTY.done("reading signals", store.signals(&nobody).await)?;
    EMPTY.holds_if(signals == Signals::default(), || format!("a new store has {signals:?}"))?;
    EMPTY.done("acknowledging a signal that is not there", store.acknowledge(&nobody, Signal::Cancel).await)
}

pub(super) async fn round_trip(store: &dyn Store) -> Result<(), Broken> {
    let mut version = None;
    for state in states("a", 12) {
        let saved = ROUND_TRIP.done("a save", store.save(&state, version).await)?;
        version = Some(saved);
        let (found, back) = stored(store, "a", ROUND_TRIP).await?;
        ROUND_TRIP.holds_if(found == saved, || format!("the save answered version {saved}, and the load {found}"))?;
        ROUND_TRIP.holds_if(back == state, || format!("saved {state:?}, loaded {back:?}"))?;
    }
    Ok(())
}

pub(super) async fn compare_and_swap(store: &dyn Store) -> Result<(), Broken> {
    let two = states("a", 2);
    let (first, second) = (&two[0], &two[1]);
    let version = COMPARE_AND_SWAP.done("the first save", store.save(first, None).await)?;
    refused(store, first, None, Some(version)).await?;
    let next = COMPARE_AND_SWAP.done("the second save", store.save(second, Some(version)).await)?;
    COMPARE_AND_SWAP.holds_if(next > version, || format!("version {next} followed version {version}"))?;
    refused(store, first, Some(version), Some(next)).await?;
    let (found, state) = stored(store, "a", COMPARE_AND_SWAP).await?;
    COMPARE_AND_SWAP.holds_if(found == next && state == *second, || {
        format!("after two saves and two conflicts version {found} is stored, and not version {next} as it was saved")
    })
}

pub(super) async fn unknown_version(store: &dyn Store) -> Result<(), Broken> {
    refused(store, &states("a", 1)[0], Some(7), None).await?;
    let found = COMPARE_AND_SWAP.done("a load", store.load(&run("a")).await)?;
    COMPARE_AND_SWAP.holds_if(found.is_none(), || format!("a save that conflicted has stored {found:?}"))
}

/// A save that expects something else than what is stored.
async fn refused(store: &dyn Store, state: &State, expecting: Option<u64>, stored: Option<u64>) -> Result<(), Broken> {
    match store.save(state, expecting).await {
        Err(StoreError::Conflict { expected, found, .. }) if (expected, found) == (expecting, stored) => Ok(()),
        answer => Err(COMPARE_AND_SWAP.broken(format!(
            "a save that expected {expecting:?} while {stored:?} was stored got {answer:?}, and not `Conflict` with both"
        ))),
    }
}

const WRITERS: usize = 4;
const WINS: usize = 5;

/// Every thread saves until it has won five times: each win must be a version of its own.
pub(super) async fn parallel_writers<S: Store + 'static>(store: S) -> Result<(), Broken> {
    let store = Arc::new(store);
    let runtime = tokio::runtime::Handle::current();
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (store, runtime) = (store.clone(), runtime.clone());
            // A thread of its own, in which the store finds the runtime that it may need.
            tokio::task::spawn_blocking(move || runtime.clone().block_on(write(&*store)))
        })
        .collect();
    let mut versions = BTreeSet::new();
    for writer in writers {
        let won = writer.await.map_err(|error| PARALLEL_WRITERS.broken(format!("a writer died: {error}")))??;
        for version in won {
            PARALLEL_WRITERS
                .holds_if(versions.insert(version), || format!("two savers were told that theirs is version {version}"))?;
        }
    }
    let (found, _) = stored(&*store, "a", PARALLEL_WRITERS).await?;
    let last = versions.last().copied();
    PARALLEL_WRITERS
        .holds_if(Some(found) == last, || format!("version {found} is stored, and the last that was answered is {last:?}"))
}

async fn write(store: &dyn Store) -> Result<Vec<u64>, Broken> {
    // Nobody loses more often than the others win.
    const ATTEMPTS: usize = 100 * WRITERS * WINS;
    let state = states("a", 1).remove(0);
    let mut won = Vec::new();
    for _ in 0..ATTEMPTS {
        let found = PARALLEL_WRITERS.done("a load", store.load(&run("a")).await)?;
        // So that others come between, also where one thread runs after the other.
        tokio::task::yield_now().await;
        match store.save(&state, found.map(|stored| stored.version)).await {
            Ok(version) => won.push(version),
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(PARALLEL_WRITERS.broken(format!("a save failed: {error}"))),
        }
        if won.len() == WINS {
            return Ok(won);
        }
    }
    Err(PARALLEL_WRITERS.broken(format!("a writer was refused {} times in {ATTEMPTS} attempts", ATTEMPTS - won.len())))
}

pub(super) async fn list(store: &dyn Store) -> Result<(), Broken> {
    for name in ["b", "a-2", "c", "a"] {
        LIST.done("a save", store.save(&states(name, 1)[0], None).await)?;
        let lease = store.lease(&run(name), super::leases::TTL).await;
        drop(LIST.done("a lease", lease)?);
    }
    LIST.done("a signal", store.signal(&run("d"), Signal::Nudge).await)?;
    let listed = LIST.done("a listing", store.list().await)?;
    LIST.holds_if(listed == ["a", "a-2", "b", "c"].map(run), || {
        format!("b, a-2, c and a were saved, d was signalled, and it lists {listed:?}")
    })
}
