//! This design: the real state machine definitions, the real ticks, and the model of RDS.

use std::cell::{RefCell, RefMut};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::ids::AccountId;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::steps::{Acknowledgement, Acknowledgements};
use rds_refresh_core::{Clock, Plan, RunId, StepError, Timestamp, WaitPolicy, steps};
use rds_refresh_lambda::{Mode, Program, StateMachine};
use rds_refresh_testkit::world::SourceCluster;
use rds_refresh_testkit::{Fake, Stage, Switches, TwoAccounts, VirtualClock};
use serde_json::{Value, json};

use crate::asl::{Execution, Services, Status, TaskError};
use crate::counts::{Counts, INVOCATION, TRANSITION};
use crate::drawn::{Drawn, Durations};
use crate::timeline::{Timeline, Veil};

/// What is known beside what every run knows.
#[derive(Clone, Copy, Default)]
pub(crate) struct Known {
    /// Whose `PercentProgress` RDS shows.
    pub(crate) progress: Progress,
    /// The medians of earlier runs.
    pub(crate) history: bool,
    /// How long after something has happened RDS's event of it ends a wait.
    pub(crate) events_after: Option<Duration>,
    /// Another price of a look than the usual.
    pub(crate) look_cost: Option<Duration>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Progress {
    #[default]
    None,
    /// Of snapshots and copies.
    Snapshots,
    /// Of instances and clusters that are being restored as well.
    All,
}

/// What a refresh has cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// From the start to the available cluster.
    pub(crate) halves: Counts,
    /// The same, and the settlement: the deletion of the temporary instance is waited for, the snapshot unshared, both snapshots removed.
    pub(crate) whole: Counts,
}

pub(crate) fn count(seed: u64, drawn: &Drawn, known: Known) -> Cost {
    let stage = stage(seed, &drawn.takes);
    let timeline = Timeline::of(&stage.fake, known.progress.veil());
    let cloud = Cloud {
        stage: &stage,
        timeline: timeline.clone(),
        halves: RefCell::default(),
        settlement: RefCell::default(),
        known,
        letters: Arc::default(),
    };
    let began = timeline.now();
    let available = timeline.run(cloud.refresh(&drawn.medians));
    let mut halves = cloud.halves.take();
    let settlement = cloud.settlement.take();
    halves.delay = available.since(began).checked_sub(drawn.takes.unavoidable()).expect("nobody is faster than RDS");
    // The source account's half is over before the other begins.
    halves.calls += cloud.calls(Some(&stage.destination.account));
    let whole = Counts {
        transitions: halves.transitions + settlement.transitions,
        invocations: halves.invocations + settlement.invocations,
        calls: cloud.calls(None),
        ..halves
    };
    Cost { halves, whole }
}

fn stage(seed: u64, takes: &Durations) -> TwoAccounts {
    let mut stage = Stage::new(seed, VirtualClock::starting_at(Stage::opening()));
    stage.timing(takes.timing());
    stage.switches(Switches { daily_backups: false, cluster_baseline_backup: false, ..Switches::default() });
    Stage::two_accounts_with(stage, &SourceCluster::default())
}

fn is_rds(action: &str) -> bool {
    !["DescribeKey", "GetKeyPolicy", "ListGrants", "CreateGrant", "RevokeGrant"].contains(&action)
}

impl Progress {
    fn veil(self) -> Veil {
        match self {
            Self::None => |fake| {
                hide_of_snapshots(fake);
                hide_of_restores(fake);
            },
            Self::Snapshots => hide_of_restores,
            Self::All => |_| {},
        }
    }
}

/// Shows 0 % to the end, by having all the work done in the last instant.
fn hide_of_snapshots(fake: &Fake) {
    let mut world = fake.world();
    let places: Vec<_> = world.places().map(|(place, _)| place.clone()).collect();
    for place in places {
        let here = world.at_mut(&place);
        let works = here.snapshots.values_mut().map(|it| &mut it.work);
        for work in works.chain(here.cluster_snapshots.values_mut().map(|it| &mut it.work)).flatten() {
            work.begins = work.ends;
        }
    }
}

fn hide_of_restores(fake: &Fake) {
    let mut world = fake.world();
    let places: Vec<_> = world.places().map(|(place, _)| place.clone()).collect();
    for place in places {
        let here = world.at_mut(&place);
        let works = here.instances.values_mut().map(|it| &mut it.work);
        for work in works.chain(here.clusters.values_mut().map(|it| &mut it.work)).flatten() {
            work.begins = work.ends;
        }
    }
}

/// Where acknowledgements arrive in the source account.
#[derive(Default)]
struct Letters(Mutex<Option<Acknowledgement>>);

#[async_trait]
impl Acknowledgements for Letters {
    async fn acknowledgement(&self, _: &RunId) -> Result<Option<Acknowledgement>, StepError> {
        Ok(self.0.lock().unwrap().clone())
    }
}

/// Both accounts, with what runs in them.
struct Cloud<'s> {
    stage: &'s TwoAccounts,
    timeline: Timeline,
    halves: RefCell<Counts>,
    settlement: RefCell<Counts>,
    known: Known,
    letters: Arc<Letters>,
}

