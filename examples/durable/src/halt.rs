use rds_refresh_core::PlanError;
use rds_refresh_core::machine::LoadError;
use restate_sdk::prelude::{HandlerError, TerminalError};

/// Why a run goes no further in this attempt.
#[derive(Debug)]
pub(crate) enum Halt {
    /// It never will: the error is the answer.
    Terminal(TerminalError),
    /// This program cannot go on with it. Restate tries again, until another one can.
    Retryable(Box<dyn std::error::Error + Send + Sync>),
}

impl Halt {
    /// What was asked for is wrong.
    pub(crate) fn refused(error: impl std::fmt::Display) -> Self {
        Self::Terminal(TerminalError::new_with_code(400, error.to_string()))
    }
}

impl From<TerminalError> for Halt {
    fn from(error: TerminalError) -> Self {
        Self::Terminal(error)
    }
}

impl From<LoadError> for Halt {
    fn from(error: LoadError) -> Self {
        // As text: Restate shows errors as programs write them.
        Self::Retryable(error.to_string().into())
    }
}

impl From<PlanError> for Halt {
    fn from(error: PlanError) -> Self {
        Self::Retryable(error.to_string().into())
    }
}

impl From<Halt> for HandlerError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Terminal(error) => error.into(),
            Halt::Retryable(error) => error.into(),
        }
    }
}
