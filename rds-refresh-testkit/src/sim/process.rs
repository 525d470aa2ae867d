//! What a process is, from its birth on.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::driver::Stored;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::steps::{Acknowledgement, Acknowledgements, Handover};
use rds_refresh_core::{Driver, Facts, Machine, RunId, StepError, Timestamp, Worker, steps};

use super::chance::Chance;
use super::clock::SimClock;
use super::courier::Courier;
use super::executor;
use super::life::Life;
use super::operator::{Ledger, Operator};
use super::parts::{Parts, Site};
use super::record::Part;
use super::setting::{Setting, Version};
use super::store::{Disk, SimStore};
use crate::TwoAccounts;

/// The processes that work at one run, one after the other: each is begun when the one before has died.
#[derive(Clone)]
pub(super) struct Process {
    pub(super) seed: u64,
    pub(super) setting: Arc<Setting>,
    pub(super) parts: Arc<dyn Parts>,
    pub(super) canary: String,
    pub(super) stage: TwoAccounts,
    /// When the simulation began.
    pub(super) began: Timestamp,
    pub(super) run: RunId,
    pub(super) part: Part,
    pub(super) identifier: &'static str,
    pub(super) disk: Disk,
    /// The other half's.
    pub(super) far: Disk,
    pub(super) ledger: Ledger,
    /// The other half's.
    pub(super) far_ledger: Ledger,
    /// The first driver of the run has the number 0.
    pub(super) number: usize,
    pub(super) late: Duration,
    pub(super) dies_at: Option<u64>,
    pub(super) probe: Option<Probe>,
}

/// What a process works at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Refresh,
    Source,
    Settlement,
    Destination,
}

/// Who is told of each point of a life before it is passed.
pub(super) type Probe = Arc<dyn Fn(u64) + Send + Sync>;

/// How often a process dies before it is left alone is drawn; after how many points, up to this many.
const POINTS_OF_A_LIFE: u64 = 500;

impl Process {
    /// Begins one, after so many deaths.
    pub(super) fn begin(&self, deaths: u32) -> (Life, executor::Work) {
        let Self { seed, setting, stage, run, part, number, .. } = self;
        let name = match part {
            Part::Destination => format!("{run} destination {number} {deaths}"),
            _ => format!("{run} {number} {deaths}"),
        };
        let mut chance = Chance::of(*seed, &name);
        let drawn = chance.below(POINTS_OF_A_LIFE);
        let dies_in = (deaths < setting.crashes).then(|| self.dies_at.unwrap_or(drawn));
        let begins = if deaths == 0 { self.late } else { chance.seconds(0, 30 * 60) };
        let pid = chance.bits();
        let world = stage.fake.clock().clone();
        let begins = world.now() + begins;
        let mut life = Life::new(world.clone(), chance, dies_in, setting.restless);
        if let Some(probe) = self.probe.clone().filter(|_| deaths == 0) {
            life = life.probed(move |point| probe(point));
        }
        let is_first = *number == 0;
        let skew = |by: Duration| if is_first { by } else { Duration::ZERO };
        let set = setting.clock_set.iter().filter(|_| is_first).map(|(after, set)| (self.began + *after, *set)).collect();
        let clock = SimClock { world, life: life.clone(), fast: skew(setting.fast), slow: skew(setting.slow), set };
        let store = SimStore { disk: self.disk.clone(), life: life.clone(), process: pid };
        let (this, sleeper) = (self.clone(), life.clone());
        let work = async move {
            sleeper.sleep_until(begins).await;
            let handover = if this.part == Part::Destination { this.handover(&sleeper, deaths == 0).await } else { None };
            if this.part == Part::Destination && handover.is_none() {
                this.ledger.write(|page| page.over = true);
                return;
            }
            // The plans are the same always, and so is whether they can be built.
            let Some(operator) = this.operator(&store, &clock, handover.as_ref()) else { return };
            operator.work().await;
        };
        (life, Box::pin(work))
    }