impl Cloud<'_> {
    /// A whole refresh with its settlement. Answers when the cluster was available.
    async fn refresh(&self, medians: &Durations) -> Timestamp {
        let source: Arc<dyn Source> = Arc::new(self.stage.fake.source(self.stage.source.clone()));
        let destination: Arc<dyn Destination> = Arc::new(self.stage.fake.destination(self.stage.destination.clone()));
        let letters: Arc<dyn Acknowledgements> = self.letters.clone();

        let done = self.execute(Mode::Source, self.waited(steps::source(&source), medians), json!({})).await;
        self.halves.borrow_mut().calls = self.calls(None);
        let destination = async {
            self.invoke(Mode::Destination).await;
            let input = json!({ "handover": done["handover"] });
            self.execute(Mode::Destination, self.waited(steps::destination(&destination), medians), input).await;
            self.timeline.now()
        };
        let settlement = async {
            self.invoke(Mode::Settle).await;
            let input = json!({ "state": done["state"] });
            self.execute(Mode::Settle, self.waited(steps::settlement(&source, &letters), medians), input).await;
        };
        tokio::join!(destination, settlement).0
    }

    fn waited<Facts>(&self, plan: Plan<Facts>, medians: &Durations) -> Plan<Facts> {
        plan.each_wait(|step, wait| {
            wait.experience = medians.of(step).filter(|_| self.known.history);
            if let Some(cost) = self.known.look_cost {
                *wait = WaitPolicy { look_cost: cost, ..wait.clone() };
            }
        })
    }

    /// Runs an execution to its end, and gives its output.
    async fn execute<Facts>(&self, mode: Mode, plan: Plan<Facts>, input: Value) -> Value {
        let (machine, worker) = plan.build().unwrap();
        let definition = StateMachine::of(mode, &machine).unwrap().to_json();
        let request = serde_json::to_value(self.stage.request("orders-staging").build().unwrap()).unwrap();
        let program = Program::new(mode, (machine, worker), Arc::new(self.timeline.clone()), request);
        let arn = format!("arn:aws:states:eu-west-1:111111111111:execution:{mode}:nightly");
        let mut execution = Execution::start(&definition, &arn, input, self.timeline.now());
        let mut account = Account { cloud: self, mode, program, told: Vec::new() };
        while execution.status == Status::Running {
            self.timeline.sleep(TRANSITION).await;
            execution.step(&mut account).await;
        }
        self.counts(mode).transitions += execution.transitions;
        match execution.status {
            Status::Succeeded(output) => output,
            status => panic!("{mode}: {status:?}"),
        }
    }

    fn counts(&self, mode: Mode) -> RefMut<'_, Counts> {
        if mode == Mode::Settle { self.settlement.borrow_mut() } else { self.halves.borrow_mut() }
    }

    /// How often RDS has been called so far, in one account or in both.
    fn calls(&self, account: Option<&AccountId>) -> u32 {
        let world = self.stage.fake.world();
        let calls = world.journal().iter().filter(|call| is_rds(&call.action) && account.is_none_or(|it| call.account == *it));
        calls.fold(0, |count, _| count + 1)
    }

    async fn invoke(&self, mode: Mode) {
        self.counts(mode).invocations += 1;
        self.timeline.sleep(INVOCATION).await;
    }

    /// When RDS will be done with what it is at.
    fn ends(&self) -> Vec<Timestamp> {
        let world = self.stage.fake.world();
        let ends = world.places().flat_map(|(_, here)| {
            let snapshots = here.snapshots.values().filter_map(|it| it.work);
            let cluster_snapshots = here.cluster_snapshots.values().filter_map(|it| it.work);
            let instances = here.instances.values().filter_map(|it| it.work);
            let clusters = here.clusters.values().filter_map(|it| it.work);
            snapshots.chain(cluster_snapshots).chain(instances).chain(clusters)
        });
        ends.map(|work| work.ends).collect()
    }
}

/// What an execution calls.
struct Account<'c, 's> {
    cloud: &'c Cloud<'s>,
    mode: Mode,
    program: Program,
    /// What RDS will tell of, as of the last look.
    told: Vec<Timestamp>,
}

impl Account<'_, '_> {
    /// When the next event of RDS arrives, if one does before `until`.
    fn event_before(&self, until: Timestamp) -> Option<Timestamp> {
        let after = self.cloud.known.events_after?;
        self.told.iter().map(|end| *end + after).filter(|arrives| (self.now()..until).contains(arrives)).min()
    }
}

impl Services for Account<'_, '_> {
    fn now(&self) -> Timestamp {
        self.cloud.timeline.now()
    }

    async fn sleep(&mut self, wait: Duration) {
        let until = self.now() + wait;
        match self.event_before(until) {
            Some(arrives) => {
                // The function that ends the wait.
                self.cloud.counts(self.mode).invocations += 1;
                self.cloud.timeline.sleep_until(arrives).await;
            }
            None => self.cloud.timeline.sleep_until(until).await,
        }
    }

    async fn call(&mut self, resource: &str, arguments: Value, _: u64) -> Result<Value, TaskError> {
        match resource {
            "lambda:invoke" => {
                self.cloud.invoke(self.mode).await;
                let input = serde_json::from_value(arguments["Payload"].clone()).unwrap();
                let output = self.program.tick(input).await.unwrap_or_else(|refusal| panic!("{refusal:?}"));
                self.told = self.cloud.ends();
                Ok(json!({ "Payload": output }))
            }
            "events:putEvents" => {
                // The starter, and the execution that is the acknowledgement.
                let mut counts = self.cloud.counts(Mode::Settle);
                (counts.invocations, counts.transitions) = (counts.invocations + 1, counts.transitions + 1);
                let letter = serde_json::from_value(arguments["Entries"][0]["Detail"].clone()).unwrap();
                *self.cloud.letters.0.lock().unwrap() = Some(letter);
                Ok(json!({}))
            }
            "sns:publish" => Ok(json!({})),
            other => panic!("{other} is not modelled"),
        }
    }
}
