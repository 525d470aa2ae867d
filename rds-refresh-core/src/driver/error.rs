use super::store::StoreError;
use crate::RunId;
use crate::amend::AmendError;
use crate::machine::{LoadError, StartError};
use crate::worker::UnknownStep;

/// Why a driver stopped, or did not begin. The stored run is whole, and can be gone on with once the reason is mended.
///
/// That a run failed or is parked is no error of the driver: it is an [`Outcome`](crate::Outcome).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DriveError {
    /// The store did not do what it was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stored state is not one that this program can go on with.
    #[error("the run {run} cannot be gone on with: {source}")]
    Load {
        /// The run.
        run: RunId,
        /// Why.
        source: LoadError,
    },
    /// The run cannot begin with these facts.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The request cannot be amended.
    #[error(transparent)]
    Amend(#[from] AmendError),
    /// The worker has no step of the plan's name. Nothing was done.
    #[error(transparent)]
    UnknownStep(#[from] UnknownStep),
    /// A run of this name is stored already.
    #[error(
        "the run {run} exists already, {}",
        if *.identical { "and was started with the same request: resume it" } else { "with another request: choose another name" }
    )]
    Exists {
        /// The run.
        run: RunId,
        /// Whether it was started with the same facts, and removes the same on failure.
        identical: bool,
    },
    /// No run of this name is stored.
    #[error("no run {0} is stored: look for its name with `list`, or start it")]
    NotFound(RunId),
    /// The run has ended, so there is nothing to tell it.
    #[error("the run {0} has ended: there is nothing to cancel or to look at")]
    Ended(RunId),
    /// A [`Stop`](super::Stop) asked for it.
    #[error("the run {0} was interrupted: it goes on with `resume`")]
    Interrupted(RunId),
}
