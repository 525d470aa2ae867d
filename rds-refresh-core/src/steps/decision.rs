use crate::machine::Seen;
use crate::step::Progress;
use crate::{ErrorKind, StepError};

/// What an observation asks for: the answer of a step's pure part. `M` is the one mutating call it may ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision<T, M> {
    /// Nothing: the step is done.
    Ready(T),
    /// Patience.
    Wait(Seen),
    /// This call.
    Do(M),
    /// An end.
    Fail(StepError),
}

/// What a mutating call's failure means to a step that looks again anyway: a state that does not allow the call yet, and "already exists",
/// are answered by the next look.
pub(super) fn look_again<T>(error: StepError) -> Result<Progress<T>, StepError> {
    match error.kind() {
        ErrorKind::Busy | ErrorKind::Conflict => Ok(Progress::pending(Seen::status(error.code().unwrap_or("busy")))),
        _ => Err(error),
    }
}
