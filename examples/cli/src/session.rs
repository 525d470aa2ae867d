//! One process that drives one run: store, site, driver, progress, history, interrupts.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rds_refresh_core::driver::Stored;
use rds_refresh_core::machine::Report;
use rds_refresh_core::preflight;
use rds_refresh_core::preview::Preview;
use rds_refresh_core::{Clock, DriveError, Driver, Facts, FileStore, OnFailure, RunId, Store, Timestamp};

use crate::args::{Global, Output};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings;
use crate::history::{Event, Happening, HistoryLog, Narrator};
use crate::interrupt;
use crate::outcome::Ending;
use crate::plans::{Planned, Preflight};
use crate::print;
use crate::progress::{self, Progress};
use crate::site::Site;

/// Where runs are kept.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub(crate) dir: PathBuf,
    pub(crate) store: Arc<FileStore>,
    /// What the proposed commands must say to find it again.
    pub(crate) flags: String,
}

impl Home {
    pub(crate) fn open(dir: &Path, global: &Global) -> Result<Self, Failure> {
        let store = FileStore::open(dir).map_err(|error| {
            Failure::outside(error.to_string())
                .next("give --state-dir, or set RDS_REFRESH_STATE_DIR, to a directory that can be written")
        })?;
        let from_environment = std::env::var_os("RDS_REFRESH_STATE_DIR")
            .is_some_and(|value| Some(value.as_os_str()) == global.state_dir.as_deref().map(Path::as_os_str));
        let flags = match &global.state_dir {
            Some(dir) if !from_environment => format!(" --state-dir {}", dir.display()),
            _ => String::new(),
        };
        Ok(Self { dir: dir.to_owned(), store: Arc::new(store), flags })
    }

    pub(crate) async fn stored(&self, run: &RunId) -> Result<Stored, Failure> {
        match self.store.load(run).await? {
            Some(stored) => Ok(stored),
            None => Err(Failure::input(format!("no run {run} is stored in {}", self.dir.display()))
                .next(format!("rds-refresh list{}", self.flags))),
        }
    }
}

/// What is to be done with the run.
#[derive(Debug)]
pub(crate) enum Task {
    Start(Facts, OnFailure),
    Resume,
    /// Go on with it as it is; a cancel that waits for it counts.
    Drive,
}

/// One run, about to be driven.
pub(crate) struct Session<'a> {
    pub(crate) global: &'a Global,
    pub(crate) home: &'a Home,
    pub(crate) run: &'a RunId,
    pub(crate) plan: Planned,
    pub(crate) preflight: Preflight,
    pub(crate) site: Site,
    pub(crate) acknowledgement: Option<PathBuf>,
}

/// What the driver's observer, the signals and the ticker share.
pub(crate) struct Shown {
    narrator: Narrator,
    log: HistoryLog,
    progress: Box<dyn Progress>,
    last: Option<Report>,
}

impl Shown {
    fn observe(&mut self, report: &Report) {
        let events = self.narrator.tell(report);
        self.log.append(&events);
        self.progress.show(report, &events);
        self.last = Some(report.clone());
    }

    /// The driver has let go of the run.
    fn close(&mut self, interrupted: bool, now: Timestamp) {
        if let Some(last) = self.last.clone().filter(|_| interrupted) {
            let event = Event { at: now, run: last.run.clone(), what: Happening::RunInterrupted };
            self.log.append(std::slice::from_ref(&event));
            self.progress.show(&last, &[event]);
        }
        self.progress.close();
    }

    pub(crate) fn say(&mut self, text: &str) {
        self.progress.say(text);
    }
}

