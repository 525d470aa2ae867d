//! What an error of the SDK asks for next.
//!
//! | what came back | of a read | of a mutation |
//! |---|---|---|
//! | an error with a known code | as [`classify`] says | the same, but `Transient` is `UnknownOutcome` |
//! | an error with another code | by its HTTP status | the same, but `Transient` is `UnknownOutcome` |
//! | nothing, or nothing readable | `Transient` | `UnknownOutcome` |
//! | nothing was sent: no credentials | `Credentials` | `Credentials` |
//! | nothing was sent: the request cannot be built | `Invalid` | `Invalid` |

use std::error::Error;
use std::iter;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::classify::classify;
use crate::{ErrorKind, StepError};

/// What a call does to the world if it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Read,
    Mutation,
}

pub(super) fn step_error<E>(error: &SdkError<E, HttpResponse>, effect: Effect) -> StepError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ServiceError(answer) => from_service(answer.err(), answer.raw().status().as_u16(), effect),
        unsent if chain(unsent).any(<dyn Error>::is::<CredentialsError>) => StepError::credentials(without_output(text(unsent))),
        SdkError::ConstructionFailure(_) => StepError::invalid(text(error)),
        lost => no_answer(text(lost), effect),
    }
}

/// The SDK quotes what a failed `credential_process` wrote, which may be a secret, behind `Stderr:`.
fn without_output(mut text: String) -> String {
    if let Some(quoted) = text.to_ascii_lowercase().find("stderr") {
        text.truncate(quoted);
        text.push_str("What it wrote is not shown");
    }
    text
}

/// The error of a call of which nobody knows whether it arrived.
pub(super) fn no_answer(message: String, effect: Effect) -> StepError {
    StepError::new(lost(effect), message)
}

fn from_service<E>(error: &E, status: u16, effect: Effect) -> StepError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let message = error.message().map_or_else(|| format!("{} (HTTP status {status})", text(error)), str::to_owned);
    let kind = match error.code().and_then(|code| classify(code, &message)).unwrap_or_else(|| by_status(status)) {
        ErrorKind::Transient => lost(effect),
        kind => kind,
    };
    // Refused signatures are explained with the canonical request, and so with the session token, from the second line on.
    let message = match kind {
        ErrorKind::Credentials => message.lines().next().unwrap_or_default(),
        _ => &message,
    };
    let error_of_kind = StepError::new(kind, message);
    match error.code() {
        Some(code) => error_of_kind.with_code(code),
        None => error_of_kind,
    }
}

/// What an error of an unknown code asks for. A success that the SDK calls an error is an answer that it could not read.
fn by_status(status: u16) -> ErrorKind {
    match status {
        200..=299 | 500..=599 => ErrorKind::Transient,
        429 => ErrorKind::Throttled,
        403 => ErrorKind::Denied,
        _ => ErrorKind::Invalid,
    }
}

fn lost(effect: Effect) -> ErrorKind {
    match effect {
        Effect::Read => ErrorKind::Transient,
        Effect::Mutation => ErrorKind::UnknownOutcome,
    }
}

/// The error and its causes: the SDK's errors say least at the top.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&link| link.source())
}

fn text(error: &(dyn Error + 'static)) -> String {
    let mut said: Vec<String> = chain(error).map(|link| link.to_string().trim().to_owned()).collect();
    // Wrappers repeat what they wrap.
    said.dedup();
    said.join(": ")
}
