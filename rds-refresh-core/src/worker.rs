//! Runs calls: the only place where the types of steps are erased, and the only code that touches a step.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use tracing::debug;

use crate::fact::{Fact, Facts};
use crate::machine::{Action, Call, EventKind};
use crate::permission::{Permission, Target};
use crate::ports::Events;
use crate::preview::Forecast;
use crate::step::{Context, Needs, Progress, Side, Step, Undo};
use crate::{ErrorKind, RdsEvent, Resource, StepError, Timestamp};

/// The steps of a plan, ready to be called.
///
/// Made by [`Plan::build`](crate::Plan::build), together with the [`Machine`](crate::Machine) whose calls it runs.
pub struct Worker {
    pub(crate) steps: Vec<(String, Box<dyn Erased>)>,
    pub(crate) events: BTreeMap<Side, Arc<dyn Events>>,
}

/// The worker has no step of the name that the call asks for. Nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this program has no step {0:?}: run the call with the program that made the plan")]
pub struct UnknownStep(pub String);

impl Worker {
    /// Runs one call and gives its answer. The driver drops the future at the call's `not_after` and applies
    /// [`Lost`](EventKind::Lost) instead.
    ///
    /// # Errors
    /// If the call is for a step that this worker does not have. The state must be left as it is.
    pub async fn run(&self, call: &Call<'_>, now: Timestamp) -> Result<EventKind, UnknownStep> {
        let step = self.step(call.step).ok_or_else(|| UnknownStep(call.step.to_owned()))?;
        let mut answer = step.run(call.action, call.seq, call.facts, Context::of(call, now)).await;
        match &mut answer {
            EventKind::Failed { error, events, .. } if call.may_be_last || error.kind() == ErrorKind::TerminalStatus => {
                *events = self.events(step, call, now).await;
            }
            EventKind::Pending { at_stake, .. } if call.action == Action::Compensate => {
                *at_stake = self.footprint(call, now);
            }
            EventKind::Pending { events, .. } if call.may_be_last => *events = self.events(step, call, now).await,
            _ => {}
        }
        Ok(answer)
    }

    /// Everything that the call's step may own in its present attempt; empty if what it needs is not known.
    #[must_use]
    pub fn footprint(&self, call: &Call<'_>, now: Timestamp) -> Vec<Resource> {
        self.step(call.step).map(|step| step.footprint(call.facts, &Context::of(call, now))).unwrap_or_default()
    }

    /// What all steps need to be allowed, by step.
    pub fn permissions(&self) -> impl Iterator<Item = (&str, Vec<Permission>)> {
        self.steps.iter().map(|(name, step)| (name.as_str(), self.permissions_of(&**step)))
    }

    /// What RDS noted since the run began about what the step watches. What cannot be read is left out, and after it nothing else is tried:
    /// the failure waits for this.
    async fn events(&self, step: &dyn Erased, call: &Call<'_>, now: Timestamp) -> Vec<RdsEvent> {
        let mut found = Vec::new();
        let port = side_of(step).and_then(|side| self.events.get(&side));
        if let (Action::Reconcile, Some(port)) = (call.action, port) {
            let within = now.since(call.began) + MARGIN;
            for resource in step.watched(call.facts, &Context::of(call, now)).iter().filter(|it| it.kind.event_source().is_some())
            {
                match port.recent_events(resource, within).await {
                    Ok(events) => found.extend(events),
                    Err(error) => {
                        debug!(%error, "the events of what failed cannot be read");
                        break;
                    }
                }
            }
        }
        RdsEvent::newest(found)
    }

    /// What the step says, and the events of its failure.
    pub(crate) fn permissions_of(&self, step: &dyn Erased) -> Vec<Permission> {
        let side = side_of(step).filter(|side| self.events.contains_key(side));
        let events = side.map(|side| Permission::new(side, &["rds:DescribeEvents"], [Target::Any]));
        step.permissions().into_iter().chain(events).collect()
    }

    pub(crate) fn step(&self, name: &str) -> Option<&dyn Erased> {
        self.steps.iter().find(|(known, _)| known == name).map(|(_, step)| &**step)
    }
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.steps.iter().map(|(name, _)| name)).finish()
    }
}

/// Events are written a little after what they tell of, and clocks differ a little.
const MARGIN: Duration = Duration::from_mins(1);

/// The account in which a step may be watching something of RDS: where it calls RDS.
fn side_of(step: &dyn Erased) -> Option<Side> {
    let calls_rds = |asked: &Permission| asked.actions.iter().any(|action| action.starts_with("rds:"));
    step.permissions().into_iter().find(|asked| !step.is_read_only() && calls_rds(asked)).map(|asked| asked.side)
}