    fn operator(&self, store: &SimStore, clock: &SimClock, handover: Option<&Handover>) -> Option<Operator> {
        let setting = &self.setting;
        let work = match self.part {
            Part::Whole => Work::Refresh,
            Part::Source => Work::Source,
            Part::Destination => Work::Destination,
        };
        let drives = |(machine, worker)| {
            let stored = self.parts.store(Arc::new(store.clone()));
            Driver::new(machine, worker, stored, Arc::new(clock.clone())).with_signal_interval(Duration::from_mins(5))
        };
        let settles = self.part == Part::Source;
        let settles = settles.then(|| self.plan(Work::Settlement, &store.life).map(drives));
        let courier = setting.queued.then(|| {
            self.plan(work, &store.life).map(|(machine, worker)| Courier {
                machine,
                worker,
                store: store.clone(),
                clock: clock.clone(),
                chance: Mutex::new(Chance::of(self.seed, "courier")),
            })
        });
        let overreach =
            if setting.amended && self.part != Part::Destination { self.facts(Version::Overreaching, None) } else { None };
        Some(Operator {
            driver: drives(self.plan(work, &store.life)?),
            courier: courier.flatten(),
            settles: settles.flatten(),
            store: store.clone(),
            clock: clock.clone(),
            stage: self.stage.clone(),
            run: self.run.clone(),
            facts: self.facts(Version::First, handover)?,
            on_failure: setting.on_failure,
            takes_up: setting.taken_up,
            amended: if setting.amended || setting.mistake.is_some() { self.facts(Version::Corrected, handover) } else { None },
            overreach,
            ledger: self.ledger.clone(),
        })
    }

    fn plan(&self, work: Work, life: &Life) -> Option<(Machine, Worker)> {
        let gate: Arc<Life> = Arc::new(life.clone());
        let TwoAccounts { fake, source, destination, .. } = &self.stage;
        let source: Arc<dyn Source> = Arc::new(fake.source(source.clone()).through(gate.clone()));
        let destination: Arc<dyn Destination> = Arc::new(fake.destination(destination.clone()).through(gate));
        let built = match work {
            Work::Refresh => self.parts.plan(&Site {
                source,
                destination,
                stage: self.stage.clone(),
                secret: self.canary.clone(),
                masked: self.setting.masked,
            }),
            Work::Source => steps::source(&source).build(),
            Work::Settlement => {
                let acknowledgements: Arc<dyn Acknowledgements> = Arc::new(LetterBox(self.far.clone()));
                steps::settlement(&source, &acknowledgements).build()
            }
            Work::Destination => steps::destination(&destination).build(),
        };
        let built = built.ok()?;
        // A settlement is the longer part of what its run does.
        self.ledger.write(|page| page.longest = page.longest.max(built.0.longest_run()));
        Some(built)
    }

    fn facts(&self, version: Version, handover: Option<&Handover>) -> Option<Facts> {
        let request = self.setting.request(&self.stage, self.identifier, version).ok()?;
        if self.part == Part::Whole {
            return request.into_facts().ok();
        }
        let mut facts = Facts::new();
        if self.part == Part::Source {
            facts.insert(request.source()).ok()?;
        } else {
            facts.insert(request.destination()).ok()?;
        }
        if let Some(handover) = handover {
            facts.insert(handover).ok()?;
        }
        Some(facts)
    }

    /// What the source's half hands over, some time after it has succeeded; `None` if it never does.
    async fn handover(&self, life: &Life, is_first: bool) -> Option<Handover> {
        loop {
            let now = self.stage.fake.clock().now();
            let half = self.far.stored(&self.run).filter(|_| self.far_ledger.page().settling);
            if let Some(handover) = half.and_then(|Stored { state, .. }| state.facts().read().ok()) {
                if is_first {
                    life.sleep_until(now + self.setting.halves.unwrap_or_default()).await;
                }
                return Some(handover);
            }
            if self.far_ledger.page().over {
                return None;
            }
            life.sleep_until(now + Duration::from_mins(10)).await;
        }
    }
}

/// Where acknowledgements arrive: whatever the other account has stored.
struct LetterBox(Disk);

#[async_trait]
impl Acknowledgements for LetterBox {
    async fn acknowledgement(&self, run: &RunId) -> Result<Option<Acknowledgement>, StepError> {
        Ok(self.0.stored(run).and_then(|Stored { state, .. }| state.facts().read().ok()))
    }
}
