//! Errors for people: what failed, and what to do next.

use std::fmt;

use rds_refresh_core::driver::StoreError;
use rds_refresh_core::fact::UnreadableFact;
use rds_refresh_core::{DriveError, PlanError};

use crate::exit::Exit;

/// Why a command could not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    what: String,
    next: Option<String>,
}

impl Failure {
    /// What was given is wrong.
    pub(crate) fn input(what: impl Into<String>) -> Self {
        Self { exit: Exit::BadInput, what: what.into(), next: None }
    }

    /// Something failed that was not given.
    pub(crate) fn outside(what: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, what: what.into(), next: None }
    }

    /// What a person does about it.
    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        self.next.as_ref().map_or(Ok(()), |next| write!(f, "\nnext: {next}"))
    }
}

/// What the driver says is written for people already; here it gets its exit code, and the command that helps.
impl From<DriveError> for Failure {
    fn from(error: DriveError) -> Self {
        let what = error.to_string();
        match error {
            DriveError::Interrupted(run) => {
                let next = format!("rds-refresh resume {run}");
                Self {
                    exit: Exit::Interrupted,
                    what: format!("the run {run} was interrupted, and nothing of it is lost"),
                    next: Some(next),
                }
            }
            DriveError::Exists { run, identical: true } => Self::input(what).next(format!("rds-refresh resume {run}")),
            DriveError::NotFound(run) => Self::input(format!("no run {run} is stored here"))
                .next("rds-refresh list shows the runs of this state directory"),
            DriveError::Store(error) => error.into(),
            DriveError::Exists { .. } | DriveError::Ended(_) | DriveError::Amend(_) | DriveError::Start(_) => Self::input(what),
            _ => Self::outside(what),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Leased { .. } => Self::input(error.to_string()),
            _ => Self::outside(error.to_string()),
        }
    }
}

/// The plans are fixed: one that cannot be built is a mistake in this program.
impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        Self::outside(error.to_string())
    }
}

impl From<UnreadableFact> for Failure {
    fn from(error: UnreadableFact) -> Self {
        Self::outside(error.to_string())
    }
}

/// A failure to read or write `path`.
pub(crate) fn io(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::outside(format!("{doing} {}: {error}", path.display()))
}
