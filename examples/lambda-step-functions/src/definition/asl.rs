//! The part of the Amazon States Language that the definitions use, as types.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::expr::Expr;

/// A state machine's definition, in the Amazon States Language with `JSONata`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StateMachine {
    pub(super) comment: String,
    pub(super) query_language: &'static str,
    pub(super) start_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timeout_seconds: Option<u64>,
    pub(super) states: States,
}

impl StateMachine {
    /// The definition as JSON, indented.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = Vec::new();
        let indented = serde_json::ser::PrettyFormatter::with_indent(b" ");
        // Nothing in the types can fail to serialise: keys are strings, and there is no I/O.
        let _ = self.serialize(&mut serde_json::Serializer::with_formatter(&mut text, indented));
        String::from_utf8(text).unwrap_or_default() + "\n"
    }
}

/// States by name, in the order in which a reader meets them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct States(pub(super) Vec<(String, State)>);

impl Serialize for States {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, state) in &self.0 {
            map.serialize_entry(name, state)?;
        }
        map.end()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "Type")]
pub(super) enum State {
    Task(Box<Task>),
    Choice(Choice),
    Wait(Wait),
    Pass(Pass),
    Succeed(Succeed),
    Fail(Fail),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Task {
    pub resource: &'static str,
    pub arguments: Arguments,
    pub timeout_seconds: Seconds,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retry: Vec<Retry>,
    pub catch: Vec<Catch>,
    pub output: Value,
    pub next: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Arguments {
    /// `lambda:invoke`.
    #[serde(rename_all = "PascalCase")]
    Invoke { function_name: &'static str, payload: Value },
    /// `sns:publish`.
    #[serde(rename_all = "PascalCase")]
    Publish { topic_arn: &'static str, subject: Expr, message: Expr, message_structure: &'static str, message_attributes: Expr },
    /// `events:putEvents`.
    #[serde(rename_all = "PascalCase")]
    PutEvents { entries: [Entry; 1] },
}

/// An event for `EventBridge`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry {
    pub source: &'static str,
    pub detail_type: &'static str,
    pub detail: Expr,
    pub event_bus_name: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Seconds {
    Number(u64),
    Expr(Expr),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Retry {
    pub error_equals: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_rate: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_delay_seconds: Option<u64>,
    pub max_attempts: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Catch {
    pub error_equals: Vec<&'static str>,
    /// What the next state gets: without one, the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    pub next: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Choice {
    pub choices: Vec<Rule>,
    pub default: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Rule {
    pub condition: Expr,
    pub next: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Wait {
    pub seconds: Seconds,
    pub next: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Pass {
    pub end: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Succeed {
    pub output: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Fail {
    pub error: String,
    pub cause: Expr,
}

impl State {
    /// The states that may come after this one, each with what it takes to get there: nothing, or an error.
    pub(super) fn successors(&self) -> Vec<(&str, bool)> {
        match self {
            Self::Task(task) => {
                let caught = task.catch.iter().map(|catch| (catch.next.as_str(), true));
                std::iter::once((task.next.as_str(), false)).chain(caught).collect()
            }
            Self::Choice(choice) => {
                choice.choices.iter().map(|rule| &rule.next).chain([&choice.default]).map(|next| (next.as_str(), false)).collect()
            }
            Self::Wait(wait) => vec![(wait.next.as_str(), false)],
            Self::Pass(_) | Self::Succeed(_) | Self::Fail(_) => Vec::new(),
        }
    }
}
