//! What keeps the states of runs, and the rules it keeps them by.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::machine::{EventKind, LoadError, State, StoredState};
use crate::{RunId, Timestamp};

/// Keeps the states of runs.
///
/// # Contract
/// - **Durable.** What [`save`](Store::save) and [`signal`](Store::signal) have answered `Ok` to survives what the store is there to
///   survive. After an error either the old state or the new one is stored, and never a mixture.
/// - **Compare-and-swap.** Of several savers that expect the same version one succeeds. This, and not the lease, is what keeps a state whole.
/// - **One driver.** At most one lease of a run is held at a time. It spares two drivers each other's calls; it ends when it is dropped,
///   when its process dies, or a `ttl` after it was taken or renewed last.
/// - **No lease is needed** to load, list, signal and read signals, so a run can be watched and cancelled beside its driver.
#[async_trait]
pub trait Store: Send + Sync {
    /// The run as it was saved last; `None` if it never was.
    async fn load(&self, run: &RunId) -> Result<Option<Stored>, StoreError>;

    /// Saves the state in place of version `expected`, where `None` stands for a run that is not stored yet, and gives its new version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another version is stored; the stored one is then untouched.
    async fn save(&self, state: &State, expected: Option<u64>) -> Result<u64, StoreError>;

    /// Takes the run for one driver. Does not wait. The run need not be stored yet.
    ///
    /// A store that notices the death of a holder at once may ignore `ttl`.
    ///
    /// # Errors
    /// [`StoreError::Leased`] if another driver has it.
    async fn lease(&self, run: &RunId, ttl: Duration) -> Result<Box<dyn Lease>, StoreError>;

    /// Who drives the run at present, for showing: it may have changed by the time it is read. Default: the store cannot tell.
    async fn holder(&self, run: &RunId) -> Result<Option<Holder>, StoreError> {
        let _ = run;
        Ok(None)
    }

    /// Leaves a signal for the run's driver. A signal that is there already stays one signal.
    async fn signal(&self, run: &RunId, signal: Signal) -> Result<(), StoreError>;

    /// The signals that were left and not acknowledged.
    async fn signals(&self, run: &RunId) -> Result<Signals, StoreError>;

    /// Removes a signal, once what it changed is saved. Does nothing if there is none.
    ///
    /// The same signal left again in between goes with it. That loses nothing: a run is cancelled once, and a nudge only saves time.
    async fn acknowledge(&self, run: &RunId, signal: Signal) -> Result<(), StoreError>;

    /// All stored runs, sorted.
    async fn list(&self) -> Result<Vec<RunId>, StoreError>;
}

/// The sole right to drive a run, until it is dropped.
#[async_trait]
pub trait Lease: fmt::Debug + Send + Sync {
    /// Holds the run for another `ttl`.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if somebody else may have it by now. The driver must then stop.
    async fn renew(&mut self) -> Result<(), StoreError>;
}

/// Who drives a run, as far as the store knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// A name, as `process 4711`.
    pub name: Option<String>,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// A state as it is stored, and how often it has been saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// What the next [`save`](Store::save) must expect.
    pub version: u64,
    /// The state. [`Machine::load`](crate::Machine::load) checks it.
    pub state: StoredState,
}

/// Something that a driver is told while it drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signal {
    /// Undo the run.
    Cancel,
    /// Look now.
    Nudge,
}

impl Signal {
    /// Every signal there is.
    pub const ALL: [Self; 2] = [Self::Cancel, Self::Nudge];

    /// The name as it is stored and logged.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Nudge => "nudge",
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Signal> for EventKind {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Cancel => Self::Cancelled,
            Signal::Nudge => Self::Nudged,
        }
    }
}

/// The signals that wait for a driver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// Somebody wants the run undone.
    pub cancel: bool,
    /// Somebody knows that it is worth looking now.
    pub nudge: bool,
}

impl Signals {
    /// The signals one by one.
    pub fn iter(self) -> impl Iterator<Item = Signal> {
        Signal::ALL.into_iter().filter(move |signal| match signal {
            Signal::Cancel => self.cancel,
            Signal::Nudge => self.nudge,
        })
    }
}

/// Why a store did not do what it was asked. It says what to do next; the stored state is whole in any case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another version than the expected one is stored.
    #[error(
        "the run {run} is stored {}, and {} was expected: somebody else has changed it; load it again",
        version(*.found), version(*.expected)
    )]
    Conflict {
        /// The run.
        run: RunId,
        /// The version that the caller had seen last.
        expected: Option<u64>,
        /// The version that is stored.
        found: Option<u64>,
    },
    /// Another driver has the run.
    #[error(
        "the run {run} is being driven by {}{}: wait for it, or stop it; `status` and `cancel` work beside it",
        .holder.as_deref().unwrap_or("another driver"),
        .since.map(|since| format!(" since {since}")).unwrap_or_default()
    )]
    Leased {
        /// The run.
        run: RunId,
        /// Who has it, as far as the store knows.
        holder: Option<String>,
        /// Since when, as far as the store knows.
        since: Option<Timestamp>,
    },
    /// The lease ended before it was renewed.
    #[error("the lease of the run {run} was lost, and another driver may have the run: stop, and resume it later")]
    LeaseLost {
        /// The run.
        run: RunId,
    },
    /// What is stored cannot be read. It was left as it is.
    #[error("{place} is damaged: {why}. It was left as it is: mend it, restore it from a backup, or move it away")]
    Damaged {
        /// Where it is stored: a file, a row.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// Another version of this crate stored it, in a format that this one does not read. It was left as it is.
    #[error("{place}: {source}")]
    Format {
        /// Where it is stored: a file, a row.
        place: String,
        /// Which format it has, and which is read: [`LoadError::Format`].
        source: LoadError,
    },
    /// The store could not be used at all. Whether a save took effect is not known.
    #[error("{what} failed: {source}; mend the store, and resume the run")]
    Unavailable {
        /// What was being done, as "writing /var/lib/refresh/a.json".
        what: String,
        /// Why it failed.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// The store could not be used for `what`, as "reading the table runs".
    pub fn unavailable(what: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable { what: what.into(), source: source.into() }
    }
}

fn version(version: Option<u64>) -> String {
    version.map_or_else(|| "not at all".to_owned(), |version| format!("in version {version}"))
}
