use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::driver::Signal;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::resource::OWNER_TAG;
use rds_refresh_core::{Driver, RunId, Store, Verdict};

use super::chance::Chance;
use super::clock::SimClock;
use super::executor::Executor;
use super::life::Life;
use super::operator::{Ledger, Operator, Page};
use super::parts::{Parts, Scene, Usual};
use super::record::{CopySeen, Figures, Record, RunRecord};
use super::setting::Setting;
use super::store::{Disk, SimStore};
use crate::fault::FaultScript;
use crate::{Caller, Fake, TwoAccounts};

/// A simulation that is about to run.
#[derive(Clone, Debug)]
pub struct Simulation {
    seed: u64,
    setting: Setting,
    /// At which point the first process dies, if that is not drawn.
    dies_at: Option<u64>,
    parts: Arc<dyn Parts>,
}

/// How often a process dies before it is left alone is drawn; after how many points, up to this many.
const POINTS_OF_A_LIFE: u64 = 500;

impl Simulation {
    /// The simulation of a seed.
    #[must_use]
    pub fn drawn(seed: u64) -> Self {
        Self { seed, setting: Setting::drawn(seed), dies_at: None, parts: Arc::new(Usual) }
    }

    /// The same with another fault script, and nobody who interferes.
    #[must_use]
    pub fn with_faults(mut self, script: FaultScript) -> Self {
        self.setting.script = script;
        self.setting.restless = false;
        self.setting.nudged = false;
        (self.setting.second_driver, self.setting.second_run, self.setting.cancelled_after) = (None, None, None);
        self
    }

    /// The same with other parts.
    #[must_use]
    pub fn with_parts(mut self, parts: Arc<dyn Parts>) -> Self {
        self.parts = parts;
        self
    }

    /// The same, with one process that dies at the given point of its life, from 0, and another one that takes its run up.
    #[must_use]
    pub fn dying_at(mut self, point: u64) -> Self {
        self.setting.crashes = 1;
        self.dies_at = Some(point);
        self
    }

    /// The same, and no process dies.
    #[must_use]
    pub fn without_crashes(mut self) -> Self {
        self.setting.crashes = 0;
        self
    }

    /// The fault script that was drawn.
    #[must_use]
    pub fn fault_script(&self) -> &FaultScript {
        &self.setting.script
    }

    /// Runs until everything has ended.
    #[must_use]
    pub fn run(&self) -> Record {
        let mut record = self.run_once();
        if self.setting.is_clean() && self.setting.crashes > 0 {
            let calm = Setting { crashes: 0, ..self.setting.clone() };
            record.calm = Some(Box::new(Self { setting: calm, dies_at: None, ..self.clone() }.run_once()));
        }
        record
    }

    /// Runs twice: the record holds the second trace as well.
    #[must_use]
    pub fn run_twice(&self) -> Record {
        let again = self.run().trace();
        Record { again: Some(again), ..self.run() }
    }

