//! Runs of the shipped plans on the fake, and the moments of them that are kept.

use rds_refresh_core::steps::Handover;
use rds_refresh_core::{Action, Applied, Command, Event, EventKind, Facts, Machine, OnFailure, State, Verdict, Worker};
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Strike};
use rds_refresh_testkit::world::Operation;
use rds_refresh_testkit::{Stage, TwoAccounts};
use serde_json::Value;

use crate::shipped::{Part, Shipped};

/// A state, and what is told of it: `story moment`.
pub(crate) struct Moment {
    pub(crate) plan: Shipped,
    pub(crate) name: String,
    pub(crate) state: Value,
}

/// One run, which is driven by hand from moment to moment.
struct Story<'a> {
    stage: &'a TwoAccounts,
    plan: Shipped,
    machine: Machine,
    worker: Worker,
    state: State,
    passed: Vec<(String, Value)>,
}

pub(crate) async fn told(checked: bool) -> Vec<Moment> {
    let mut moments = Vec::new();
    goes_well(checked, &mut moments).await;
    fails_and_is_resumed(checked, &mut moments).await;
    is_parked(checked, &mut moments).await;
    is_cancelled(checked, &mut moments).await;
    goes_well_in_halves(checked, &mut moments).await;
    moments
}

/// The first look is at both accounts, or at the cluster that is to be snapshotted.
fn first(checked: bool, check: &'static str, step: &'static str) -> &'static str {
    if checked { check } else { step }
}

async fn goes_well(checked: bool, moments: &mut Vec<Moment>) {
    let stage = Stage::two_accounts(1);
    let mut story = Story::new(&stage, Shipped { part: Part::Refresh, checked }, given(&stage, Part::Refresh));
    story.go().await;
    let first = first(checked, "reconcile check-accounts", "reconcile snapshot-cluster");
    let waits = ["wait restore-temporary-instance", "wait copy-snapshot", "wait restore-cluster"];
    story.keep(
        "well",
        &[first, waits[0], "reconcile share-snapshot", waits[1], waits[2], "reconcile settle", "succeeded"],
        moments,
    );
}

async fn fails_and_is_resumed(checked: bool, moments: &mut Vec<Moment>) {
    let stage = Stage::two_accounts(1);
    let full = Fault::new(Calls::of(Operation::RestoreDbClusterFromSnapshot).always(), Strike::Capacity);
    stage.fake.world().arm(FaultScript::new().with(full));
    let mut story = Story::new(&stage, Shipped { part: Part::Refresh, checked }, given(&stage, Part::Refresh));
    story.go().await;
    story.resume();
    story.go().await;
    story.keep(
        "failing",
        &["compensate restore-cluster", "compensate share-snapshot", "failed", "verify copy-snapshot"],
        moments,
    );
}

async fn is_parked(checked: bool, moments: &mut Vec<Moment>) {
    for (part, operation) in [(Part::Refresh, Operation::CopyDbSnapshot), (Part::Source, Operation::CreateDbSnapshot)] {
        let stage = Stage::two_accounts(1);
        stage.fake.world().arm(FaultScript::new().with(Fault::new(Calls::of(operation).always(), Strike::Expired)));
        let mut story = Story::new(&stage, Shipped { part, checked }, given(&stage, part));
        story.go().await;
        story.keep("parking", &["parked"], moments);
    }
}

async fn is_cancelled(checked: bool, moments: &mut Vec<Moment>) {
    let stage = Stage::two_accounts(1);
    let mut story = Story::new(&stage, Shipped { part: Part::Source, checked }, given(&stage, Part::Source));
    story.go_to("wait restore-temporary-instance").await;
    story.apply(EventKind::Cancelled);
    story.go().await;
    story.keep("cancelled", &["compensate restore-temporary-instance", "wait restore-temporary-instance", "failed"], moments);
}

