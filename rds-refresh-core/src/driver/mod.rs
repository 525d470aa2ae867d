//! Drives runs to their end in one process: a loop of three arms, and the store that lets any other process take over.
//!
//! ```text
//!            ┌──────────────────────── State ◄───────────────────────────┐
//!            ▼                                                           │
//!  Machine::command ─► Run(call) ──► Worker::run, raced against not_after ─► Ready, Pending, Failed, … or Lost ─┐
//!                   ─► Sleep     ──► Clock::sleep_until, in slices        ─► Woke                              ─┤
//!                   ─► Finish    ──► return the outcome                                                         │
//!            ▲                                                                                                  │
//!            └── acknowledge signals ◄── Store::save ◄── Machine::apply ◄── signals, then the answer ◄──────────┘
//! ```
//!
//! # Who owns what
//! - The **machine** decides. It is asked for one command at a time and told what became of it.
//! - The **worker** owns the steps and is the only one to touch AWS. It runs at most one call of a run at a time.
//! - The **store** owns the state. The driver's copy is worth nothing until it is saved.
//! - The **clock** owns the time: the driver sleeps only through it, and gives calls up only when it says so.
//! - The **driver** owns the lease, for as long as it drives.
//!
//! # What a crash costs
//! Every change of the state is saved before the next command is begun. So whenever the process dies, a driver that resumes the run finds the
//! command that was being carried out:
//!
//! | killed … | the store has | so the next driver |
//! |---|---|---|
//! | before the first save | nothing | is started anew |
//! | after a save, before or in the call | the call | waits until the call and its late effects are over, and has the step look again |
//! | after the call's effect, before the save | the call | the same: the step finds what it made by its name |
//! | in a save | the old state or the new | one of the rows around this |
//! | after a save, before a signal is acknowledged | the state and the signal | reads the signal again; a cancel of a cancelled run changes nothing |
//! | in a wait | when to wake | waits for the rest |
//!
//! A call whose answer never came is [`Lost`](EventKind::Lost), not failed. It is given up at its `not_after`, and nothing else is called until
//! [`GRACE`] later, by whichever driver. The same holds when the future of a driver is dropped: that is a crash without a process.
//!
//! # What clocks do
//! A clock that was set back makes no wait longer than it was planned to be; one that was set forward, or a computer that slept, makes a wait
//! shorter, which costs a look.

mod arms;
mod error;
mod file;
mod memory;
mod race;
mod stop;
pub mod store;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use error::DriveError;
pub use file::FileStore;
pub use memory::MemoryStore;
pub use stop::Stop;
pub use store::{Holder, Lease, Signal, Signals, Store, StoreError, Stored};

use tracing::{Instrument, info_span};

use crate::machine::{Applied, Command, Doing, EventKind, GRACE, LoadError, Machine, Outcome, Report, State, Verdict};
use crate::worker::Worker;
use crate::{Clock, Facts, OnFailure, RunId};

/// Drives the runs of one plan: any number of them, each by its own future.
///
/// ```
/// # use rds_refresh_core::{Context, Fact, Plan, Progress, Step, StepError, Timestamp};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Serialize, Deserialize)] struct Name(String);
/// # impl Fact for Name { const NAME: &'static str = "name"; }
/// # #[derive(Serialize, Deserialize)] struct Greeting(String);
/// # impl Fact for Greeting { const NAME: &'static str = "greeting"; }
/// # struct Greet;
/// # impl Step for Greet {
/// #     const NAME: &'static str = "greet";
/// #     const VERSION: u32 = 1;
/// #     type Needs = Name;
/// #     type Gives = Greeting;
/// #     async fn reconcile(&self, name: &Name, _: &Context) -> Result<Progress<Greeting>, StepError> {
/// #         Ok(Progress::Ready(Greeting(format!("Hello, {}", name.0))))
/// #     }
/// # }
/// # struct Noon;
/// # #[async_trait::async_trait]
/// # impl rds_refresh_core::Clock for Noon {
/// #     fn now(&self) -> Timestamp { Timestamp::from_millis(0) }
/// #     async fn sleep_until(&self, _: Timestamp) {}
/// # }
/// use rds_refresh_core::{Driver, Facts, MemoryStore, OnFailure, RunId, Verdict};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let clock = Noon;
/// let (machine, worker) = Plan::new().given::<Name>().then(Greet).build()?;
/// let driver = Driver::new(machine, worker, Arc::new(MemoryStore::new()), Arc::new(clock));
///
/// let mut facts = Facts::new();
/// facts.insert(&Name("world".into()))?;
/// let outcome = driver.start("monday".parse()?, facts, OnFailure::default()).await?;
/// assert_eq!(outcome.verdict, Verdict::Succeeded);
/// # Ok(())
/// # }
/// ```
pub struct Driver {
    machine: Machine,
    worker: Worker,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    signal_interval: Duration,
    observer: Option<Observer>,
    stop: Stop,
}

