use lambda_runtime::Diagnostic;
use rds_refresh_core::PlanError;
use rds_refresh_core::fact::UnreadableFact;
use rds_refresh_core::ids::InvalidValue;
use rds_refresh_core::machine::{LoadError, StartError};
use rds_refresh_core::request::InvalidRequest;
use rds_refresh_core::worker::UnknownStep;

use crate::errors::{PLAN_CHANGED, REFUSED, UNABLE};

/// Why the function gave no answer. Its `errorType` is one of [`errors`](crate::errors).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// What was sent is wrong, and the same never will be right.
    #[error("{0}")]
    Refused(String),
    /// This program cannot go on with the run.
    #[error("{0}; deploy the program that began the run, then start an execution with the last `state` of this one")]
    PlanChanged(String),
    /// Something that the function needs is missing at present.
    #[error("{0}")]
    Unable(String),
}

impl Refusal {
    /// What was sent is wrong.
    pub(crate) fn refused(why: impl std::fmt::Display) -> Self {
        Self::Refused(why.to_string())
    }

    /// Something is missing at present.
    pub(crate) fn unable(why: impl std::fmt::Display) -> Self {
        Self::Unable(why.to_string())
    }

    /// The `errorType`, which state machines match.
    #[must_use]
    pub fn error_type(&self) -> &'static str {
        match self {
            Self::Refused(_) => REFUSED,
            Self::PlanChanged(_) => PLAN_CHANGED,
            Self::Unable(_) => UNABLE,
        }
    }
}

impl From<Refusal> for Diagnostic {
    fn from(refusal: Refusal) -> Self {
        Self { error_type: refusal.error_type().to_owned(), error_message: refusal.to_string() }
    }
}

impl From<LoadError> for Refusal {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Inconsistent(_) => Self::refused(error),
            _ => Self::PlanChanged(error.to_string()),
        }
    }
}

impl From<UnknownStep> for Refusal {
    fn from(error: UnknownStep) -> Self {
        Self::PlanChanged(error.to_string())
    }
}

impl From<PlanError> for Refusal {
    fn from(error: PlanError) -> Self {
        Self::unable(error)
    }
}

macro_rules! refused {
    ($($error:ty),*) => {
        $(impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                Self::refused(error)
            }
        })*
    };
}

refused!(StartError, InvalidRequest, InvalidValue, UnreadableFact, serde_json::Error);