type Answer<'a> = Pin<Box<dyn Future<Output = EventKind> + Send + 'a>>;

/// A step without its types.
pub(crate) trait Erased: Send + Sync {
    fn run<'a>(&'a self, action: Action, seq: u64, facts: &'a Facts, cx: Context) -> Answer<'a>;
    fn footprint(&self, facts: &Facts, cx: &Context) -> Vec<Resource>;
    fn is_read_only(&self) -> bool;
    fn watched(&self, facts: &Facts, cx: &Context) -> Vec<Resource>;
    fn permissions(&self) -> Vec<Permission>;
    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast;
    fn differs(&self, before: &Facts, after: &Facts) -> Option<String>;
}

impl<S: Step> Erased for S {
    fn run<'a>(&'a self, action: Action, seq: u64, facts: &'a Facts, cx: Context) -> Answer<'a> {
        let gave = facts.get(S::Gives::NAME).cloned();
        let cx = Context { done: gave.is_some(), gave, ..cx };
        Box::pin(async move {
            let answer = match action {
                Action::Reconcile => reconcile(self, seq, facts, &cx).await,
                Action::Verify => verify(self, seq, facts, &cx).await,
                Action::Compensate => compensate(self, seq, facts, &cx).await,
            };
            answer.unwrap_or_else(|error| EventKind::Failed {
                seq,
                error,
                at_stake: if action == Action::Compensate { Erased::footprint(self, facts, &cx) } else { Vec::new() },
                events: Vec::new(),
            })
        })
    }

    fn footprint(&self, facts: &Facts, cx: &Context) -> Vec<Resource> {
        S::Needs::read(facts).map(|needs| Step::footprint(self, &needs, cx)).unwrap_or_default()
    }

    fn is_read_only(&self) -> bool {
        S::READ_ONLY
    }

    fn watched(&self, facts: &Facts, cx: &Context) -> Vec<Resource> {
        S::Needs::read(facts).map(|needs| Step::watched(self, &needs, cx)).unwrap_or_default()
    }

    fn permissions(&self) -> Vec<Permission> {
        Step::permissions(self)
    }

    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast {
        Step::forecast(self, given, cx)
    }

    fn differs(&self, before: &Facts, after: &Facts) -> Option<String> {
        if S::Needs::names().into_iter().all(|name| before.get(name) == after.get(name)) {
            return None;
        }
        match (S::Needs::read(before), S::Needs::read(after)) {
            (Ok(before), Ok(after)) => Step::differs(self, &before, &after),
            (_, Err(error)) => Some(error.to_string()),
            // What could not be read was not done either.
            (Err(_), Ok(_)) => None,
        }
    }
}

async fn reconcile<S: Step>(step: &S, seq: u64, facts: &Facts, cx: &Context) -> Result<EventKind, StepError> {
    let needs = needs::<S>(facts)?;
    Ok(match step.reconcile(&needs, cx).await? {
        Progress::Ready(fact) => {
            EventKind::Ready { seq, fact: json::<S::Gives>(&fact)?, keeps: step.keeps(&fact), made: step.footprint(&needs, cx) }
        }
        Progress::Pending(seen, look_in) => EventKind::Pending {
            seq,
            seen,
            look_in,
            expected: step.expected(&needs),
            removing: Vec::new(),
            at_stake: Vec::new(),
            events: Vec::new(),
        },
    })
}

async fn verify<S: Step>(step: &S, seq: u64, facts: &Facts, cx: &Context) -> Result<EventKind, StepError> {
    let fact = facts.read::<S::Gives>().map_err(|error| StepError::invalid(error.to_string()))?;
    let stands = step.verify(&fact, cx).await?;
    let gone = !stands && step.is_gone(&fact, cx).await?;
    Ok(EventKind::Verified { seq, stands, gone })
}

async fn compensate<S: Step>(step: &S, seq: u64, facts: &Facts, cx: &Context) -> Result<EventKind, StepError> {
    let needs = needs::<S>(facts)?;
    Ok(match step.compensate(&needs, cx).await? {
        Undo::Done { kept } => EventKind::Undone { seq, kept },
        Undo::Pending { seen, removing } => {
            EventKind::Pending { seq, seen, look_in: None, expected: None, removing, at_stake: Vec::new(), events: Vec::new() }
        }
    })
}

fn needs<S: Step>(facts: &Facts) -> Result<S::Needs, StepError> {
    S::Needs::read(facts).map_err(|error| StepError::invalid(error.to_string()))
}

fn json<F: Fact + Serialize>(fact: &F) -> Result<Value, StepError> {
    serde_json::to_value(fact).map_err(|error| StepError::invalid(format!("the fact {:?} cannot be stored: {error}", F::NAME)))
}