    fn run_once(&self) -> Record {
        let setting = &self.setting;
        let stage = setting.stage(self.seed);
        let clock = stage.fake.clock().clone();
        let began = clock.now();
        let before = stage.fake.world().clone();
        stage.fake.world().arm(setting.script.clone());
        let disk = Disk::new(clock.clone());
        let mut executor = Executor::new(stage.fake.clone(), Chance::of(self.seed, "executor"));
        let mut runs = Vec::new();
        let mut begin = |name: &str, identifier: &str, delay: Duration, drivers: &[Duration]| {
            // The names are legal, and the request is the stage's.
            let Ok(id) = name.parse::<RunId>() else { return };
            let Ok(request) = setting.request(&stage, identifier) else { return };
            let ledger = Ledger::default();
            for (number, late) in drivers.iter().enumerate() {
                let process = self.process(&stage, &disk, &id, &request, &ledger, (number, delay + *late));
                executor.spawn(process);
            }
            runs.push((id, request, ledger));
        };
        let drivers: Vec<Duration> = [Some(Duration::ZERO), setting.second_driver].into_iter().flatten().collect();
        begin("nightly", "orders-staging", Duration::ZERO, &drivers);
        if let Some(delay) = setting.second_run {
            begin("other", "orders-testing", delay, &[Duration::ZERO]);
        }
        self.people(&mut executor, &disk, &stage.fake);
        let mut seen = Seen::default();
        let tally = executor.run(|fake| seen.look(fake));

        // What was asked for last is done, and a late effect has come.
        stage.fake.world().disarm();
        clock.advance(Duration::from_hours(3));
        let mut world = stage.fake.world();
        world.settle();
        let after = world.clone();
        drop(world);
        let runs: Vec<RunRecord> = runs
            .into_iter()
            .map(|(id, request, ledger)| {
                let Page { outcome, parked, longest, taken_up, surprise } = ledger.page();
                RunRecord { id, request, outcome, parked, longest, taken_up, surprise }
            })
            .collect();
        let ended_as = |wanted: fn(&Verdict) -> bool| {
            let outcomes = runs.iter().filter_map(|run| run.outcome.as_ref());
            outcomes.filter(|outcome| wanted(&outcome.verdict)).count() as u64
        };
        let states = disk.saved();
        let figures = Figures {
            seeds: 1,
            faults: after.struck().clone(),
            crashes: tally.crashes,
            points: tally.points,
            calls: after.journal().len() as u64,
            saves: states.len() as u64,
            succeeded: ended_as(|verdict| matches!(verdict, Verdict::Succeeded)),
            failed: ended_as(|verdict| matches!(verdict, Verdict::Failed { .. })),
            parked: runs.iter().map(|run| u64::from(run.parked)).sum(),
            taken_up: runs.iter().filter(|run| run.taken_up).count() as u64,
            simulated: after.clock().now().since(began),
        };
        Record {
            seed: self.seed,
            before,
            after,
            runs,
            states,
            shares: seen.shares,
            copies: seen.copies.into_values().collect(),
            canary: self.canary(),
            ended: tally.ended,
            calm: None,
            again: None,
            figures,
        }
    }

    fn canary(&self) -> String {
        format!("canary-{:016x}", self.seed ^ 0x5eed)
    }

