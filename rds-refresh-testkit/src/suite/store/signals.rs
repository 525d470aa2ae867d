//! What a driver is told while it drives.

use rds_refresh_core::Store;
use rds_refresh_core::driver::{Signal, Signals};

use super::SIGNALS;
use super::states::{run, states};
use crate::suite::Broken;

/// These signals wait, and no other.
async fn left(store: &dyn Store, cancel: bool, nudge: bool, when: &str) -> Result<(), Broken> {
    let expected = Signals { cancel, nudge };
    let found = SIGNALS.done("reading signals", store.signals(&run("a")).await)?;
    SIGNALS.holds_if(found == expected, || format!("{when}: {found:?}, and not {expected:?}"))
}

pub(super) async fn wait(store: &dyn Store) -> Result<(), Broken> {
    let a = run("a");
    for when in ["after a cancel", "after it was left again"] {
        SIGNALS.done("a cancel", store.signal(&a, Signal::Cancel).await)?;
        left(store, true, false, when).await?;
    }
    left(store, true, false, "read again").await?;
    SIGNALS.done("a nudge", store.signal(&a, Signal::Nudge).await)?;
    left(store, true, true, "after a nudge").await?;
    let others = SIGNALS.done("reading signals", store.signals(&run("b")).await)?;
    SIGNALS.holds_if(others == Signals::default(), || format!("the run a was told, and b has {others:?}"))?;

    SIGNALS.done("an acknowledgement", store.acknowledge(&a, Signal::Cancel).await)?;
    left(store, false, true, "after the cancel was acknowledged, which was left twice").await?;
    for _ in 0..2 {
        SIGNALS.done("an acknowledgement", store.acknowledge(&a, Signal::Nudge).await)?;
        left(store, false, false, "after the nudge was acknowledged").await?;
    }
    Ok(())
}

pub(super) async fn survive_saves(store: &dyn Store) -> Result<(), Broken> {
    let two = states("a", 2);
    let version = SIGNALS.done("a save", store.save(&two[0], None).await)?;
    SIGNALS.done("a cancel", store.signal(&run("a"), Signal::Cancel).await)?;
    SIGNALS.done("a save", store.save(&two[1], Some(version)).await)?;
    left(store, true, false, "after a save").await
}
