use std::fmt;
use std::sync::Arc;

use rds_refresh_core::machine::StartError;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::{Command, Event, EventKind, Fact, Facts, Machine, OnFailure, Plan, RunId, State, Timestamp, Verdict};
use serde_json::{Map, Value};

use crate::suite::driver::Fuse;
use crate::{Stage, TwoAccounts};

/// The world as a step finds it, and what is known by then. `W` is a fake of whatever the step uses beside RDS and KMS.
pub struct Scene<W = ()> {
    /// The accounts.
    pub stage: TwoAccounts,
    /// What is known when the step begins.
    pub facts: Facts,
    /// The run.
    pub run: RunId,
    /// When the run began.
    pub began: Timestamp,
    /// Whatever else the step uses.
    pub own: W,
    pub(super) effects: fn(&W) -> Vec<String>,
    pub(super) secret: Option<String>,
}

/// The accounts as the step calls them.
#[derive(Clone)]
#[non_exhaustive]
pub struct Ports {
    /// The source account's.
    pub source: Arc<dyn Source>,
    /// The destination account's.
    pub destination: Arc<dyn Destination>,
}

impl Scene {
    /// The usual stage of a seed, where nothing has been done: the facts are those of the stage's request.
    ///
    /// # Panics
    /// Never: the request is the stage's own.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the stage's own request is legal, and so is the name")]
    pub fn new(seed: u64) -> Self {
        let stage = Stage::two_accounts(seed);
        let facts = stage.request("orders-staging").build().ok().and_then(|request| request.into_facts().ok());
        Self {
            began: stage.fake.clock().now(),
            facts: facts.expect("the stage's own request"),
            run: "nightly".parse().expect("a legal name"),
            stage,
            own: (),
            effects: |()| Vec::new(),
            secret: None,
        }
    }
}

impl<W> Scene<W> {
    /// The same with another fact, in place of one of its name.
    ///
    /// # Panics
    /// If the fact does not serialise.
    #[must_use]
    #[expect(clippy::expect_used, reason = "documented: there is no scene without the fact")]
    pub fn with_fact<F: Fact>(mut self, fact: &F) -> Self {
        self.facts.insert(fact).expect("a fact that serialises");
        self
    }

    /// The same with something of the step's own. `effects` tells all that was ever done to it: none may be done twice.
    #[must_use]
    pub fn with<V>(self, own: V, effects: fn(&V) -> Vec<String>) -> Scene<V> {
        let Self { stage, facts, run, began, secret, .. } = self;
        Scene { stage, facts, run, began, own, effects, secret }
    }

    /// The same with a secret that the step knows: it must show nowhere.
    #[must_use]
    pub fn with_secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// The same after a run of this plan, which is given what it needs of the facts that are known. What it gave is known then.
    ///
    /// # Panics
    /// If the plan cannot be built, or the run does not succeed.
    #[must_use]
    pub async fn after<L>(mut self, plan: impl FnOnce(&Ports) -> Plan<L>) -> Self {
        #[expect(clippy::expect_used, reason = "documented: without it there is no scene")]
        let (machine, worker) = plan(&self.ports(&self.fuse())).build().expect("a plan that can be built");
        let clock = self.stage.fake.clock().clone();
        let mut state = self.started(&machine);
        let outcome = loop {
            let kind = match machine.command(&state) {
                // Its own steps are in the worker.
                Command::Run(call) => match worker.run(&call, clock.now()).await {
                    Ok(answer) => answer,
                    Err(error) => panic!("{error}"),
                },
                Command::Sleep(sleep) => {
                    clock.advance_to(sleep.until);
                    EventKind::Woke { seq: sleep.seq }
                }
                Command::Finish(outcome) => break outcome,
            };
            let _ = machine.apply(&mut state, Event { now: clock.now(), kind });
        };
        assert_eq!(outcome.verdict, Verdict::Succeeded, "the plan before the step must succeed");
        let mut known = map(&self.facts);
        known.extend(map(state.facts()));
        self.facts = facts(known);
        self
    }

    /// A state of the plan with all facts that it is given, and no others.
    fn started(&self, machine: &Machine) -> State {
        let mut known = map(&self.facts);
        loop {
            let given = facts(known.clone());
            match machine.start(self.run.clone(), given, OnFailure::RemoveAll, self.stage.fake.clock().now()) {
                Ok(state) => return state,
                Err(StartError::Unknown(name)) if known.remove(&name).is_some() => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    pub(super) fn fuse(&self) -> Fuse {
        Fuse::new(self.stage.fake.clone())
    }

    pub(super) fn ports(&self, fuse: &Fuse) -> Ports {
        let gate = Arc::new(fuse.clone());
        Ports {
            source: Arc::new(self.stage.fake.source(self.stage.source.clone()).through(gate.clone())),
            destination: Arc::new(self.stage.fake.destination(self.stage.destination.clone()).through(gate)),
        }
    }
}

fn map(facts: &Facts) -> Map<String, Value> {
    // Facts are a map of JSON.
    serde_json::to_value(facts).ok().and_then(|facts| facts.as_object().cloned()).unwrap_or_default()
}

fn facts(map: Map<String, Value>) -> Facts {
    serde_json::from_value(Value::Object(map)).unwrap_or_default()
}

impl<W> fmt::Debug for Scene<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scene").field("run", &self.run).field("facts", &self.facts).finish_non_exhaustive()
    }
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ports")
    }
}
