//! What the benches share: a whole refresh on the fake, through the ports, in simulated time.

use std::sync::Arc;

use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::request::{ClusterRequest, DestinationRequest, Request, SourceRequest, TemporaryRequest};
use rds_refresh_core::{Command, Event, EventKind, Facts, Machine, OnFailure, Outcome, State, Worker, steps};
use rds_refresh_testkit::{Stage, TwoAccounts};

/// A refresh that can begin.
#[derive(Debug)]
pub struct Refresh {
    /// The world.
    pub stage: TwoAccounts,
    /// What decides.
    pub machine: Machine,
    /// What acts.
    pub worker: Worker,
    /// The state of the run.
    pub state: State,
}

/// What a refresh took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Calls of steps.
    pub looks: usize,
    /// Sleeps.
    pub sleeps: usize,
}

impl Refresh {
    /// A refresh of the usual two accounts, drawn from a seed.
    ///
    /// # Panics
    /// If the request or the plan is wrong, which its literals are not.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let stage = Stage::two_accounts(seed);
        let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
        let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
        #[expect(clippy::expect_used, reason = "the literals are legal")]
        let (machine, worker) = steps::refresh(&source, &destination).build().expect("a plan");
        #[expect(clippy::expect_used, reason = "the literals are legal")]
        let state = {
            let run = format!("bench-{seed}").parse().expect("a run id");
            machine.start(run, request(&stage), OnFailure::default(), stage.fake.clock().now()).expect("the given facts")
        };
        Self { stage, machine, worker, state }
    }

    /// Drives the refresh to its end, as every driver does: run it, wait, finish. `saw` is shown every event before it is applied.
    ///
    /// # Panics
    /// If the plan and the worker do not belong together.
    pub async fn drive(&mut self, mut saw: impl FnMut(&State, &Event)) -> (Outcome, Counts) {
        let clock = self.stage.fake.clock().clone();
        let mut counts = Counts::default();
        loop {
            let kind = match self.machine.command(&self.state) {
                Command::Run(call) => {
                    counts.looks += 1;
                    #[expect(clippy::expect_used, reason = "both come from one plan")]
                    self.worker.run(&call, clock.now()).await.expect("a step of the plan")
                }
                Command::Sleep(sleep) => {
                    counts.sleeps += 1;
                    clock.advance_to(sleep.until);
                    EventKind::Woke { seq: sleep.seq }
                }
                Command::Finish(outcome) => return (outcome, counts),
            };
            let event = Event { now: clock.now(), kind };
            saw(&self.state, &event);
            let _ = self.machine.apply(&mut self.state, event);
        }
    }
}

fn request(stage: &TwoAccounts) -> Facts {
    let cluster = ClusterRequest::builder()
        .with_identifier("orders-staging")
        .with_class(&stage.cluster_class)
        .with_subnet_group(&stage.subnet_group)
        .with_security_groups([&stage.security_group]);
    let temporary = TemporaryRequest::builder()
        .with_subnet_group(&stage.subnet_group)
        .with_security_groups([&stage.security_group])
        .with_class(&stage.instance_class);
    let source = SourceRequest::builder()
        .with_account(stage.source.account.as_str())
        .with_region(stage.source.region.as_str())
        .with_cluster(&stage.cluster)
        .with_temporary(temporary);
    let destination = DestinationRequest::builder()
        .with_account(stage.destination.account.as_str())
        .with_region(stage.destination.region.as_str())
        .with_kms_key(&stage.destination_key)
        .with_cluster(cluster);
    #[expect(clippy::expect_used, reason = "the stage's names are legal")]
    let (source, destination) =
        Request::builder().with_source(source).with_destination(destination).build().expect("a request").into_halves();
    let mut facts = Facts::new();
    #[expect(clippy::expect_used, reason = "requests serialise")]
    for inserted in [facts.insert(&source), facts.insert(&destination)] {
        inserted.expect("a fact");
    }
    facts
}
