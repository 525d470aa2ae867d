//! One driver at a time.

use std::time::Duration;

use rds_refresh_core::Store;
use rds_refresh_core::driver::{Lease, Signal, StoreError};

use super::states::{run, states};
use super::{HOLDER, LEASE_EXPIRY, NO_LEASE_NEEDED, ONE_LEASE, Subject};
use crate::suite::{Broken, Promise};

pub(super) const TTL: Duration = Duration::from_mins(5);

async fn lease(store: &dyn Store, name: &str, promise: Promise) -> Result<Box<dyn Lease>, Broken> {
    promise.done("a lease", store.lease(&run(name), TTL).await)
}

/// Somebody has the run.
async fn taken(store: &dyn Store, promise: Promise, when: &str) -> Result<(), Broken> {
    match store.lease(&run("a"), TTL).await {
        Err(StoreError::Leased { run, .. }) if run.as_str() == "a" => Ok(()),
        Ok(_) => Err(promise.broken(format!("two drivers hold the run at a time, {when}"))),
        Err(error) => Err(promise.broken(format!("a second lease was refused with {error:?}, and not with `Leased`, {when}"))),
    }
}

pub(super) async fn one_lease(store: &dyn Store) -> Result<(), Broken> {
    let mut first = lease(store, "a", ONE_LEASE).await?;
    taken(store, ONE_LEASE, "right after the first lease").await?;
    ONE_LEASE.done("a renewal", first.renew().await)?;
    taken(store, ONE_LEASE, "after a renewal").await?;
    drop(lease(store, "b", ONE_LEASE).await?);
    taken(store, ONE_LEASE, "after another run was leased and left").await?;
    drop(first);
    let mut second = lease(store, "a", ONE_LEASE).await?;
    ONE_LEASE.done("a renewal", second.renew().await)
}

pub(super) async fn holder(store: &dyn Store) -> Result<(), Broken> {
    let told = async |name: &str| HOLDER.done("asking for the holder", store.holder(&run(name)).await);
    let nobody = told("a").await?;
    HOLDER.holds_if(nobody.is_none(), || format!("nobody has the run, and it names {nobody:?}"))?;
    let held = lease(store, "a", HOLDER).await?;
    // Looking must not take it away.
    let (first, again) = (told("a").await?, told("a").await?);
    HOLDER.holds_if(first.is_some() == again.is_some(), || format!("asked twice it named {first:?} and then {again:?}"))?;
    taken(store, HOLDER, "after the holder was asked for").await?;
    let other = told("b").await?;
    HOLDER.holds_if(other.is_none(), || format!("the run a is leased, and for the run b it names {other:?}"))?;
    drop(held);
    let nobody = told("a").await?;
    HOLDER.holds_if(nobody.is_none(), || format!("the lease was dropped, and it names {nobody:?}"))
}

pub(super) async fn no_lease_needed(store: &dyn Store) -> Result<(), Broken> {
    let _held = lease(store, "a", NO_LEASE_NEEDED).await?;
    NO_LEASE_NEEDED.done("a save", store.save(&states("a", 1)[0], None).await)?;
    let found = NO_LEASE_NEEDED.done("a load", store.load(&run("a")).await)?;
    NO_LEASE_NEEDED.holds_if(found.is_some(), || "a run that is leased cannot be loaded".to_owned())?;
    NO_LEASE_NEEDED.done("a signal", store.signal(&run("a"), Signal::Cancel).await)?;
    let signals = NO_LEASE_NEEDED.done("reading signals", store.signals(&run("a")).await)?;
    NO_LEASE_NEEDED.holds_if(signals.cancel, || "a cancel was left, and is not there".to_owned())?;
    let listed = NO_LEASE_NEEDED.done("a listing", store.list().await)?;
    NO_LEASE_NEEDED.holds_if(listed == [run("a")], || format!("a run that is leased is missing from {listed:?}"))
}

pub(super) async fn lease_expiry<S: Subject>(subject: &S) -> Result<(), Broken> {
    let store = &subject.open().await;
    let mut first = lease(store, "a", LEASE_EXPIRY).await?;
    let short = Duration::from_secs(1);
    if !subject.pass(TTL.saturating_sub(short)).await {
        return Ok(());
    }
    taken(store, LEASE_EXPIRY, "before its `ttl` was over").await?;
    LEASE_EXPIRY.done("a renewal in time", first.renew().await)?;
    subject.pass(TTL.saturating_sub(short)).await;
    taken(store, LEASE_EXPIRY, "less than a `ttl` after it was renewed").await?;

    subject.pass(short * 2).await;
    let mut second = lease(store, "a", LEASE_EXPIRY).await?;
    match first.renew().await {
        Err(StoreError::LeaseLost { .. }) => {}
        answer => {
            let seen = format!("the renewal of a lease that another driver has taken over got {answer:?}, and not `LeaseLost`");
            return Err(LEASE_EXPIRY.broken(seen));
        }
    }
    drop(first);
    taken(store, LEASE_EXPIRY, "after the one that lost it let it go").await?;
    LEASE_EXPIRY.done("a renewal by the one that took it over", second.renew().await)
}
