use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use rds_refresh_core::classify::classify;
use rds_refresh_core::steps::{Acknowledgement, Acknowledgements};
use rds_refresh_core::{ErrorKind, RunId, StepError};
use serde_json::Value;

use super::{StateMachineArn, record_of};
use crate::refusal::Refusal;

/// What is asked of Step Functions.
#[async_trait]
pub trait Executions: Send + Sync {
    /// Starts an execution of this name. That there has been one of this name is success, whatever its input was.
    async fn start(&self, machine: &StateMachineArn, name: &str, input: &Value) -> Result<(), StepError>;

    /// What was passed between the states of an execution, the latest first; not necessarily all of it.
    async fn passed(&self, execution: &str) -> Result<Vec<String>, StepError>;

    /// The input of an execution; `None` if there is none.
    async fn input(&self, execution: &str) -> Result<Option<String>, StepError>;
}

impl From<StepError> for Refusal {
    fn from(error: StepError) -> Self {
        Self::unable(error)
    }
}

/// Step Functions, by its SDK.
#[derive(Clone, Debug)]
pub struct SfnExecutions(Client);

impl SfnExecutions {
    /// By this client.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self(client)
    }
}

#[async_trait]
impl Executions for SfnExecutions {
    async fn start(&self, machine: &StateMachineArn, name: &str, input: &Value) -> Result<(), StepError> {
        let request = self.0.start_execution().state_machine_arn(machine.to_string()).name(name).input(input.to_string());
        match Box::pin(request.send()).await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(aws_sdk_sfn::operation::start_execution::StartExecutionError::is_execution_already_exists) =>
            {
                Ok(())
            }
            Err(error) => Err(failed(&error, "StartExecution").on(machine.execution(name))),
        }
    }

    async fn passed(&self, execution: &str) -> Result<Vec<String>, StepError> {
        // A look is nine events, and every one of its states is given the run's state.
        const ENOUGH: i32 = 100;
        let request = self
            .0
            .get_execution_history()
            .execution_arn(execution)
            .reverse_order(true)
            .include_execution_data(true)
            .max_results(ENOUGH);
        let answer = Box::pin(request.send()).await.map_err(|error| failed(&error, "GetExecutionHistory").on(execution))?;
        let passed = answer.events.into_iter().filter_map(|event| {
            let entered = event.state_entered_event_details.and_then(|details| details.input);
            let exited = event.state_exited_event_details.and_then(|details| details.output);
            let started = event.execution_started_event_details.and_then(|details| details.input);
            entered.or(exited).or(started)
        });
        Ok(passed.collect())
    }

    async fn input(&self, execution: &str) -> Result<Option<String>, StepError> {
        match Box::pin(self.0.describe_execution().execution_arn(execution).send()).await {
            Ok(answer) => Ok(answer.input),
            Err(error)
                if error.as_service_error().is_some_and(
                    aws_sdk_sfn::operation::describe_execution::DescribeExecutionError::is_execution_does_not_exist,
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(failed(&error, "DescribeExecution").on(execution)),
        }
    }
}

/// What an error of the SDK asks for. All calls may be repeated: `StartExecution` by its name.
fn failed<E, R>(error: &SdkError<E, R>, operation: &str) -> StepError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: fmt::Debug,
{
    let code = error.code().unwrap_or_default().to_owned();
    let message = error.message().map_or_else(|| DisplayErrorContext(error).to_string(), str::to_owned);
    let kind = classify(&code, &message).unwrap_or(ErrorKind::Transient);
    StepError::new(kind, message).with_code(code).during(operation)
}

/// The acknowledgements that the starter has recorded: executions of a state machine that does nothing, each named after its run.
pub struct RecordedAcknowledgements {
    executions: Arc<dyn Executions>,
    machine: StateMachineArn,
}

impl RecordedAcknowledgements {
    /// Those of this state machine.
    #[must_use]
    pub fn new(executions: Arc<dyn Executions>, machine: StateMachineArn) -> Self {
        Self { executions, machine }
    }
}

#[async_trait]
impl Acknowledgements for RecordedAcknowledgements {
    async fn acknowledgement(&self, run: &RunId) -> Result<Option<Acknowledgement>, StepError> {
        let execution = record_of(&self.machine, run);
        let Some(input) = self.executions.input(&execution).await? else { return Ok(None) };
        // Only the starter writes them, and only what it could read.
        let read = serde_json::from_str(&input);
        read.map(Some).map_err(|error| StepError::invalid(format!("it is no acknowledgement: {error}")).on(execution))
    }
}

impl fmt::Debug for RecordedAcknowledgements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedAcknowledgements").field("machine", &self.machine).finish_non_exhaustive()
    }
}
