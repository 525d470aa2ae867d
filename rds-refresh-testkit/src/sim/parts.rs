use std::fmt;
use std::sync::Arc;

use rds_refresh_core::plan::PlanError;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::{Machine, Store, Worker};

use super::plan;
use crate::TwoAccounts;

/// What the processes of a simulation are made of, where that is not the usual: a plan with steps of your own, another store, or broken
/// ones that the [invariants](crate::invariant) have to catch. Asked anew whenever a process begins, so that what is kept in it dies with
/// the process.
pub trait Parts: fmt::Debug + Send + Sync {
    /// The plan of every run. Default: the usual refresh, or one that masks the temporary instance, as the seed says.
    fn plan(&self, site: &Site) -> Result<(Machine, Worker), PlanError> {
        plan::refresh(site.masked, &site.source, &site.destination, &site.secret)
    }

    /// What the driver of a process stores in. Default: what outlives every process.
    fn store(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        store
    }
}

/// What a plan is made for.
#[derive(Clone)]
pub struct Site {
    /// The source account, as one process reaches it.
    pub source: Arc<dyn Source>,
    /// The destination account.
    pub destination: Arc<dyn Destination>,
    /// Both accounts as their owners see them: for a step that does what no port can.
    pub stage: TwoAccounts,
    /// A secret, which must come out nowhere.
    pub secret: String,
    /// Whether the seed has the temporary instance masked.
    pub masked: bool,
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("stage", &self.stage).field("masked", &self.masked).finish_non_exhaustive()
    }
}

/// The parts that are simulated if nobody says otherwise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usual;

impl Parts for Usual {}
