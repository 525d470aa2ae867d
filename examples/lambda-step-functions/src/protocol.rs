//! What a state machine and its tick say to each other.
//!
//! | the task sends | when |
//! |---|---|
//! | `{"begin": {"execution", "started", "input"}}` | first: makes the state, and calls nothing, so there always is a state to go back from |
//! | `{"state": …, "event": "look"}` | a step is next, or its wait is over |
//! | `{"state": …, "event": "lost"}` | a tick gave no answer, or a call of it was given up, and nothing of it is to be expected any more |
//! | `{"state": …, "event": "cancel"}`, `"resume"` | somebody said so to a parked run |
//!
//! The answer is an [`Output`]. All of it passes through Step Functions: times are RFC 3339, numbers are integers below 2⁵³.

use std::collections::BTreeMap;

use rds_refresh_core::{RunId, StoredState, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a tick is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Sent", into = "Sent")]
pub enum Input {
    /// Begin a run, or take one up.
    Begin(Begin),
    /// Go on with a run.
    GoOn {
        /// The run as it is.
        state: Box<StoredState>,
        /// What happened.
        event: Heard,
    },
}

/// What happened to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Heard {
    /// It is time to look.
    Look,
    /// A tick of the run is lost.
    Lost,
    /// The run is to be undone.
    Cancel,
    /// What the run was parked for is mended, or a run that failed is to be tried again.
    Resume,
}

/// The first task of an execution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// The execution's ARN: runs without a name get theirs from it, so a second delivery begins the same run.
    pub execution: String,
    /// When the execution was started.
    pub started: Timestamp,
    /// The execution's input.
    #[serde(default)]
    pub input: Start,
}

/// The input of an execution. Nothing in it is required of a source half.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The name of the run. Default: the execution's name if it can be one, else made from time and ARN of the execution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The source cluster, in place of the one in the deployed request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_cluster_id: Option<String>,
    /// What the source handed over: required of a destination half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<Value>,
    /// A run to take up instead of beginning one: required of a settlement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Box<StoredState>>,
    /// Why it is taken up. Default: `resume`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Heard>,
    /// How often it was taken up after an execution that was cut off.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub round: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What a tick answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// The run, to be sent with the next event.
    pub state: StoredState,
    /// What to do with it.
    pub next: Next,
    /// What to tell people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<Notice>,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// The step that the run is at; the last one, or the one that failed, of a run that has ended.
    pub step: String,
    /// What to do with it.
    pub is: Is,
    /// How long to wait before: to the next look, until a lost call is over, or until a parked run is undone.
    pub seconds: u64,
    /// Why the run failed or is parked, and what is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// What to do with the step that a run is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Is {
    /// Look, in the step's task.
    Look,
    /// Look, in the task that undoes it.
    Undo,
    /// Say that the call is lost, after the wait.
    Lost,
    /// Nothing: the run has succeeded.
    Succeeded,
    /// Nothing: the run has failed.
    Failed,
    /// Wait for a person.
    Parked,
}

impl Is {
    /// The name, as the state machines spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Undo => "undo",
            Self::Lost => "lost",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Parked => "parked",
        }
    }
}

/// A message for the topic, as Amazon SNS takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// At most 100 characters of ASCII.
    pub subject: String,
    /// One text for each protocol, as JSON (`MessageStructure: json`): `default` is for people.
    pub message: String,
    /// To filter by: `run`, `mode`, `step`, `event`.
    pub attributes: BTreeMap<String, Attribute>,
}

/// A message attribute of Amazon SNS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// Always `String`.
    pub data_type: String,
    /// The value.
    pub string_value: String,
}

impl Attribute {
    /// A text.
    #[must_use]
    pub fn text(value: impl Into<String>) -> Self {
        Self { data_type: "String".into(), string_value: value.into() }
    }
}

/// An [`Input`] as it is sent.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begin: Option<Begin>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<Box<StoredState>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<Heard>,
}

impl TryFrom<Sent> for Input {
    type Error = &'static str;

    fn try_from(sent: Sent) -> Result<Self, Self::Error> {
        match sent {
            Sent { begin: Some(begin), state: None, event: None } => Ok(Self::Begin(begin)),
            Sent { begin: None, state: Some(state), event: Some(event) } => Ok(Self::GoOn { state, event }),
            _ => Err("a tick is sent either `begin`, or `state` and `event`"),
        }
    }
}

impl From<Input> for Sent {
    fn from(input: Input) -> Self {
        match input {
            Input::Begin(begin) => Self { begin: Some(begin), ..Self::default() },
            Input::GoOn { state, event } => Self { state: Some(state), event: Some(event), ..Self::default() },
        }
    }
}
