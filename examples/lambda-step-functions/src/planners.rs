use std::sync::Arc;

use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::steps::{self, Acknowledgements};
use rds_refresh_core::{Machine, PlanError, Worker};

type Built = Result<(Machine, Worker), PlanError>;

/// What each part of a refresh does. Steps of your own plug in here: the definitions of the state machines, and the permissions of the
/// roles, follow from the plans.
#[derive(Clone, Copy, Debug)]
pub struct Planners {
    /// The source account's half.
    pub source: fn(&Arc<dyn Source>) -> Built,
    /// The destination account's half.
    pub destination: fn(&Arc<dyn Destination>) -> Built,
    /// The settlement. Its first steps are those of the source account's half, because it goes on with that half's state.
    pub settle: fn(&Arc<dyn Source>, &Arc<dyn Acknowledgements>) -> Built,
}

impl Default for Planners {
    fn default() -> Self {
        Self {
            source: |source| steps::source(source).build(),
            destination: |destination| steps::destination(destination).build(),
            settle: |source, acknowledgements| steps::settlement(source, acknowledgements).build(),
        }
    }
}
