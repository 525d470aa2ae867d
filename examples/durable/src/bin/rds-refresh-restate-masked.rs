//! The service with a step of its own: the data is masked before the snapshot that leaves the account.
//!
//! The hand-over claims the masking, so the plan does not compile without it.

use std::sync::Arc;

use clap::Parser;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::steps::{
    self, AwaitTemporaryInstanceGone, EncryptSnapshot, HandOverMasked, ReleaseTemporaryInstance, RestoreTemporaryInstance,
    Settle, ShareSnapshot, SnapshotCluster, SnapshotInstance, TemporaryInstance,
};
use rds_refresh_core::{Context, Fact, Machine, Plan, PlanError, Progress, Step, StepError, Worker};
use rds_refresh_restate::{Failure, Options, serve};
use serde::{Deserialize, Serialize};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    serve(Options::parse(), masked).await
}

fn masked(source: &Arc<dyn Source>, destination: &Arc<dyn Destination>) -> Result<(Machine, Worker), PlanError> {
    let handed_over = Plan::new()
        .given::<SourceRequest>()
        .then(SnapshotCluster::new(source.clone()))
        .then(RestoreTemporaryInstance::new(source.clone()))
        .then(Mask)
        .then(SnapshotInstance::new(source.clone(), source.clone()))
        .then(EncryptSnapshot::new(source.clone(), source.clone()))
        .then(ShareSnapshot::new(source.clone(), source.clone()))
        .then(HandOverMasked::<Masked>::new())
        .then(ReleaseTemporaryInstance::new(source.clone()))
        .given::<DestinationRequest>();
    steps::destination_after(handed_over, destination)
        .then(Settle::new(source.clone()))
        .then(AwaitTemporaryInstanceGone::new(source.clone()))
        .build()
}

/// The data of the temporary instance is masked.
#[derive(Debug, Serialize, Deserialize)]
struct Masked {}

impl Fact for Masked {
    const NAME: &'static str = "masked";
}

#[derive(Debug)]
struct Mask;

impl Step for Mask {
    const NAME: &'static str = "mask";
    const VERSION: u32 = 1;
    type Needs = TemporaryInstance;
    type Gives = Masked;

    async fn reconcile(&self, instance: &TemporaryInstance, _: &Context) -> Result<Progress<Masked>, StepError> {
        // Connect there and mask. It may run again after a crash: make it idempotent.
        tracing::info!(instance = ?instance.endpoint, "masked");
        Ok(Progress::Ready(Masked {}))
    }
}
