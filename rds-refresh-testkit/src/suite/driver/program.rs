use std::sync::Arc;

use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::steps::{
    Acknowledge, AwaitTemporaryInstanceGone, CopySnapshot, EncryptSnapshot, HandOver, ReleaseTemporaryInstance, RestoreCluster,
    RestoreTemporaryInstance, Settle, ShareSnapshot, SnapshotCluster, SnapshotInstance,
};
use rds_refresh_core::{Machine, Plan, PlanError, Step, Worker};

/// What a process runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Program {
    /// The plan that the run was started with.
    #[default]
    Usual,
    /// A plan that differs in the third step, and not before.
    ChangedEarly,
    /// A plan that differs in the step `restore-cluster`, and not before.
    ChangedLate,
}

impl Program {
    /// Its plan: [`steps::refresh`](rds_refresh_core::steps::refresh), in which steps have other names where it differs.
    ///
    /// # Errors
    /// None but those of any plan.
    pub fn plan(self, source: &Arc<dyn Source>, destination: &Arc<dyn Destination>) -> Result<(Machine, Worker), PlanError> {
        let third = if self == Self::ChangedEarly { "snapshot-elsewhere" } else { SnapshotInstance::NAME };
        let last = if self == Self::ChangedLate { "restore-elsewhere" } else { RestoreCluster::NAME };
        Plan::new()
            .given::<SourceRequest>()
            .then(SnapshotCluster::new(source.clone()))
            .then(RestoreTemporaryInstance::new(source.clone()))
            .then_as(third, SnapshotInstance::new(source.clone(), source.clone()))
            .then(EncryptSnapshot::new(source.clone(), source.clone()))
            .then(ShareSnapshot::new(source.clone(), source.clone()))
            .then(HandOver)
            .then(ReleaseTemporaryInstance::new(source.clone()))
            .given::<DestinationRequest>()
            .then(CopySnapshot::new(destination.clone()))
            .then(Acknowledge)
            .then_as(last, RestoreCluster::new(destination.clone()))
            .then(Settle::new(source.clone()))
            .then(AwaitTemporaryInstanceGone::new(source.clone()))
            .build()
    }
}
