//! The function: its role, and all that it needs, from the environment.
//!
//! | variable | for | is |
//! |---|---|---|
//! | `RDS_REFRESH_ROLE` | all | `source`, `destination`, `settle`, `starter` or `sweep` |
//! | `RDS_REFRESH_REQUEST` | all but `settle`, the source's starter and the source's sweep | the request as JSON: the whole document, or this account's half of it |
//! | `RDS_REFRESH_SOURCE_MACHINE`, `RDS_REFRESH_DESTINATION_MACHINE` | `starter`, `sweep` | ARNs of the state machines, one of which is the other account's |
//! | `RDS_REFRESH_SETTLE_MACHINE` | the source's `starter` and `sweep` | the ARN; without it they are the destination's |
//! | `RDS_REFRESH_ACKNOWLEDGEMENTS_MACHINE` | `settle`, the source's `starter` and `sweep` | the ARN |
//! | `RDS_REFRESH_SWEEP` | `sweep` | `dry-run` or `apply` |
//! | `RDS_REFRESH_CHAT` | ticks, optional | `true`: messages have a form for Amazon Q Developer as well |
//! | `RDS_REFRESH_CLOCK` | tests | the control URL of a `fake-rds` |
//! | `RDS_REFRESH_LOG` | all, optional | what is logged, by default `info`; else a level, or levels by target |

use std::env;
use std::sync::Arc;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use rds_refresh_core::aws::{AwsDestination, AwsSource};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::request::{DestinationRequest, Request};
use rds_refresh_core::sweep::Sweeper;
use rds_refresh_core::{Clock, SystemClock};
use serde_json::Value;
use tracing::error;

use crate::clock::FakeClock;
use crate::refusal::Refusal;
use crate::starter::{Executions, Here, RecordedAcknowledgements, SfnExecutions, Starter, StateMachineArn};
use crate::sweep::{Removal, RunningExecutions, Sweep};
use crate::{Input, Mode, Planners, Program};

/// Serves the role that the environment names, with these plans, until Lambda ends the process.
///
/// # Errors
/// If the environment is wrong, or the runtime API is not there.
pub async fn serve(planners: Planners) -> Result<(), lambda_runtime::Error> {
    let function = Function::from_environment(planners).await?;
    let function = &function;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| async move {
        function.answer(event.payload).await.map_err(|refusal| {
            error!(error_type = refusal.error_type(), %refusal, "no answer");
            Diagnostic::from(refusal)
        })
    }))
    .await
}

/// What is kept between invocations: clients, whose connections and credentials last.
struct Function {
    role: Role,
    clock_of_fake: Option<String>,
    sdk: SdkConfig,
    planners: Planners,
}

enum Role {
    Tick { mode: Mode, request: Value, acknowledgements: Option<StateMachineArn>, has_chat: bool },
    Starter(Here),
    Sweep(Here, Removal),
}

impl Function {
    async fn from_environment(planners: Planners) -> Result<Self, Refusal> {
        let role = match required("RDS_REFRESH_ROLE")?.as_str() {
            "starter" => Role::Starter(here()?),
            "sweep" => Role::Sweep(here()?, removal()?),
            mode => {
                let mode: Mode = mode
                    .parse()
                    .map_err(|error| Refusal::unable(format!("RDS_REFRESH_ROLE: {error}, nor starter, nor sweep")))?;
                let is_settle = mode == Mode::Settle;
                Role::Tick {
                    mode,
                    request: if is_settle { Value::Null } else { request()? },
                    acknowledgements: if is_settle { Some(machine("RDS_REFRESH_ACKNOWLEDGEMENTS_MACHINE")?) } else { None },
                    has_chat: optional("RDS_REFRESH_CHAT").is_some_and(|chat| chat == "true"),
                }
            }
        };
        let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let sdk = aws_config::defaults(BehaviorVersion::latest()).http_client(client).load().await;
        Ok(Self { role, clock_of_fake: optional("RDS_REFRESH_CLOCK"), sdk, planners })
    }

