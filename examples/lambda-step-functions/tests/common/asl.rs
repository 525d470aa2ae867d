//! A small interpreter of the Amazon States Language: what the definitions use, and no more. It counts what Step Functions bills.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use rds_refresh_core::Timestamp;
use serde_json::{Value, json};

use super::jsonata::evaluate;

/// Everything outside of an execution.
pub(crate) trait Services {
    fn now(&self) -> Timestamp;
    fn sleep(&mut self, wait: Duration) -> impl Future<Output = ()>;
    /// Calls a service: `lambda:invoke`, `sns:publish`, …. `limit` is the task's time-out in seconds.
    fn call(&mut self, resource: &str, arguments: Value, limit: u64) -> impl Future<Output = Result<Value, TaskError>>;
}

/// A task's error, as Step Functions names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TaskError {
    pub(crate) error: String,
    pub(crate) cause: String,
}

impl TaskError {
    pub(crate) fn new(error: &str, cause: impl Into<String>) -> Self {
        Self { error: error.into(), cause: cause.into() }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Status {
    Running,
    Succeeded(Value),
    Failed(TaskError),
    Aborted,
}

/// An execution: where it is, and what it has cost.
pub(crate) struct Execution {
    definition: Value,
    pub(crate) arn: String,
    started: Timestamp,
    pub(crate) given: Value,
    /// The state that is entered next, or has been.
    pub(crate) at: String,
    input: Value,
    pub(crate) status: Status,
    /// State transitions, as they are billed.
    pub(crate) transitions: u32,
    /// The states in the order in which they were entered.
    pub(crate) entered: Vec<String>,
    /// The history: type, and what is passed where a state is entered or left.
    pub(crate) history: Vec<(&'static str, Option<Value>)>,
    /// The largest payload between two states, in bytes.
    pub(crate) largest: usize,
    pub(crate) sent: BTreeMap<String, u32>,
}

impl Execution {
    pub(crate) fn start(definition: &str, arn: &str, given: Value, now: Timestamp) -> Self {
        let definition: Value = serde_json::from_str(definition).unwrap();
        assert_eq!(definition["QueryLanguage"], "JSONata");
        Self {
            at: definition["StartAt"].as_str().unwrap().to_owned(),
            definition,
            arn: arn.to_owned(),
            started: now,
            input: given.clone(),
            status: Status::Running,
            transitions: 0,
            entered: Vec::new(),
            history: vec![("ExecutionStarted", Some(given.clone()))],
            largest: 0,
            sent: BTreeMap::new(),
            given,
        }
    }

    pub(crate) async fn finish(&mut self, services: &mut impl Services) -> &Status {
        while self.status == Status::Running {
            self.step(services).await;
        }
        &self.status
    }

    pub(crate) fn abort(&mut self) {
        self.status = Status::Aborted;
        self.history.push(("ExecutionAborted", None));
    }

    /// How long the present state waits, if it is a wait.
    pub(crate) fn wait(&self) -> Duration {
        let state = &self.definition["States"][&self.at];
        match state["Type"].as_str() {
            Some("Wait") => Duration::from_secs(self.written(&state["Seconds"]).as_u64().unwrap()),
            _ => Duration::ZERO,
        }
    }

    /// Goes through one state.
    pub(crate) async fn step(&mut self, services: &mut impl Services) {
        let state = self.definition["States"][&self.at].clone();
        self.transitions += 1;
        self.entered.push(self.at.clone());
        self.largest = self.largest.max(self.input.to_string().len());
        self.history.push(("StateEntered", Some(self.input.clone())));
        let (next, output) = match state["Type"].as_str().unwrap_or_else(|| panic!("there is no state {:?}", self.at)) {
            "Task" => self.task(&state, services).await,
            "Choice" => {
                let states = self.states();
                let holds = |rule: &&Value| self.fill(&rule["Condition"], &states) == json!(true);
                let rule = state["Choices"].as_array().unwrap().iter().find(holds);
                let next = rule.map_or(&state["Default"], |rule| &rule["Next"]);
                (next.as_str().expect("some rule holds").to_owned(), self.input.clone())
            }
            "Wait" => {
                let seconds = self.written(&state["Seconds"]).as_u64().unwrap();
                services.sleep(Duration::from_secs(seconds)).await;
                (state["Next"].as_str().unwrap().to_owned(), self.input.clone())
            }
            "Succeed" => {
                let output = self.written(&state["Output"]);
                self.history.push(("ExecutionSucceeded", Some(output.clone())));
                self.status = Status::Succeeded(output);
                return;
            }
            "Pass" => {
                self.status = Status::Succeeded(self.input.clone());
                return;
            }
            "Fail" => {
                let text = |name: &str| self.written(&state[name]).as_str().unwrap().to_owned();
                let error = TaskError { error: text("Error"), cause: text("Cause") };
                self.fail(error);
                return;
            }
            other => panic!("a state of type {other}"),
        };
        if self.status == Status::Running {
            self.history.push(("StateExited", Some(output.clone())));
            (self.at, self.input) = (next, output);
        }
    }

    fn fail(&mut self, error: TaskError) {
        self.history.push(("ExecutionFailed", None));
        self.status = Status::Failed(error);
    }

    async fn task(&mut self, state: &Value, services: &mut impl Services) -> (String, Value) {
        let resource = state["Resource"].as_str().unwrap().rsplit(":::").next().unwrap().to_owned();
        let mut tries = vec![0_u32; state["Retry"].as_array().map_or(0, Vec::len)];
        let mut states = self.states();
        loop {
            *self.sent.entry(resource.clone()).or_default() += 1;
            let arguments = self.fill(&state["Arguments"], &states);
            let limit = self.fill(&state["TimeoutSeconds"], &states).as_u64().unwrap();
            self.history.extend([("TaskScheduled", None), ("TaskStarted", None)]);
            let error = match services.call(&resource, arguments, limit).await {
                Ok(result) => {
                    self.history.push(("TaskSucceeded", None));
                    states["result"] = exact(result);
                    return (state["Next"].as_str().unwrap().to_owned(), self.fill(&state["Output"], &states));
                }
                Err(error) => error,
            };
            self.history.push(("TaskFailed", None));
            let matches = |rule: &Value| {
                let named = rule["ErrorEquals"].as_array().unwrap();
                named.iter().any(|name| *name == "States.ALL" || *name == error.error.as_str())
            };
            let retry = state["Retry"].as_array().and_then(|retries| retries.iter().position(matches));
            if let Some(index) = retry {
                let retry = &state["Retry"][index];
                if u64::from(tries[index]) < retry["MaxAttempts"].as_u64().unwrap() {
                    let base = retry["IntervalSeconds"].as_u64().unwrap();
                    let grown = base.saturating_mul(retry["BackoffRate"].as_u64().unwrap().saturating_pow(tries[index]));
                    services.sleep(Duration::from_secs(grown.min(retry["MaxDelaySeconds"].as_u64().unwrap()))).await;
                    tries[index] += 1;
                    continue;
                }
            }
            let Some(catch) = state["Catch"].as_array().and_then(|catches| catches.iter().find(|catch| matches(catch))) else {
                self.fail(error);
                return (String::new(), Value::Null);
            };
            let output = match catch.get("Output") {
                Some(output) => self.fill(output, &states),
                None => json!({ "Error": error.error, "Cause": error.cause }),
            };
            return (catch["Next"].as_str().unwrap().to_owned(), output);
        }
    }

    /// A value of the definition with its expressions evaluated.
    fn written(&self, template: &Value) -> Value {
        self.fill(template, &self.states())
    }

    /// `$states`.
    fn states(&self) -> Value {
        let mut states = json!({
            "context": {
                "Execution": { "Id": self.arn, "StartTime": self.started.to_string() },
                "Task": { "Token": "AQCEAAAAKgAAAAMAAAAA" },
            },
        });
        states["context"]["Execution"]["Input"] = self.given.clone();
        states["input"] = self.input.clone();
        states
    }

    fn fill(&self, template: &Value, states: &Value) -> Value {
        match template {
            Value::String(text) => match text.strip_prefix("{%").and_then(|text| text.strip_suffix("%}")) {
                Some(expression) => {
                    evaluate(expression, states).unwrap_or_else(|| panic!("{text:?} is nothing in {:?}: {}", self.at, self.input))
                }
                None => template.clone(),
            },
            Value::Array(items) => items.iter().map(|item| self.fill(item, states)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| (name.clone(), self.fill(value, states)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }
}

/// A value as it is after a passage through `JSONata`, whose numbers are doubles.
fn exact(value: Value) -> Value {
    match value {
        Value::Number(number) => {
            let whole = number.as_u64().filter(|number| *number < 1 << 53);
            whole.unwrap_or_else(|| panic!("{number} is not a whole number below 2^53")).into()
        }
        Value::Array(items) => items.into_iter().map(exact).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, exact(value))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other,
    }
}
