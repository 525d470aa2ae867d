//! Starts executions, because others have ended.
//!
//! | in | what happened | what is started |
//! |---|---|---|
//! | the destination | a source half succeeded | the destination half, with the hand-over |
//! | the source | a source half succeeded | the settlement, with its state |
//! | the source | the destination said that its copy is available | a record of that, where the settlement looks |
//! | both | a half failed, timed out or was aborted before its run had ended | the same half, which undoes it; one that had succeeded, which says so |
//! | the source | a settlement was cut off | a settlement that goes on: nobody else takes away what is shared |
//!
//! Every execution has a name that follows from the run, so an event that comes twice changes nothing.

mod event;
mod executions;

use std::sync::Arc;

use rds_refresh_core::request::DestinationRequest;
use rds_refresh_core::steps::{Acknowledgement, Handover};
use rds_refresh_core::{Clock, RunId, StoredState, Verdict};
use serde_json::{Value, json};
use tracing::info;

pub use event::StateMachineArn;
pub use executions::{Executions, RecordedAcknowledgements, SfnExecutions};

use crate::errors::PLAN_CHANGED;
use crate::refusal::Refusal;
use crate::{Heard, Start, limits};
use event::{Event, StatusChange};

/// The account that a starter is in, and the state machines that it knows.
#[derive(Clone, Debug)]
pub enum Here {
    /// The source account.
    Source {
        /// Runs the source half.
        source: StateMachineArn,
        /// Settles.
        settle: StateMachineArn,
        /// Keeps acknowledgements.
        acknowledgements: StateMachineArn,
        /// Runs the destination half, in the other account.
        destination: StateMachineArn,
    },
    /// The destination account.
    Destination {
        /// Runs the destination half.
        destination: StateMachineArn,
        /// Runs the source half, in the other account.
        source: StateMachineArn,
        /// What hand-overs are checked by.
        request: Box<DestinationRequest>,
    },
}

/// Starts executions.
pub struct Starter {
    here: Here,
    executions: Arc<dyn Executions>,
    clock: Arc<dyn Clock>,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An execution was started, or had been before: its name.
    Started(String),
    /// There is nothing to do, and why.
    Nothing(&'static str),
}

impl Starter {
    /// A starter in one of the two accounts.
    #[must_use]
    pub fn new(here: Here, executions: Arc<dyn Executions>, clock: Arc<dyn Clock>) -> Self {
        Self { here, executions, clock }
    }

    /// Does what an event asks for.
    ///
    /// # Errors
    /// [`Refused`](Refusal::Refused) if the event is not one that this account waits for, or its content is wrong; nothing was started then.
    /// `Unable` if Step Functions could not be asked: the event should come again.
    pub async fn handle(&self, event: Value) -> Result<Answer, Refusal> {
        let event: Event =
            serde_json::from_value(event).map_err(|error| Refusal::refused(format!("this is no event: {error}")))?;
        let answer = match (event.source.as_str(), event.detail_type.as_str()) {
            ("aws.states", "Step Functions Execution Status Change") => self.status_change(&event).await,
            ("rds-refresh", "Acknowledgement") => self.acknowledgement(&event, event.detail.clone()).await,
            (source, detail_type) => Err(Refusal::refused(format!("no event {detail_type:?} of {source:?} is waited for"))),
        }?;
        info!(?answer, "heard");
        Ok(answer)
    }

    async fn status_change(&self, event: &Event) -> Result<Answer, Refusal> {
        let change: StatusChange = serde_json::from_value(event.detail.clone())
            .map_err(|error| Refusal::refused(format!("this is no status change: {error}")))?;
        let is_of = |machine: &StateMachineArn| machine.sent(event, &change);
        let has_succeeded = change.status == "SUCCEEDED";
        let was_cut_off = ["FAILED", "TIMED_OUT", "ABORTED"].contains(&change.status.as_str());
        match &self.here {
            Here::Destination { destination, source, request } => {
                if is_of(source) {
                    return if has_succeeded { self.take_over(destination, request, &change).await } else { IT_GOES_ON };
                }
                if is_of(destination) {
                    return if was_cut_off { self.take_up(destination, &change, Heard::Cancel).await } else { IT_GOES_ON };
                }
            }
            Here::Source { source, settle, destination, .. } => {
                if is_of(source) {
                    return match (has_succeeded, was_cut_off) {
                        (true, _) => self.settle(settle, &change).await,
                        (_, true) => self.take_up(source, &change, Heard::Cancel).await,
                        _ => IT_GOES_ON,
                    };
                }
                if is_of(settle) {
                    return if was_cut_off { self.take_up(settle, &change, Heard::Lost).await } else { IT_GOES_ON };
                }
                if is_of(destination) {
                    if !has_succeeded {
                        return IT_GOES_ON;
                    }
                    return self.acknowledgement(event, change.output()?["acknowledgement"].take()).await;
                }
            }
        }
        Err(Refusal::refused(format!(
            "an event of account {} in {} about {:?}, which is none of the state machines that this account knows",
            event.account, event.region, change.execution_arn
        )))
    }