    async fn answer(&self, payload: Value) -> Result<Value, Refusal> {
        let clock: Arc<dyn Clock> = match &self.clock_of_fake {
            Some(url) => Arc::new(FakeClock::read(url)?),
            None => Arc::new(SystemClock),
        };
        match &self.role {
            Role::Tick { mode, request, acknowledgements, has_chat } => {
                let input: Input = serde_json::from_value(payload)?;
                let plan = self.plan(*mode, acknowledgements.as_ref())?;
                let program = Program::new(*mode, plan, clock, request.clone());
                let program = if *has_chat { program.with_chat() } else { program };
                Ok(serde_json::to_value(program.tick(input).await?)?)
            }
            Role::Starter(here) => {
                let answer = Starter::new(here.clone(), self.executions(), clock).handle(payload).await?;
                Ok(Value::String(format!("{answer:?}")))
            }
            Role::Sweep(here, removal) => {
                let runs = RunningExecutions::new(aws_sdk_sfn::Client::new(&self.sdk), &here.machines());
                let swept = Sweep::new(self.sweeper(here, clock), Arc::new(runs), *removal).sweep().await?;
                Ok(serde_json::to_value(swept)?)
            }
        }
    }

    fn plan(
        &self,
        mode: Mode,
        acknowledgements: Option<&StateMachineArn>,
    ) -> Result<(rds_refresh_core::Machine, rds_refresh_core::Worker), Refusal> {
        let source = || Arc::new(AwsSource::new(&self.sdk)) as Arc<dyn Source>;
        Ok(match (mode, acknowledgements) {
            (Mode::Source, _) => (self.planners.source)(&source())?,
            (Mode::Destination, _) => {
                (self.planners.destination)(&(Arc::new(AwsDestination::new(&self.sdk)) as Arc<dyn Destination>))?
            }
            (Mode::Settle, Some(machine)) => {
                let recorded = RecordedAcknowledgements::new(self.executions(), machine.clone());
                (self.planners.settle)(&source(), &(Arc::new(recorded) as Arc<_>))?
            }
            (Mode::Settle, None) => return Err(Refusal::unable("a settlement needs RDS_REFRESH_ACKNOWLEDGEMENTS_MACHINE")),
        })
    }

    /// Looks through this account, which is that of its state machines.
    fn sweeper(&self, here: &Here, clock: Arc<dyn Clock>) -> Sweeper {
        match here {
            Here::Source { source: machine, .. } => {
                let ports = Arc::new(AwsSource::new(&self.sdk));
                Sweeper::new(clock).source(machine.account().clone(), machine.region().clone(), ports)
            }
            Here::Destination { destination: machine, .. } => {
                let ports = Arc::new(AwsDestination::new(&self.sdk));
                Sweeper::new(clock).destination(machine.account().clone(), machine.region().clone(), ports)
            }
        }
    }

    fn executions(&self) -> Arc<dyn Executions> {
        Arc::new(SfnExecutions::new(aws_sdk_sfn::Client::new(&self.sdk)))
    }
}

fn here() -> Result<Here, Refusal> {
    let (source, destination) = (machine("RDS_REFRESH_SOURCE_MACHINE")?, machine("RDS_REFRESH_DESTINATION_MACHINE")?);
    if optional("RDS_REFRESH_SETTLE_MACHINE").is_some() {
        let (settle, acknowledgements) =
            (machine("RDS_REFRESH_SETTLE_MACHINE")?, machine("RDS_REFRESH_ACKNOWLEDGEMENTS_MACHINE")?);
        return Ok(Here::Source { source, settle, acknowledgements, destination });
    }
    let document = request()?;
    let is_whole = document.get("source").is_some_and(Value::is_object);
    let request = if is_whole { Request::try_from(document)?.into_halves().1 } else { DestinationRequest::try_from(document)? };
    Ok(Here::Destination { destination, source, request: Box::new(request) })
}

fn removal() -> Result<Removal, Refusal> {
    match required("RDS_REFRESH_SWEEP")?.as_str() {
        "dry-run" => Ok(Removal::DryRun),
        "apply" => Ok(Removal::Apply),
        other => Err(Refusal::unable(format!("RDS_REFRESH_SWEEP: {other:?} is neither dry-run nor apply"))),
    }
}

fn request() -> Result<Value, Refusal> {
    let text = required("RDS_REFRESH_REQUEST")?;
    serde_json::from_str(&text).map_err(|error| Refusal::unable(format!("RDS_REFRESH_REQUEST: {error}")))
}

fn machine(name: &str) -> Result<StateMachineArn, Refusal> {
    required(name)?.parse().map_err(|error| Refusal::unable(format!("{name}: {error}")))
}

/// An empty variable is none: templates cannot leave one out.
fn optional(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn required(name: &str) -> Result<String, Refusal> {
    optional(name).ok_or_else(|| Refusal::unable(format!("the variable {name} of the function's environment is not set")))
}
