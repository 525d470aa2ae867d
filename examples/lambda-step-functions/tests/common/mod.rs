//! Two accounts, their state machines, and the real ticks and starters in them, on the model of RDS in simulated time.

#![allow(dead_code, reason = "each test uses a part of it")]

pub(crate) mod asl;
pub(crate) mod jsonata;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::steps::Acknowledgements;
use rds_refresh_core::{Clock, StepError, Timestamp};
use rds_refresh_lambda::starter::{Answer, Executions, Here, RecordedAcknowledgements, Starter, StateMachineArn};
use rds_refresh_lambda::{Mode, Planners, Program, Refusal, StateMachine};
use rds_refresh_testkit::fault::FaultScript;
use rds_refresh_testkit::{Stage, TwoAccounts};
use serde_json::{Value, json};

use asl::{Execution, Services, Status, TaskError};

/// The machines' ARNs.
pub(crate) const SOURCE: &str = "arn:aws:states:eu-west-1:111111111111:stateMachine:rds-refresh-source";
pub(crate) const SETTLE: &str = "arn:aws:states:eu-west-1:111111111111:stateMachine:rds-refresh-settle";
pub(crate) const ACKNOWLEDGEMENTS: &str = "arn:aws:states:eu-west-1:111111111111:stateMachine:rds-refresh-acknowledgements";
pub(crate) const DESTINATION: &str = "arn:aws:states:eu-west-1:222222222222:stateMachine:rds-refresh-destination";

/// Step Functions as starters see it: what was started, and what can be looked up.
#[derive(Debug, Default)]
pub(crate) struct Started {
    /// Execution ARN and input, in order.
    pub(crate) executions: Mutex<Vec<(String, Value)>>,
    /// What passed through executions, the latest first.
    pub(crate) passed: Mutex<BTreeMap<String, Vec<String>>>,
    /// How often a start was asked for.
    pub(crate) asked: Mutex<u32>,
}

impl Started {
    /// What passed through an execution can be looked up.
    pub(crate) fn remember(&self, execution: &Execution) {
        let passed = execution.history.iter().rev().filter_map(|(_, passed)| passed.as_ref().map(Value::to_string));
        self.passed.lock().unwrap().insert(execution.arn.clone(), passed.take(20).collect());
    }
}

#[async_trait]
impl Executions for Started {
    async fn start(&self, machine: &StateMachineArn, name: &str, input: &Value) -> Result<(), StepError> {
        *self.asked.lock().unwrap() += 1;
        let arn = machine.execution(name);
        let mut executions = self.executions.lock().unwrap();
        if executions.iter().all(|(known, _)| *known != arn) {
            executions.push((arn, input.clone()));
        }
        Ok(())
    }

    async fn passed(&self, execution: &str) -> Result<Vec<String>, StepError> {
        Ok(self.passed.lock().unwrap().get(execution).cloned().unwrap_or_default())
    }

    async fn input(&self, execution: &str) -> Result<Option<String>, StepError> {
        let executions = self.executions.lock().unwrap();
        Ok(executions.iter().find(|(arn, _)| arn == execution).map(|(_, input)| input.to_string()))
    }
}

/// Both accounts.
pub(crate) struct World {
    pub(crate) stage: TwoAccounts,
    pub(crate) started: Arc<Started>,
    programs: BTreeMap<&'static str, Program>,
    /// What the topic was told, in order.
    pub(crate) notices: Vec<Value>,
    /// What was put on the destination's bus.
    pub(crate) events: Vec<Value>,
    pub(crate) invocations: u32,
    /// Kills the invocations with these numbers, from 1: they do their work, and nobody hears of it.
    pub(crate) kills: Vec<u32>,
    /// Every tick is delivered twice; the second answer is the one that counts.
    pub(crate) twice: bool,
    /// The topic takes nothing.
    pub(crate) is_mute: bool,
    /// What a person answers for a parked run, and after how long.
    pub(crate) person: Option<(Duration, Result<(), TaskError>)>,
    present: &'static str,
    /// Somebody else lets the time of waits pass.
    has_waited: bool,
}

