use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::{Clock, Facts, Machine, OnFailure, Outcome, RunId, Store, Worker};

/// An adapter whose runs are futures of this process. To drop one is to kill it.
///
/// Each method gets a plan, a store and a clock that are stopped with the run; it makes of them what drives it, and forgets all of it at the
/// end. What outlives it is in the store.
#[async_trait]
pub trait Adapter: Send + Sync + 'static {
    /// Starts the run, and drives it until it has ended or is parked.
    ///
    /// # Errors
    /// If it exists.
    async fn start(&self, parts: Parts) -> Result<Outcome, String>;

    /// Goes on with a run that another process left, until it has ended or is parked.
    ///
    /// # Errors
    /// If the plan does not fit.
    async fn go_on(&self, parts: Parts) -> Result<Outcome, String>;

    /// Resumes a run that is parked, and drives it.
    async fn resume(&self, parts: Parts) -> Result<Outcome, String>;

    /// Cancels the run. Whoever drives it does so meanwhile.
    async fn cancel(&self, parts: Parts) -> Result<(), String>;

    /// Nudges the run. Whoever drives it does so meanwhile.
    async fn nudge(&self, parts: Parts) -> Result<(), String>;
}

/// What an adapter drives a run with.
#[non_exhaustive]
pub struct Parts {
    /// The run.
    pub run: RunId,
    /// What it is started with.
    pub facts: Facts,
    /// What it removes if it fails.
    pub on_failure: OnFailure,
    /// Where its state is kept.
    pub store: Arc<dyn Store>,
    /// The time of the world.
    pub clock: Arc<dyn Clock>,
    pub(super) plan: Option<(Machine, Worker)>,
}

impl Parts {
    /// For whoever cuts waits into slices: longer than any wait, because with a clock that waits for nobody a slice is a step of its own.
    pub const LONG: Duration = Duration::from_hours(24 * 7);

    /// The plan of the program.
    ///
    /// # Errors
    /// If it was taken before.
    pub fn take_plan(&mut self) -> Result<(Machine, Worker), String> {
        self.plan.take().ok_or_else(|| "the plan was taken before".to_owned())
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("run", &self.run).field("plan", &self.plan).finish_non_exhaustive()
    }
}