type Observer = Box<dyn Fn(&Report) + Send + Sync>;

/// A run that this driver holds.
#[derive(Debug)]
struct Held {
    state: State,
    /// The version under which the state is stored; `None` before its first save.
    version: Option<u64>,
    lease: Box<dyn Lease>,
}

impl Driver {
    /// A driver of the runs of one plan, whose states are in `store`.
    #[must_use]
    pub fn new(machine: Machine, worker: Worker, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        let signal_interval = Duration::from_secs(5);
        Self { machine, worker, store, clock, signal_interval, observer: None, stop: Stop::default() }
    }

    /// How often a waiting driver reads its signals and renews its lease. Default 5 s, at least 1 ms. A simulated clock, for which every
    /// slice of a wait is a step, may want it longer.
    #[must_use]
    pub fn with_signal_interval(mut self, interval: Duration) -> Self {
        self.signal_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// Has `observe` called after each save, for showing progress. It must not block.
    #[must_use]
    pub fn with_observer(mut self, observe: impl Fn(&Report) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observe));
        self
    }

    /// What interrupts this driver.
    #[must_use]
    pub fn stopper(&self) -> Stop {
        self.stop.clone()
    }

    /// Begins a run and drives it until it ends or is parked.
    ///
    /// # Errors
    /// [`DriveError::Exists`] if the run is stored already, identical or not: only [`resume`](Driver::resume) goes on with one.
    pub async fn start(&self, run: RunId, facts: Facts, on_failure: OnFailure) -> Result<Outcome, DriveError> {
        let span = info_span!("refresh", %run);
        async {
            self.machine.check_given(&facts)?;
            let lease = self.lease(&run).await?;
            if let Some(stored) = self.store.load(&run).await? {
                let identical = self.machine.load(stored.state).is_ok_and(|state| state.was_given(&facts, on_failure));
                return Err(DriveError::Exists { run, identical });
            }
            let state = self.machine.start(run, facts, on_failure, self.clock.now())?;
            let mut held = Held { state, version: None, lease };
            self.save(&mut held).await?;
            self.finish(held).await
        }
        .instrument(span)
        .await
    }

    /// Takes a run up and drives it until it ends or is parked again.
    ///
    /// A parked run goes on where it stopped, unless a cancel waits for it; a failed one at the earliest step whose fact no longer stands, and
    /// a cancel from before is forgotten; any other as with [`drive`](Driver::drive).
    pub async fn resume(&self, run: &RunId) -> Result<Outcome, DriveError> {
        async {
            let mut held = self.take(run).await?;
            match self.machine.command(&held.state) {
                Command::Run(_) => self.lose(&mut held).await?,
                Command::Sleep(_) => {}
                Command::Finish(outcome) => self.take_up(&mut held, &outcome.verdict).await?,
            }
            self.finish(held).await
        }
        .instrument(info_span!("refresh", %run))
        .await
    }

    /// Goes on with a run that another driver left, until it ends or is parked. What has stopped is left so, except that a cancel or the park
    /// limit starts the compensation of a parked run.
    pub async fn drive(&self, run: &RunId) -> Result<Outcome, DriveError> {
        async {
            let mut held = self.take(run).await?;
            match self.machine.command(&held.state) {
                Command::Run(_) => self.lose(&mut held).await?,
                // Past its limit a parked run is moved by any event; before it, by a cancel alone.
                Command::Finish(Outcome { verdict: Verdict::Parked { .. }, .. }) => {
                    self.advance(&mut held, Some(EventKind::Nudged)).await?;
                }
                Command::Sleep(_) | Command::Finish(_) => {}
            }
            self.finish(held).await
        }
        .instrument(info_span!("refresh", %run))
        .await
    }

    /// Replaces the facts that a parked or failed run was given, if nothing that it has done would differ. Makes no call;
    /// [`resume`](Driver::resume) then goes on.
    pub async fn amend(&self, run: &RunId, facts: &Facts) -> Result<(), DriveError> {
        let mut held = self.take(run).await?;
        self.worker.amend(&self.machine, &mut held.state, facts)?;
        self.save(&mut held).await
    }

    /// The run as it was saved last. Needs no lease, and works beside the driver of the run.
    pub async fn status(&self, run: &RunId) -> Result<Report, DriveError> {
        Ok(self.stored(run).await?.state.report())
    }

    /// Who drives the run at present, if anybody does and the store can tell.
    pub async fn holder(&self, run: &RunId) -> Result<Option<Holder>, DriveError> {
        Ok(self.store.holder(run).await?)
    }

    /// Has the run undone: by its driver within [`with_signal_interval`](Driver::with_signal_interval) or after the call in flight, or by the
    /// next one. A parked run has no driver, so [`drive`](Driver::drive) it then.
    pub async fn cancel(&self, run: &RunId) -> Result<(), DriveError> {
        self.signal(run, Signal::Cancel).await
    }

    /// Has the run look now, as after an RDS event. It never looks sooner than the step's shortest interval.
    pub async fn nudge(&self, run: &RunId) -> Result<(), DriveError> {
        self.signal(run, Signal::Nudge).await
    }

    async fn signal(&self, run: &RunId, signal: Signal) -> Result<(), DriveError> {
        match self.status(run).await?.doing {
            // A cancel that waited here would meet the run when somebody resumes it.
            Doing::Succeeded | Doing::Failed => Err(DriveError::Ended(run.clone())),
            _ => Ok(self.store.signal(run, signal).await?),
        }
    }

    async fn take(&self, run: &RunId) -> Result<Held, DriveError> {
        // No lock is left behind for a run that does not exist.
        self.stored(run).await?;
        let lease = self.lease(run).await?;
        let Stored { version, state } = self.stored(run).await?;
        let not_loaded = |source: LoadError| DriveError::Load { run: run.clone(), source };
        let state = self.machine.load(state).map_err(not_loaded)?;
        Ok(Held { state, version: Some(version), lease })
    }

    async fn take_up(&self, held: &mut Held, verdict: &Verdict) -> Result<(), DriveError> {
        let run = held.state.run().clone();
        let signals = self.store.signals(&run).await?;
        if matches!(verdict, Verdict::Parked { .. }) {
            if signals.cancel && self.advance(held, None).await? {
                return Ok(());
            }
        } else if signals.cancel {
            // Before the run goes on: afterwards it would be a new one.
            self.store.acknowledge(&run, Signal::Cancel).await?;
        }
        match self.machine.resume(&mut held.state, self.clock.now()) {
            Applied::Advanced => self.save(held).await,
            Applied::Ignored(_) => Ok(()),
        }
    }

    async fn stored(&self, run: &RunId) -> Result<Stored, DriveError> {
        self.store.load(run).await?.ok_or_else(|| DriveError::NotFound(run.clone()))
    }

    async fn lease(&self, run: &RunId) -> Result<Box<dyn Lease>, DriveError> {
        // It is renewed before a call and between the slices of a wait.
        let call = self.machine.longest_call() + GRACE;
        Ok(self.store.lease(run, call.max(self.signal_interval) + Duration::from_mins(1)).await?)
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver")
            .field("worker", &self.worker)
            .field("signal_interval", &self.signal_interval)
            .field("stop", &self.stop.is_stopped())
            .finish_non_exhaustive()
    }
}
