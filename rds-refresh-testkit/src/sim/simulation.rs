use std::sync::Arc;

use rds_refresh_core::RunId;
use rds_refresh_core::driver::Signal;

use super::parts::{Parts, Usual};
use super::process::Probe;
use super::record::Record;
use super::scene::Scene;
use super::seen::Seen;
use super::setting::Setting;
use super::table::Refresh;
use super::trail::Trail;
use crate::fault::FaultScript;

/// A simulation that is about to run.
#[derive(Clone, Debug)]
pub struct Simulation {
    seed: u64,
    setting: Setting,
    /// At which point the first process dies, if that is not drawn.
    dies_at: Option<u64>,
    /// At which point of the first process's life somebody cancels, if that is not drawn.
    cancelled_at: Option<u64>,
    /// Which row of the [`CrashTable`](super::CrashTable) it is, where it is one.
    pub(super) fault: Option<usize>,
    parts: Arc<dyn Parts>,
}

impl Simulation {
    /// The simulation of a seed.
    #[must_use]
    pub fn drawn(seed: u64) -> Self {
        Self { seed, setting: Setting::drawn(seed), dies_at: None, cancelled_at: None, fault: None, parts: Arc::new(Usual) }
    }

    /// The same with another fault script, in one process, and nobody who interferes.
    #[must_use]
    pub fn with_faults(mut self, script: FaultScript) -> Self {
        self.setting = self.setting.with_faults(script);
        self
    }

    /// The same with other parts: both accounts in one process, without an orchestrator that says things twice.
    #[must_use]
    pub fn with_parts(mut self, parts: Arc<dyn Parts>) -> Self {
        (self.setting.halves, self.setting.queued) = (None, false);
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

    /// The same, and the run is cancelled when its first process is at the given point of its life, from 0.
    #[must_use]
    pub fn cancelled_at(mut self, point: u64) -> Self {
        self.cancelled_at = Some(point);
        self
    }

    /// The same, and no process dies.
    #[must_use]
    pub fn without_crashes(mut self) -> Self {
        self.setting.crashes = 0;
        self
    }

    /// The same, with so much data in the source cluster.
    pub(super) fn with_used_gib(mut self, gib: u32) -> Self {
        self.setting.used_gib = Some(gib);
        self
    }

    /// The same, of such a kind.
    pub(super) fn that(mut self, refresh: Refresh) -> Self {
        self.setting = self.setting.of(refresh);
        self
    }

    /// The fault script that was drawn.
    #[must_use]
    pub fn fault_script(&self) -> &FaultScript {
        &self.setting.script
    }

    /// What has this simulation run again, as options of the binary `sim`.
    #[must_use]
    pub fn options(&self) -> String {
        let Some(fault) = self.fault else { return format!("--seed {}", self.seed) };
        let at = |option, point: Option<u64>| point.map(|point| format!(" {option} {point}")).unwrap_or_default();
        format!("--fault {fault}{}{}", at("--dies-at", self.dies_at), at("--cancelled-at", self.cancelled_at))
    }

    /// Runs until everything has ended.
    #[must_use]
    pub fn run(&self) -> Record {
        let mut record = self.run_once();
        if self.setting.crashes > 0 && self.ends_as_if_calm() {
            record.calm = Some(Box::new(Self { dies_at: None, ..self.clone() }.without_crashes().run_once()));
        }
        record
    }

    /// Runs twice: the record holds the second trace as well.
    #[must_use]
    pub fn run_twice(&self) -> Record {
        let again = self.run().trace();
        Record { again: Some(again), ..self.run() }
    }

    /// Lets the first process of a simulation without crashes die at each point of its life at which it leaves something else behind
    /// than at the point before, and shows how each ends: as if it were [`dying_at`](Self::dying_at) that point, but for less work,
    /// because what comes before the death is the same each time.
    ///
    /// A point lies before and after every call to an account and every operation of the store. There must be no second process: see
    /// [`with_faults`](Self::with_faults).
    pub fn each_death(&self, mut show: impl FnMut(u64, Record)) {
        let calm = self.clone().without_crashes();
        let trail = Trail::default();
        let scene = Scene::set(self.seed, &calm.setting, &self.parts);
        let marks: Probe = {
            let (trail, fake, disk, ledger) = (trail.clone(), scene.stage.fake.clone(), scene.disk.clone(), scene.ledger());
            Arc::new(move |point| trail.mark(point, &fake, &disk, &ledger))
        };
        let end = calm.ends_as_if_calm().then(|| calm.run_once());
        let mut seen = Seen::default();
        scene.begin(0, None, Some(&marks)).run(|fake| {
            for remains in trail.take() {
                let point = remains.point;
                let dying = self.clone().dying_at(point);
                let scene = scene.after(dying.setting.clone(), remains);
                let mut seen = seen.clone();
                seen.look(&scene.stage.fake);
                let mut tally = scene.begin(1, None, None).run(|fake| seen.look(fake));
                tally.crashes += 1;
                tally.points += point + 1;
                let record = scene.end(dying.options(), seen, tally);
                show(point, Record { calm: end.clone().map(Box::new), ..record });
            }
            seen.look(fake);
        });
    }

    /// Each point of the first process's life, while it lives: how many there are.
    #[must_use]
    pub fn points(&self) -> u64 {
        self.clone().without_crashes().run_once().figures.points
    }

    /// Whether the end follows from the request alone: nothing but crashes happens.
    fn ends_as_if_calm(&self) -> bool {
        self.setting.is_clean() && self.cancelled_at.is_none()
    }

    fn run_once(&self) -> Record {
        let scene = Scene::set(self.seed, &self.setting, &self.parts);
        let cancel = self.cancelled_at.map(|at| {
            let disk = scene.disk.clone();
            let cancel = move |point| {
                if let (true, Ok(run)) = (point == at, "nightly".parse::<RunId>()) {
                    disk.signal(&run, Signal::Cancel);
                }
            };
            Arc::new(cancel) as Probe
        });
        let mut seen = Seen::default();
        let tally = scene.begin(0, self.dies_at, cancel.as_ref()).run(|fake| seen.look(fake));
        scene.end(self.options(), seen, tally)
    }
}
