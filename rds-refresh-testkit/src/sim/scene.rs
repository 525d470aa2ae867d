//! Two accounts, everything that outlives processes, and the processes.

use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::driver::Signal;
use rds_refresh_core::request::Request;
use rds_refresh_core::{RunId, Timestamp, Verdict};

use super::chance::Chance;
use super::executor::{Executor, Tally};
use super::life::Life;
use super::operator::Ledger;
use super::parts::Parts;
use super::process::{Probe, Process};
use super::record::{Figures, Part, Record, RunRecord};
use super::seen::Seen;
use super::setting::{Setting, Version};
use super::store::Disk;
use super::trail::Remains;
use crate::{Fake, TwoAccounts, World};

/// A simulation whose processes have not begun.
pub(super) struct Scene {
    pub(super) seed: u64,
    pub(super) setting: Arc<Setting>,
    parts: Arc<dyn Parts>,
    pub(super) stage: TwoAccounts,
    pub(super) began: Timestamp,
    before: World,
    /// The source account's, and that of whoever drives whole refreshes.
    pub(super) disk: Disk,
    /// The destination account's.
    far: Disk,
    runs: Vec<Run>,
}

/// One run, or one half of it.
struct Run {
    id: RunId,
    part: Part,
    identifier: &'static str,
    request: Request,
    ledger: Ledger,
    /// After how long a driver begins, for each that it has.
    drivers: Vec<Duration>,
}

impl Scene {
    pub(super) fn set(seed: u64, setting: &Setting, parts: &Arc<dyn Parts>) -> Self {
        let stage = setting.stage(seed);
        let clock = stage.fake.clock().clone();
        let before = stage.fake.world().clone();
        stage.fake.world().arm(setting.script.clone());
        let mut drivers = vec![Duration::ZERO];
        drivers.extend(setting.second_driver);
        let mut wanted = match setting.halves {
            None => vec![("nightly", Part::Whole, "orders-staging", drivers)],
            Some(_) => vec![
                ("nightly", Part::Source, "orders-staging", drivers.clone()),
                ("nightly", Part::Destination, "orders-staging", drivers),
            ],
        };
        wanted.extend(setting.second_run.map(|delay| ("other", Part::Whole, "orders-testing", vec![delay])));
        let runs = wanted.into_iter().filter_map(|(name, part, identifier, drivers)| {
            // The names are legal, and the request is the stage's.
            let (id, request) = (name.parse().ok()?, setting.request(&stage, identifier, Version::Corrected).ok()?);
            Some(Run { id, part, identifier, request, ledger: Ledger::default(), drivers })
        });
        Self {
            seed,
            setting: Arc::new(setting.clone()),
            parts: parts.clone(),
            began: clock.now(),
            before,
            disk: Disk::new(clock.clone(), setting.leases_outlive),
            far: Disk::new(clock, setting.leases_outlive),
            runs: runs.collect(),
            stage,
        }
    }

    /// The same scene, in which the only process there was has died.
    pub(super) fn after(&self, setting: Setting, remains: Remains) -> Self {
        let fake = Fake::new(remains.world);
        let runs = self.runs.iter().map(|run| Run {
            id: run.id.clone(),
            request: run.request.clone(),
            ledger: Ledger::of(remains.page.clone()),
            drivers: run.drivers.clone(),
            ..*run
        });
        Self {
            seed: self.seed,
            setting: Arc::new(setting),
            parts: self.parts.clone(),
            began: self.began,
            before: self.before.clone(),
            far: self.far.copy(fake.clock().clone()),
            disk: remains.disk,
            runs: runs.collect(),
            stage: TwoAccounts { fake, ..self.stage.clone() },
        }
    }

    /// Everybody begins; where somebody has died, only its successor does.
    pub(super) fn begin(&self, deaths: u32, dies_at: Option<u64>, probe: Option<&Probe>) -> Executor {
        let mut executor = Executor::new(self.stage.fake.clone(), Chance::of(self.seed, "executor"));
        for (index, run) in self.runs.iter().enumerate() {
            let far_ledger = self.runs[0].ledger.clone();
            for (number, late) in run.drivers.iter().enumerate() {
                let (disk, far) = if run.part == Part::Destination { (&self.far, &self.disk) } else { (&self.disk, &self.far) };
                let process = Process {
                    seed: self.seed,
                    setting: self.setting.clone(),
                    parts: self.parts.clone(),
                    canary: canary(self.seed),
                    stage: self.stage.clone(),
                    began: self.began,
                    run: run.id.clone(),
                    part: run.part,
                    identifier: run.identifier,
                    disk: disk.clone(),
                    far: far.clone(),
                    ledger: run.ledger.clone(),
                    far_ledger: far_ledger.clone(),
                    number,
                    late: *late,
                    dies_at,
                    probe: probe.filter(|_| (index, number) == (0, 0)).cloned(),
                };
                executor.spawn(deaths, move |deaths| process.begin(deaths));
            }
        }
        if deaths == 0 {
            self.people(&mut executor);
        }
        executor
    }