impl Session<'_> {
    /// Drives the run until it has stopped, shows how it ended, and gives the exit code.
    pub(crate) async fn drive(self, task: Task) -> Result<Exit, Failure> {
        let Self { global, home, run, plan, preflight, site, acknowledgement } = self;
        let (machine, worker) = plan.build(&site, acknowledgement, &preflight)?;
        let left = match &task {
            Task::Start(..) => None,
            Task::Resume | Task::Drive => Some(home.stored(run).await?),
        };
        let facts = match (&task, &left) {
            (Task::Start(facts, _), _) => facts.clone(),
            (_, Some(stored)) => stored.state.facts().clone(),
            _ => Facts::new(),
        };
        let preview = plan.preview(&facts, run, site.clock.now())?;
        let shown = shown(global, home, run, &preview, left.as_ref(), &site.clock);
        let observed = Arc::clone(&shown);
        let driver = Driver::new(machine, worker, home.store.clone(), Arc::clone(&site.clock))
            .with_signal_interval(signal_interval(&site))
            .with_observer(move |report| lock(&observed).observe(report));

        let signals = interrupt::listen(driver.stopper(), Arc::clone(&shown));
        let ticker = tokio::spawn(tick(Arc::clone(&shown)));
        let driven = match task {
            Task::Start(facts, on_failure) => driver.start(run.clone(), facts, on_failure).await,
            Task::Resume => driver.resume(run).await,
            Task::Drive => driver.drive(run).await,
        };
        ticker.abort();
        signals.abort();
        lock(&shown).close(matches!(driven, Err(DriveError::Interrupted(_))), site.clock.now());
        match driven {
            Ok(_) | Err(DriveError::Interrupted(_)) => {}
            Err(error) => return Err(error.into()),
        }
        conclude(global, home, run, (&preview, preflight.findings().as_ref()), site.simulated).await
    }
}

/// Says how the run ended, from what is stored. What ended it before it began is shown whole.
async fn conclude(
    global: &Global,
    home: &Home,
    run: &RunId,
    (preview, findings): (&Preview, Option<&preflight::Report>),
    simulated: bool,
) -> Result<Exit, Failure> {
    let stored = home.stored(run).await?;
    let report = stored.state.report();
    let ending = Ending { report: &report, facts: stored.state.facts(), preview, flags: &home.flags, simulated };
    let findings = findings.filter(|findings| findings.level() == preflight::Level::Wrong);
    match (global.output, ending.exit()) {
        (Output::Json, _) => {
            let mut value = ending.json();
            if let Some(findings) = findings {
                value["preflight"] = findings::json(findings)?;
            }
            print::line(&value.to_string());
        }
        (Output::Text, Exit::Success) => print::text(&ending.text()),
        (Output::Text, _) => {
            if let Some(findings) = findings {
                print::error_text(&findings::text(findings, preflight::Level::CannotSee));
            }
            print::error_text(&ending.text());
        }
    }
    Ok(ending.exit())
}

fn shown(
    global: &Global,
    home: &Home,
    run: &RunId,
    preview: &Preview,
    left: Option<&Stored>,
    clock: &Arc<dyn Clock>,
) -> Arc<Mutex<Shown>> {
    let left = left.map(|stored| stored.state.report());
    let mut progress = progress::choose(global, preview, left.as_ref(), Arc::clone(clock));
    let log = HistoryLog::open(&home.dir, run);
    let narrator = match &left {
        None => Narrator::new(),
        Some(left) => {
            progress.show(left, &[]);
            Narrator::resuming(left)
        }
    };
    Arc::new(Mutex::new(Shown { narrator, log, progress, last: left }))
}

/// How often signals are read. Every slice of a simulated wait is a step of its clock, so there it is longer.
fn signal_interval(site: &Site) -> Duration {
    if site.simulated { Duration::from_mins(10) } else { Duration::from_secs(2) }
}

#[expect(clippy::infinite_loop, reason = "it is aborted")]
async fn tick(shown: Arc<Mutex<Shown>>) {
    let mut frames = tokio::time::interval(Duration::from_millis(125));
    loop {
        frames.tick().await;
        lock(&shown).progress.tick();
    }
}

fn lock(shown: &Mutex<Shown>) -> std::sync::MutexGuard<'_, Shown> {
    // What panicked while it showed something has shown it or not: both will do.
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}