async fn goes_well_in_halves(checked: bool, moments: &mut Vec<Moment>) {
    let stage = Stage::two_accounts(1);
    let mut source = Story::new(&stage, Shipped { part: Part::Source, checked }, given(&stage, Part::Source));
    source.go().await;
    let check = first(checked, "reconcile check-source", "reconcile snapshot-cluster");
    source.keep("well", &[check, "wait snapshot-cluster", "reconcile release-temporary-instance", "succeeded"], moments);

    let mut facts = given(&stage, Part::Destination);
    facts.insert(&source.state.facts().read::<Handover>().unwrap()).unwrap();
    let mut destination = Story::new(&stage, Shipped { part: Part::Destination, checked }, facts);
    destination.go().await;
    let check = first(checked, "reconcile check-destination", "reconcile copy-snapshot");
    destination.keep(
        "well",
        &[check, "wait copy-snapshot", "reconcile restore-cluster", "wait restore-cluster", "succeeded"],
        moments,
    );

    let mut settlement = source.goes_on_as(Part::Settlement);
    settlement.go().await;
    let gone = "reconcile await-temporary-instance-gone";
    settlement.keep("well", &["reconcile await-acknowledgement", "reconcile settle", gone, "succeeded"], moments);
}

/// What a plan is given, but for the hand-over.
fn given(stage: &TwoAccounts, part: Part) -> Facts {
    let request = stage.request("orders-staging").build().unwrap();
    let mut facts = Facts::new();
    if part != Part::Destination {
        facts.insert(request.source()).unwrap();
    }
    if matches!(part, Part::Refresh | Part::Destination) {
        facts.insert(request.destination()).unwrap();
    }
    facts
}

impl<'a> Story<'a> {
    fn new(stage: &'a TwoAccounts, plan: Shipped, given: Facts) -> Self {
        let (machine, worker) = plan.build(stage);
        let now = stage.fake.clock().now();
        let state = machine.start("nightly".parse().unwrap(), given, OnFailure::default(), now).unwrap();
        Self { stage, plan, machine, worker, state, passed: Vec::new() }
    }

    /// The same run under the plan that settles it.
    fn goes_on_as(self, part: Part) -> Self {
        let plan = Shipped { part, ..self.plan };
        let (machine, worker) = plan.build(self.stage);
        let stored = serde_json::from_value(serde_json::to_value(&self.state).unwrap()).unwrap();
        let mut story = Self { state: machine.load(stored).unwrap(), plan, machine, worker, passed: Vec::new(), ..self };
        story.resume();
        story
    }

    async fn go(&mut self) {
        self.go_to("").await;
    }

    /// Drives the run to its end, or until it does what is given.
    async fn go_to(&mut self, moment: &str) {
        loop {
            let does = self.does();
            self.passed.push((does.clone(), serde_json::to_value(&self.state).unwrap()));
            let kind = match self.machine.command(&self.state) {
                _ if does == moment => return,
                Command::Run(call) => self.worker.run(&call, self.stage.fake.clock().now()).await.unwrap(),
                Command::Sleep(sleep) => {
                    self.stage.fake.clock().advance_to(sleep.until);
                    EventKind::Woke { seq: sleep.seq }
                }
                Command::Finish(_) => return,
            };
            self.apply(kind);
        }
    }

    fn apply(&mut self, kind: EventKind) {
        let now = self.stage.fake.clock().now();
        assert_eq!(self.machine.apply(&mut self.state, Event { now, kind }), Applied::Advanced);
    }

    fn resume(&mut self) {
        assert_eq!(self.machine.resume(&mut self.state, self.stage.fake.clock().now()), Applied::Advanced);
    }

    fn does(&self) -> String {
        match self.machine.command(&self.state) {
            Command::Run(call) => {
                let action = match call.action {
                    Action::Reconcile => "reconcile",
                    Action::Verify => "verify",
                    Action::Compensate => "compensate",
                };
                format!("{action} {}", call.step)
            }
            Command::Sleep(_) => {
                let steps = self.state.report().steps;
                format!("wait {}", steps.iter().find(|step| step.is_current).unwrap().step)
            }
            Command::Finish(outcome) => match outcome.verdict {
                Verdict::Succeeded => "succeeded".to_owned(),
                Verdict::Failed { .. } => "failed".to_owned(),
                Verdict::Parked { .. } => "parked".to_owned(),
                verdict => format!("{verdict:?}"),
            },
        }
    }

    /// Keeps the first state of each moment, or the first after the moment before.
    fn keep(&self, story: &str, moments: &[&str], kept: &mut Vec<Moment>) {
        let mut passed = self.passed.iter();
        for moment in moments {
            let found = passed.find(|(does, _)| does == moment);
            let (_, state) = found.unwrap_or_else(|| panic!("{} {story}: no {moment}", self.plan));
            kept.push(Moment { plan: self.plan, name: format!("{story} {moment}"), state: state.clone() });
        }
    }
}