    /// What begins a process of a run, and begins it again when it has died.
    fn process(
        &self,
        stage: &TwoAccounts,
        disk: &Disk,
        run: &RunId,
        request: &rds_refresh_core::request::Request,
        ledger: &Ledger,
        (number, late): (usize, Duration),
    ) -> impl FnMut(u32) -> (Life, std::pin::Pin<Box<dyn Future<Output = ()> + Send>>) + Send + 'static {
        let (setting, seed, canary) = (self.setting.clone(), self.seed, self.canary());
        let (stage, disk, run, ledger) = (stage.clone(), disk.clone(), run.clone(), ledger.clone());
        let (facts, dies_at, parts) = (request.clone().into_facts(), self.dies_at, self.parts.clone());
        move |deaths| {
            let name = format!("{run} {number} {deaths}");
            let mut chance = Chance::of(seed, &name);
            let drawn = chance.below(POINTS_OF_A_LIFE);
            let dies_in = (deaths < setting.crashes).then(|| dies_at.unwrap_or(drawn));
            let begins = if deaths == 0 { late } else { chance.seconds(0, 30 * 60) };
            let pid = chance.bits();
            let life = Life::new(stage.fake.clock().clone(), chance, dies_in, setting.restless);
            let clock = SimClock {
                world: stage.fake.clock().clone(),
                life: life.clone(),
                fast: if number == 0 { setting.fast } else { Duration::ZERO },
                slow: if number == 0 { setting.slow } else { Duration::ZERO },
            };
            let gate: Arc<Life> = Arc::new(life.clone());
            let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()).through(gate.clone()));
            let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()).through(gate));
            let store = SimStore { disk: disk.clone(), life: life.clone(), process: pid };
            let scene = Scene { source, destination, stage: stage.clone(), secret: canary.clone(), masked: setting.masked };
            let (built, stored) = (parts.plan(&scene), parts.store(Arc::new(store.clone())));
            let facts = facts.clone();
            let begins = stage.fake.clock().now() + begins;
            let (stage, run, ledger) = (stage.clone(), run.clone(), ledger.clone());
            let (on_failure, takes_up, amends) = (setting.on_failure, setting.taken_up, setting.amended);
            let sleeper = life.clone();
            let work = async move {
                sleeper.sleep_until(begins).await;
                // The plan is the same always, and so is whether it can be built.
                let (Ok((machine, worker)), Ok(facts)) = (built, facts) else { return };
                let longest = machine.longest_run();
                ledger.write(|page| page.longest = longest);
                let driver =
                    Driver::new(machine, worker, stored, Arc::new(clock.clone())).with_signal_interval(Duration::from_mins(5));
                let operator = Operator { driver, store, clock, stage, run, facts, on_failure, takes_up, amends, ledger };
                operator.work().await;
            };
            (life, Box::pin(work))
        }
    }

    /// Somebody cancels, somebody nudges.
    fn people(&self, executor: &mut Executor, disk: &Disk, fake: &Fake) {
        let Ok(run) = "nightly".parse::<RunId>() else { return };
        let mut chance = Chance::of(self.seed, "people");
        let began = fake.clock().now();
        let nudges = if self.setting.nudged { 30 } else { 0 };
        let mut signals: Vec<_> = (0..nudges).map(|_| (began + chance.seconds(0, 4 * 60 * 60), Signal::Nudge)).collect();
        signals.extend(self.setting.cancelled_after.map(|after| (began + after, Signal::Cancel)));
        signals.sort_unstable();
        let (clock, disk) = (fake.clock().clone(), disk.clone());
        executor.spawn(move |_| {
            let life = Life::new(clock.clone(), Chance::of(0, ""), None, false);
            let (sleeper, store, run, signals) = (life.clone(), disk.states.clone(), run.clone(), signals.clone());
            let work = async move {
                for (when, signal) in signals {
                    sleeper.sleep_until(when).await;
                    // In memory nothing fails.
                    let _ = store.signal(&run, signal).await;
                }
            };
            (life, Box::pin(work))
        });
    }
}

/// What a look at the world after every step of a process has shown.
#[derive(Debug, Default)]
struct Seen {
    shares: BTreeSet<(String, String)>,
    copies: BTreeMap<String, CopySeen>,
    calls: usize,
}

impl Seen {
    fn look(&mut self, fake: &Fake) {
        let mut world = fake.world();
        // Between two calls nothing changes but by itself, and that is looked at by the next call.
        if world.journal().len() == self.calls {
            return;
        }
        world.settle();
        let before = std::mem::replace(&mut self.calls, world.journal().len());
        let now = world.now();
        let all = world.places().flat_map(|(place, holdings)| holdings.snapshots.values().map(move |it| (place, it)));
        for (place, snapshot) in all {
            for account in snapshot.restore.keys() {
                self.shares.insert((snapshot.arn.clone(), account.clone()));
            }
            if let Some(source) = snapshot.copy_of.as_ref().filter(|_| snapshot.work.is_some()) {
                let copy = snapshot.arn.clone();
                let copier = Caller::new(place.account.clone(), place.region.clone());
                let readable = world.copy_allowed(&copier, source, snapshot.kms_key.as_deref()).is_ok();
                let first =
                    CopySeen { copy: copy.clone(), source: source.clone(), from: now, until: now, marked: true, lost: None };
                let seen = self.copies.entry(copy).or_insert(first);
                if !readable && seen.lost.is_none() {
                    seen.lost = Some(before..self.calls);
                }
                seen.until = now;
                seen.marked = snapshot.tags.contains_key(OWNER_TAG);
            }
        }
    }
}
