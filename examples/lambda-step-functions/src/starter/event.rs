//! Events of `EventBridge`, as they come: nothing in them is believed before it is compared with what this account knows.

use rds_refresh_core::ids::{AccountId, Arn};
use serde::Deserialize;
use serde_json::Value;

use crate::refusal::Refusal;

/// An event of the two kinds that the starter understands.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Event {
    pub(super) source: String,
    #[serde(rename = "detail-type")]
    pub(super) detail_type: String,
    /// Who sent it: `EventBridge` writes it, and keeps it when it carries an event to another account's bus.
    pub(super) account: AccountId,
    pub(super) region: String,
    pub(super) detail: Value,
}

/// "Step Functions Execution Status Change".
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusChange {
    pub(super) execution_arn: String,
    pub(super) state_machine_arn: String,
    pub(super) name: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) input: Option<String>,
    #[serde(default)]
    pub(super) output: Option<String>,
    #[serde(default)]
    pub(super) error: Option<String>,
}

/// The largest output or input that is read, in bytes: that of the largest state is a fraction of it.
const LARGEST: usize = 64 * 1024;

impl StatusChange {
    /// The output, which an execution that has succeeded has.
    pub(super) fn output(&self) -> Result<Value, Refusal> {
        let Some(output) = &self.output else {
            return Err(Refusal::refused(format!("the event of {} does not include its output", self.execution_arn)));
        };
        if output.len() > LARGEST {
            return Err(Refusal::refused(format!(
                "the output of {} has {} bytes, and none has more than {LARGEST}",
                self.execution_arn,
                output.len()
            )));
        }
        serde_json::from_str(output)
            .map_err(|error| Refusal::refused(format!("the output of {} cannot be read: {error}", self.execution_arn)))
    }
}

/// The ARN of a state machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateMachineArn {
    arn: Box<Arn>,
    name: String,
}

impl StateMachineArn {
    /// The account that it is in.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.arn.account
    }

    /// The ARN of its execution of this name.
    #[must_use]
    pub fn execution(&self, name: &str) -> String {
        Arn { resource: format!("execution:{}:{name}", self.name), ..Arn::clone(&self.arn) }.to_string()
    }

    /// Whether the event tells of an execution of this very state machine, and was sent from its account and Region.
    pub(super) fn sent(&self, event: &Event, change: &StatusChange) -> bool {
        self.to_string() == change.state_machine_arn && self.is_at(event) && self.execution(&change.name) == change.execution_arn
    }

    /// Whether the event was sent from its account and Region.
    pub(super) fn is_at(&self, event: &Event) -> bool {
        event.account == self.arn.account && event.region == self.arn.region.as_str()
    }
}

impl std::fmt::Display for StateMachineArn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.arn.fmt(f)
    }
}

impl std::str::FromStr for StateMachineArn {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let arn: Arn = text.parse()?;
        let name = arn.resource.strip_prefix("stateMachine:").filter(|name| arn.service == "states" && !name.contains(':'));
        let name = name.ok_or_else(|| Refusal::refused(format!("{text:?} is not the ARN of a state machine")))?.to_owned();
        Ok(Self { arn: Box::new(arn), name })
    }
}
