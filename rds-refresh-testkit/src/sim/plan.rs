//! The plan that is simulated, and a step of a user's own.

use std::sync::Arc;

use rds_refresh_core::machine::Seen;
use rds_refresh_core::plan::PlanError;
use rds_refresh_core::ports::{Destination, ModifyDbInstance, Source};
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::steps::{
    AwaitTemporaryInstanceGone, EncryptSnapshot, HandOverMasked, ReleaseTemporaryInstance, RestoreTemporaryInstance, Settle,
    ShareSnapshot, SnapshotCluster, SnapshotInstance, TemporaryInstance,
};
use rds_refresh_core::{Context, ErrorKind, Fact, Machine, Plan, Progress, Secret, Step, StepError, Worker, steps};
use serde::{Deserialize, Serialize};

/// The usual refresh, or one that masks the temporary instance.
pub(super) fn refresh(
    masked: bool,
    source: &Arc<dyn Source>,
    destination: &Arc<dyn Destination>,
    canary: &str,
) -> Result<(Machine, Worker), PlanError> {
    if !masked {
        return steps::refresh(source, destination).build();
    }
    let handed_over = Plan::new()
        .given::<SourceRequest>()
        .then(SnapshotCluster::new(source.clone()))
        .then(RestoreTemporaryInstance::new(source.clone()))
        .then(Mask { instances: source.clone(), password: Secret::new(canary.to_owned()) })
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

/// The temporary instance has a password of the run's own.
#[derive(Debug, Serialize, Deserialize)]
struct Masked {
    instance: String,
}

impl Fact for Masked {
    const NAME: &'static str = "masked";
}

/// What a masking step does first: it sets the master password, which is secret.
struct Mask {
    instances: Arc<dyn Source>,
    password: Secret<String>,
}

impl Step for Mask {
    const NAME: &'static str = "mask";
    const VERSION: u32 = 1;
    type Needs = TemporaryInstance;
    type Gives = Masked;

    async fn reconcile(&self, instance: &TemporaryInstance, cx: &Context) -> Result<Progress<Masked>, StepError> {
        let Some(found) = self.instances.describe_db_instance(&instance.identifier).await? else {
            return Err(StepError::not_found("the temporary instance is gone").on(instance.identifier.as_str()));
        };
        let status = found.status.clone();
        if matches!(status.as_str(), "failed" | "stopped" | "deleting") {
            return Err(StepError::terminal_status(format!("the temporary instance is {status}")).on(&found.identifier));
        }
        if status != "available" || found.has_pending_changes {
            return Ok(Progress::pending(Seen::status(status)));
        }
        let owned = instance.prove(found, cx).map_err(|why| StepError::conflict(why.to_string()))?;
        let change = ModifyDbInstance { master_user_password: Some(self.password.clone()), ..ModifyDbInstance::default() };
        match self.instances.modify_db_instance(&owned, &change).await {
            // A password cannot be read back: only this answer says that it is set.
            Ok(()) => Ok(Progress::Ready(Masked { instance: instance.identifier.to_string() })),
            Err(error) if error.kind() == ErrorKind::Busy => Ok(Progress::pending(Seen::status(status))),
            Err(error) => Err(error),
        }
    }
}