    /// A source half has handed over.
    async fn take_over(
        &self,
        machine: &StateMachineArn,
        request: &DestinationRequest,
        change: &StatusChange,
    ) -> Result<Answer, Refusal> {
        let output = change.output()?;
        let handover = output.get("handover").ok_or_else(|| Refusal::refused("the output has no `handover`"))?;
        let handover = Handover::parse(&handover.to_string()).map_err(Refusal::refused)?;
        handover.check(request, self.clock.now()).map_err(Refusal::refused)?;
        // What was read, not what was sent: nothing rides along.
        self.start(machine, handover.run.as_str(), &json!({ "handover": handover })).await
    }

    /// A source half is done: what it shares is not to stay shared.
    async fn settle(&self, machine: &StateMachineArn, change: &StatusChange) -> Result<Answer, Refusal> {
        let state: StoredState = serde_json::from_value(change.output()?["state"].take())?;
        let run = state.run().clone();
        self.start(machine, run.as_str(), &serde_json::to_value(Start { state: Some(Box::new(state)), ..Start::default() })?)
            .await
    }

    /// The destination says that it has its copy.
    async fn acknowledgement(&self, event: &Event, said: Value) -> Result<Answer, Refusal> {
        let Here::Source { acknowledgements, destination, .. } = &self.here else {
            return Err(Refusal::refused("acknowledgements are for the source account"));
        };
        if !destination.is_at(event) {
            return Err(Refusal::refused(format!("an acknowledgement of account {} in {}", event.account, event.region)));
        }
        let said: Acknowledgement = serde_json::from_value(said)?;
        match &said.copy {
            Some(copy) if copy.account() == destination.account() => {}
            _ => return Err(Refusal::refused("the acknowledgement names no copy in the destination's account")),
        }
        self.start(acknowledgements, said.run.as_str(), &serde_json::to_value(&said)?).await
    }

    /// An execution ended before its run did, perhaps in the middle of something.
    async fn take_up(&self, machine: &StateMachineArn, change: &StatusChange, event: Heard) -> Result<Answer, Refusal> {
        if change.error.as_deref() == Some(PLAN_CHANGED) {
            return Err(Refusal::PlanChanged(format!("the execution {} cannot go on with this program", change.execution_arn)));
        }
        let passed = self.executions.passed(&change.execution_arn).await?;
        let state = passed.iter().find_map(|payload| {
            let mut payload: Value = serde_json::from_str(payload).ok()?;
            serde_json::from_value::<StoredState>(payload.get_mut("state")?.take()).ok()
        });
        let Some(state) = state else { return Ok(Answer::Nothing("the execution had not begun a run")) };
        let event = match state.report().outcome.map(|outcome| outcome.verdict) {
            // It ends at once, and says what the one that was cut off could not say.
            Some(Verdict::Succeeded) => Heard::Resume,
            Some(Verdict::Failed { .. }) => return Ok(Answer::Nothing("the run has ended")),
            _ => event,
        };
        let given = change.input.as_deref().and_then(|input| serde_json::from_str::<Start>(input).ok()).unwrap_or_default();
        let round = given.round.saturating_add(1);
        if round > limits::ROUNDS {
            return Err(Refusal::refused(format!(
                "the run {} was cut off {} times: look why, then start {machine} with the last `state` of {} and \"event\": \"cancel\"",
                state.run(),
                round,
                change.execution_arn
            )));
        }
        // No run has an underscore in its name.
        let name = format!("{}_{round}", state.run());
        let input = Start { state: Some(Box::new(state)), event: Some(event), round, ..Start::default() };
        self.start(machine, &name, &serde_json::to_value(input)?).await
    }

    async fn start(&self, machine: &StateMachineArn, name: &str, input: &Value) -> Result<Answer, Refusal> {
        self.executions.start(machine, name, input).await?;
        Ok(Answer::Started(name.to_owned()))
    }
}

const IT_GOES_ON: Result<Answer, Refusal> = Ok(Answer::Nothing("nothing follows from this status"));

impl std::fmt::Debug for Starter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Starter").field("here", &self.here).finish_non_exhaustive()
    }
}

/// Where the acknowledgement of a run is.
pub(crate) fn record_of(machine: &StateMachineArn, run: &RunId) -> String {
    machine.execution(run.as_str())
}