pub(crate) fn arn(text: &str) -> StateMachineArn {
    text.parse().unwrap()
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self::on(Stage::two_accounts(seed))
    }

    pub(crate) fn on(stage: TwoAccounts) -> Self {
        let started = Arc::new(Started::default());
        let request = serde_json::to_value(stage.request("orders-staging").build().unwrap()).unwrap();
        let recorded: Arc<dyn Acknowledgements> = Arc::new(RecordedAcknowledgements::new(started.clone(), arn(ACKNOWLEDGEMENTS)));
        let programs = Mode::ALL.map(|mode| (mode.as_str(), program(&stage, mode, request.clone(), &recorded)));
        Self {
            programs: programs.into_iter().collect(),
            stage,
            started,
            notices: Vec::new(),
            events: Vec::new(),
            invocations: 0,
            kills: Vec::new(),
            twice: false,
            is_mute: false,
            person: None,
            present: "source",
            has_waited: false,
        }
    }

    pub(crate) fn program(&self, mode: Mode) -> &Program {
        &self.programs[mode.as_str()]
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.stage.fake.clock().clone())
    }

    /// An execution of a mode's definition, with a name or ARN of an execution of its machine.
    pub(crate) fn execution(&self, mode: Mode, name: &str, input: Value) -> Execution {
        let definition = StateMachine::of(mode, self.program(mode).machine()).unwrap().to_json();
        Execution::start(&definition, &machine(mode).execution(name), input, self.clock().now())
    }

    /// Runs an execution to its end.
    pub(crate) async fn run(&mut self, mode: Mode, name: &str, input: Value) -> Execution {
        let mut execution = self.execution(mode, name, input);
        self.go_on(mode, &mut execution).await;
        execution
    }

    pub(crate) async fn go_on(&mut self, mode: Mode, execution: &mut Execution) {
        self.present = mode.as_str();
        execution.finish(self).await;
    }

    /// Runs executions at the same time, each in its order, and the one whose wait is over first before the others. What is put on the bus
    /// arrives at once.
    pub(crate) async fn run_together(&mut self, mut running: Vec<(Mode, Execution)>) -> Vec<Execution> {
        let mut ready: Vec<Timestamp> = running.iter().map(|_| self.clock().now()).collect();
        while let Some((index, at)) = (0..running.len())
            .filter(|index| running[*index].1.status == Status::Running)
            .map(|index| (index, ready[index] + running[index].1.wait()))
            .min_by_key(|(_, at)| *at)
        {
            let (mode, execution) = &mut running[index];
            self.has_waited = !execution.wait().is_zero();
            self.stage.fake.clock().advance_to(at);
            self.step(*mode, execution).await;
            ready[index] = self.clock().now();
            for put in std::mem::take(&mut self.events) {
                let event = json!({
                    "source": put["Source"],
                    "detail-type": put["DetailType"],
                    "account": arn(DESTINATION).account(),
                    "region": "eu-west-1",
                    "detail": put["Detail"],
                });
                self.starter(Mode::Source).handle(event).await.unwrap();
            }
        }
        running.into_iter().map(|(_, execution)| execution).collect()
    }

    pub(crate) async fn step(&mut self, mode: Mode, execution: &mut Execution) {
        self.present = mode.as_str();
        execution.step(self).await;
    }

    /// The next execution of a machine that a starter started.
    pub(crate) fn started(&self, mode: Mode, name: &str) -> Value {
        let wanted = machine(mode).execution(name);
        let executions = self.started.executions.lock().unwrap();
        let found = executions.iter().find(|(arn, _)| *arn == wanted);
        found.unwrap_or_else(|| panic!("{wanted} was not started, but {executions:?}")).1.clone()
    }

    pub(crate) fn starter(&self, mode: Mode) -> Starter {
        let here = if mode == Mode::Destination {
            let request = self.stage.request("orders-staging").build().unwrap().into_halves().1;
            Here::Destination { destination: arn(DESTINATION), source: arn(SOURCE), request: Box::new(request) }
        } else {
            source_account()
        };
        Starter::new(here, self.started.clone(), self.clock())
    }

    /// Tells the starter of an account how an execution has ended.
    pub(crate) async fn tell(&self, account: Mode, mode: Mode, execution: &Execution) -> Result<Answer, Refusal> {
        self.started.remember(execution);
        self.starter(account).handle(status_change(mode, execution)).await
    }

    /// Everything that runs make and that exists now; not what RDS backs up by itself.
    pub(crate) fn resources(&self) -> Vec<String> {
        let world = self.stage.fake.world();
        let found = world.resources().into_iter().filter(|resource| !resource.id.starts_with("rds:"));
        found.map(|resource| resource.to_string()).collect()
    }

    /// What took effect in an account, in order.
    pub(crate) fn effects(&self) -> Vec<String> {
        let world = self.stage.fake.world();
        let entries = world.journal().iter().filter(|entry| entry.took_effect);
        entries.map(|entry| format!("{} {}", entry.action, entry.resource)).collect()
    }

    /// What the topic was told of: mode, step, event.
    pub(crate) fn told(&self) -> Vec<String> {
        let value = |notice: &Value, name: &str| notice["MessageAttributes"][name]["StringValue"].as_str().unwrap().to_owned();
        self.notices.iter().map(|notice| ["mode", "step", "event"].map(|name| value(notice, name)).join(" ")).collect()
    }

    pub(crate) fn arm(&self, script: &str) {
        self.stage.fake.world().arm(FaultScript::from_json(script).unwrap());
    }
}