    /// What the first run's paper says at present.
    pub(super) fn ledger(&self) -> Ledger {
        self.runs[0].ledger.clone()
    }

    /// Somebody cancels, somebody nudges.
    fn people(&self, executor: &mut Executor) {
        let run = self.runs[0].id.clone();
        let mut chance = Chance::of(self.seed, "people");
        let nudges = if self.setting.nudged { 30 } else { 0 };
        let mut signals: Vec<_> = (0..nudges).map(|_| (self.began + chance.seconds(0, 4 * 60 * 60), Signal::Nudge)).collect();
        signals.extend(self.setting.cancelled_after.map(|after| (self.began + after, Signal::Cancel)));
        signals.sort_unstable();
        let clock = self.stage.fake.clock().clone();
        let mut disks = vec![self.disk.clone()];
        disks.extend(self.setting.halves.map(|_| self.far.clone()));
        executor.spawn(0, move |_| {
            let life = Life::new(clock.clone(), Chance::of(0, ""), None, false);
            let (sleeper, run, signals, disks) = (life.clone(), run.clone(), signals.clone(), disks.clone());
            let work = async move {
                for (when, signal) in signals {
                    sleeper.sleep_until(when).await;
                    for disk in &disks {
                        disk.signal(&run, signal);
                    }
                }
            };
            (life, Box::pin(work))
        });
    }

    /// What there is when everybody has ended.
    pub(super) fn end(self, options: String, seen: Seen, tally: Tally) -> Record {
        // What was asked for last is done, and a late effect has come.
        let clock = self.stage.fake.clock();
        self.stage.fake.world().disarm();
        clock.advance(Duration::from_hours(3));
        let mut world = self.stage.fake.world();
        world.settle();
        let after = world.clone();
        drop(world);
        let begun = |run: &Run| run.part != Part::Destination || self.far.stored(&run.id).is_some();
        let runs = self.runs.iter().filter(|run| begun(run)).map(|run| {
            let page = run.ledger.page();
            RunRecord {
                id: run.id.clone(),
                part: run.part,
                request: run.request.clone(),
                outcome: page.outcome,
                parked: page.parked,
                longest: page.longest,
                taken_up: page.taken_up,
                cancelled: page.cancelled,
                corrected: page.corrected,
                surprise: page.surprise,
            }
        });
        let runs: Vec<RunRecord> = runs.collect();
        let mut states = self.disk.saved();
        states.extend(self.far.saved());
        let figures = figures(&self, &runs, &after, states.len(), tally);
        Record {
            seed: self.seed,
            options,
            before: self.before,
            after,
            runs,
            states,
            shares: seen.shares,
            grantees: seen.grantees,
            copies: seen.copies.into_values().collect(),
            canary: canary(self.seed),
            ended: tally.ended,
            calm: None,
            again: None,
            figures,
        }
    }
}

fn figures(scene: &Scene, runs: &[RunRecord], after: &World, saves: usize, tally: Tally) -> Figures {
    let count = |holds: &dyn Fn(&RunRecord) -> bool| runs.iter().filter(|run| holds(run)).count() as u64;
    let ended_as = |wanted: fn(&Verdict) -> bool| {
        count(&|run: &RunRecord| run.outcome.as_ref().is_some_and(|outcome| wanted(&outcome.verdict)))
    };
    let setting = &scene.setting;
    Figures {
        seeds: 1,
        faults: after.struck().clone(),
        crashes: tally.crashes,
        points: tally.points,
        calls: after.journal().len() as u64,
        saves: saves as u64,
        succeeded: ended_as(|verdict| matches!(verdict, Verdict::Succeeded)),
        failed: ended_as(|verdict| matches!(verdict, Verdict::Failed { .. })),
        parked: runs.iter().map(|run| u64::from(run.parked)).sum(),
        taken_up: count(&|run| run.taken_up),
        corrected: count(&|run| run.corrected),
        halves: u64::from(setting.halves.is_some()),
        two_drivers: u64::from(setting.second_driver.is_some()),
        two_runs: u64::from(setting.second_run.is_some()),
        cancelled: u64::from(setting.cancelled_after.is_some()),
        queued: u64::from(setting.queued),
        clocks_set: setting.clock_set.len() as u64,
        simulated: after.clock().now().since(scene.began),
    }
}

fn canary(seed: u64) -> String {
    format!("canary-{:016x}", seed ^ 0x5eed)
}
