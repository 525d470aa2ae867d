use std::error::Error;
use std::fmt::Display;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tracing::instrument::WithSubscriber;
use tracing::{Dispatch, Instrument, debug_span};

use super::TARGET;
use super::failure::{self, Effect};
use crate::StepError;
use crate::classify::same_code;

/// What sends a request of the SDK.
pub(super) trait Request<T, E>: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send {}

impl<T, E, F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send> Request<T, E> for F {}

/// One call of an API operation: under which name it is logged, and how its failure is read.
#[derive(Debug)]
pub(super) struct Call {
    operation: &'static str,
    resource: String,
    effect: Effect,
}

impl Call {
    /// A call that changes nothing.
    pub(super) fn read(operation: &'static str, resource: impl Display) -> Self {
        Self { operation, resource: resource.to_string(), effect: Effect::Read }
    }

    /// A call that may have taken effect even if no answer comes back.
    pub(super) fn mutation(operation: &'static str, resource: impl Display) -> Self {
        Self { operation, resource: resource.to_string(), effect: Effect::Mutation }
    }

    /// Waits for the answer, inside the call's span.
    pub(super) fn send<T, E>(&self, request: impl Request<T, E>) -> impl Future<Output = Result<T, StepError>> + Send
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        // The SDK's futures are several KiB each, and every caller would hold one.
        let request = Box::pin(request);
        let span = debug_span!(target: TARGET, "call", operation = self.operation, resource = %self.resource);
        async move {
            let answer = request.instrument(span).await;
            answer.map_err(|error| self.about(failure::step_error(&error, self.effect)))
        }
    }

    /// The same for a request that holds a secret: the SDK logs nothing of it, because with `LOG_SIGNABLE_BODY=true` in the
    /// environment it would log the whole body.
    pub(super) fn send_in_secret<T, E>(&self, request: impl Request<T, E>) -> impl Future<Output = Result<T, StepError>> + Send
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.send(request.with_subscriber(Dispatch::none()))
    }

    /// The same for a request that may find nothing: `None` if the answer is exactly the error `absent`.
    pub(super) async fn find<T, E>(&self, absent: &str, request: impl Request<T, E>) -> Result<Option<T>, StepError>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match self.send(request).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.code().is_some_and(|code| same_code(code, absent)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The part `what` of an answer that must hold it. An answer without it says as little as no answer.
    pub(super) fn part<T>(&self, part: Option<T>, what: &str) -> Result<T, StepError> {
        part.ok_or_else(|| self.about(failure::no_answer(format!("the answer holds no {what}"), self.effect)))
    }

    /// The only one of a described list.
    pub(super) fn only<T>(&self, list: Option<Vec<T>>, what: &str) -> Result<T, StepError> {
        self.part(list.into_iter().flatten().next(), what)
    }

    fn about(&self, error: StepError) -> StepError {
        error.during(self.operation).on(self.resource.as_str())
    }
}
