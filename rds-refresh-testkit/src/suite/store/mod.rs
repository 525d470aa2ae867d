//! The suite that every [`Store`](rds_refresh_core::Store) passes.
//!
//! ```
//! use rds_refresh_core::FileStore;
//! use rds_refresh_testkit::suite::store;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let home = tempfile::tempdir()?;
//! let count = std::sync::atomic::AtomicU32::new(0);
//! // A new store each time, which is empty.
//! store::check(&|| {
//!     let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
//!     FileStore::open(home.path().join(number.to_string())).expect("the directory is writable")
//! })
//! .await?;
//! # Ok(())
//! # }
//! ```
//!
//! Some promises cannot be looked at from outside: that what is stored outlives the handle, that leases end by time, that damage is
//! refused. A [`Subject`] says how to look, in place of the closure; what it cannot is not checked.
//!
//! Whether an acknowledged save outlives its process only a killed process can tell: [`check_killed`].
//!
//! The suite runs in the caller's tokio runtime. Its [`parallel-writers`](PARALLEL_WRITERS) are threads of that runtime's blocking pool.

mod killed;
mod leases;
mod saves;
mod signals;
mod states;
mod stored;
mod subject;

pub use killed::{check_killed, save_for_ever};
pub use states::states;
pub use subject::Subject;

use super::{Broken, Promise};

const CONTRACT: &str = "https://docs.rs/rds-refresh-core/latest/rds_refresh_core/driver/store/trait.Store.html#contract and docs/conformance.md#stores";

macro_rules! promises {
    ($($constant:ident $name:literal $says:literal)*) => {
        $(#[doc = $says] pub const $constant: Promise = Promise::new($name, $says, CONTRACT);)*

        /// All of them.
        pub const PROMISES: &[Promise] = &[$($constant),*];
    };
}

promises! {
    EMPTY "empty" "What was never saved is not there."
    ROUND_TRIP "round-trip" "A state comes back as it was saved, under the version that the save answered."
    COMPARE_AND_SWAP "compare-and-swap" "Of several savers that expect the same version one succeeds; the others hear `Conflict` with both versions, and change nothing."
    PARALLEL_WRITERS "parallel-writers" "However many save at the same time, every save that succeeds has a version of its own and none is lost."
    LIST "list" "All runs that are stored are listed, sorted, and nothing else."
    ONE_LEASE "one-lease" "At most one lease of a run is held at a time, and it ends when it is dropped."
    LEASE_EXPIRY "lease-expiry" "A lease that is not renewed for its `ttl` ends: another driver may have the run, and the holder hears `LeaseLost`."
    HOLDER "holder" "A store that tells who drives a run tells it while the run is leased, and only then."
    NO_LEASE_NEEDED "no-lease-needed" "To load, list, signal and read signals needs no lease."
    SIGNALS "signals" "A signal waits, as one, until it is acknowledged; a save leaves it alone."
    DURABLE "durable" "What was answered with `Ok` is there for the next program that opens the store."
    DAMAGE "damage" "What is damaged is refused with `Damaged` or `Format` and left as it is; a save does not repair it."
}

/// Tries out all promises, each on a new store.
///
/// # Errors
/// The first that does not hold.
///
/// # Panics
/// Outside a tokio runtime.
pub async fn check<S: Subject>(subject: &S) -> Result<(), Broken> {
    saves::empty(&subject.open().await).await?;
    saves::round_trip(&subject.open().await).await?;
    saves::compare_and_swap(&subject.open().await).await?;
    saves::unknown_version(&subject.open().await).await?;
    saves::parallel_writers(subject.open().await).await?;
    saves::list(&subject.open().await).await?;
    leases::one_lease(&subject.open().await).await?;
    leases::holder(&subject.open().await).await?;
    leases::no_lease_needed(&subject.open().await).await?;
    leases::lease_expiry(subject).await?;
    signals::wait(&subject.open().await).await?;
    signals::survive_saves(&subject.open().await).await?;
    stored::durable(subject).await?;
    stored::damage(subject).await
}