/// What the source account's starter knows.
pub(crate) fn source_account() -> Here {
    Here::Source {
        source: arn(SOURCE),
        settle: arn(SETTLE),
        acknowledgements: arn(ACKNOWLEDGEMENTS),
        destination: arn(DESTINATION),
    }
}

/// The real program of a mode on a stage.
pub(crate) fn program(stage: &TwoAccounts, mode: Mode, request: Value, acknowledgements: &Arc<dyn Acknowledgements>) -> Program {
    let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
    let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
    let planners = Planners::default();
    let plan = match mode {
        Mode::Source => (planners.source)(&source),
        Mode::Destination => (planners.destination)(&destination),
        Mode::Settle => (planners.settle)(&source, acknowledgements),
    };
    Program::new(mode, plan.unwrap(), Arc::new(stage.fake.clock().clone()), request).with_chat()
}

pub(crate) fn machine(mode: Mode) -> StateMachineArn {
    arn(match mode {
        Mode::Source => SOURCE,
        Mode::Destination => DESTINATION,
        Mode::Settle => SETTLE,
    })
}

/// The event of AWS about an execution.
pub(crate) fn status_change(mode: Mode, execution: &Execution) -> Value {
    let (status, output, error) = match &execution.status {
        Status::Running => ("RUNNING", None, None),
        Status::Succeeded(output) => ("SUCCEEDED", Some(output.to_string()), None),
        Status::Failed(error) => ("FAILED", None, Some(error.clone())),
        Status::Aborted => ("ABORTED", None, None),
    };
    let machine = machine(mode);
    json!({
        "version": "0",
        "id": "315c1398-40ff-a850-213b-158f73e60175",
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": machine.account(),
        "time": "2026-01-05T10:00:00Z",
        "region": "eu-west-1",
        "resources": [execution.arn],
        "detail": {
            "executionArn": execution.arn,
            "stateMachineArn": machine.to_string(),
            "name": execution.arn.rsplit(':').next(),
            "status": status,
            "startDate": 1_767_600_000_000_u64,
            "stopDate": 1_767_610_000_000_u64,
            "input": execution.given.to_string(),
            "output": output,
            "inputDetails": { "included": true },
            "outputDetails": { "included": true },
            "error": error.as_ref().map(|error| &error.error),
            "cause": error.as_ref().map(|error| &error.cause),
        },
    })
}

impl Services for World {
    fn now(&self) -> Timestamp {
        self.clock().now()
    }

    async fn sleep(&mut self, wait: Duration) {
        if !std::mem::take(&mut self.has_waited) {
            self.stage.advance(wait);
        }
    }

    async fn call(&mut self, resource: &str, arguments: Value, limit: u64) -> Result<Value, TaskError> {
        match resource {
            "lambda:invoke" => {
                assert_eq!(arguments["FunctionName"], "${TickFunctionArn}");
                self.invocations += 1;
                let payload = arguments["Payload"].clone();
                let program = &self.programs[self.present];
                if self.twice {
                    let _ = invoke(program, payload.clone()).await;
                }
                let answer = invoke(program, payload).await?;
                if self.kills.contains(&self.invocations) {
                    return Err(TaskError::new("Runtime.ExitError", "signal: killed"));
                }
                Ok(json!({ "StatusCode": 200, "Payload": answer }))
            }
            "sns:publish" if self.is_mute => Err(TaskError::new("SNS.AuthorizationErrorException", "not allowed")),
            "sns:publish" => {
                self.notices.push(arguments);
                Ok(json!({ "MessageId": "1" }))
            }
            "sns:publish.waitForTaskToken" => {
                self.notices.push(arguments);
                match self.person.take() {
                    Some((after, answer)) if after.as_secs() < limit => {
                        self.stage.advance(after);
                        answer.map(|()| json!({}))
                    }
                    _ => {
                        self.stage.advance(Duration::from_secs(limit));
                        Err(TaskError::new("States.Timeout", ""))
                    }
                }
            }
            "events:putEvents" => {
                self.events.push(arguments["Entries"][0].clone());
                Ok(json!({ "FailedEntryCount": 0 }))
            }
            other => panic!("the definition calls {other}"),
        }
    }
}

/// What Lambda does with an event: text to the function, and text back.
pub(crate) async fn invoke(program: &Program, payload: Value) -> Result<Value, TaskError> {
    let input = serde_json::from_value(payload).map_err(Refusal::from);
    let output = match input {
        Ok(input) => program.tick(input).await,
        Err(refusal) => Err(refusal),
    };
    let output = output.map_err(|refusal| TaskError::new(refusal.error_type(), refusal.to_string()))?;
    Ok(serde_json::to_value(output).unwrap())
}
