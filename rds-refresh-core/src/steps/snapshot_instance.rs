//! Step 3: a snapshot of the temporary instance, which unlike one of a cluster can be shared and copied.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::TemporaryInstance;
use super::decision::{Decision, look_again};
use super::status::{self, Class};
use super::tags::tags;
use super::undo::{remove, stranger};
use crate::fact::Fact;
use crate::ids::{DbIdentifier, InvalidValue, KeyArn, RunId, SnapshotArn};
use crate::machine::Seen;
use crate::permission::{Condition, Permission, Target};
use crate::ports::{Claim, CreateDbSnapshot, DbInstance, DbSnapshot, Owned, SourceSnapshots, TemporaryInstances};
use crate::request::SourceRequest;
use crate::step::{Context, Progress, Side, Step, Undo};
use crate::{Facts, Forecast, Resource, ResourceKind, Role, StepError, Timestamp, WaitPolicy};

/// The snapshot of the temporary instance as it was taken: under the source's key.
///
/// [`EncryptSnapshot`](super::EncryptSnapshot) makes an [`InstanceSnapshot`] of it: the same one, or a copy under a key that can be
/// shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenSnapshot(pub InstanceSnapshot);

impl Fact for TakenSnapshot {
    const NAME: &'static str = "taken-snapshot";
}

/// The instance snapshot that is shared, available.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceSnapshot {
    /// Its ARN.
    pub arn: SnapshotArn,
    /// The instance it is of.
    pub instance: DbIdentifier,
    /// Its engine.
    pub engine: String,
    /// Its engine version.
    pub engine_version: String,
    /// Its allocated storage, in GiB.
    pub allocated_storage: Option<u32>,
    /// The ARN of the key it is encrypted with; `None` if it is not, as of a source that the request allows to be unencrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
}

impl Fact for InstanceSnapshot {
    const NAME: &'static str = "instance-snapshot";
}

impl InstanceSnapshot {
    /// The snapshot as one of this run's own.
    pub fn prove(&self, observed: DbSnapshot, cx: &Context) -> Result<Owned<DbSnapshot>, crate::ports::NotOwned> {
        self.claim(&cx.run, cx.began).prove(observed)
    }

    pub(super) fn claim<'a>(&'a self, run: &'a RunId, began: Timestamp) -> Claim<'a> {
        Claim {
            run,
            role: Role::Handover,
            identifier: self.arn.identifier().as_str(),
            began,
            source: Some(self.instance.as_str()),
            kms_key: self.kms_key.as_deref(),
        }
    }

    /// The key's ARN, read, if there is a key.
    pub(super) fn key_arn(&self) -> Result<Option<KeyArn>, StepError> {
        let read = self.kms_key.as_ref().map(|key| key.parse()).transpose();
        read.map_err(|error: InvalidValue| StepError::invalid(error.to_string()))
    }

    pub(super) fn resource(&self) -> Resource {
        resource_of(&self.arn)
    }
}

/// A DB snapshot as a resource of its account.
pub(super) fn resource_of(arn: &SnapshotArn) -> Resource {
    Resource {
        kind: ResourceKind::DbSnapshot,
        account: arn.account().clone(),
        region: arn.region().clone(),
        id: arn.identifier().to_string(),
    }
}

/// Makes a snapshot of the temporary instance.
#[derive(Clone)]
pub struct SnapshotInstance {
    snapshots: Arc<dyn SourceSnapshots>,
    instances: Arc<dyn TemporaryInstances>,
}

impl SnapshotInstance {
    /// The step, by these ports.
    #[must_use]
    pub fn new(snapshots: Arc<dyn SourceSnapshots>, instances: Arc<dyn TemporaryInstances>) -> Self {
        Self { snapshots, instances }
    }

    /// What the step makes, as it will be. Everything of it but engine version and size follows from what the step needs.
    pub(super) fn target(request: &SourceRequest, cx: &Context) -> SnapshotArn {
        let identifier = DbIdentifier::derived(&request.cluster, &cx.run, 's', cx.attempt);
        SnapshotArn::new(&request.region, &request.account, identifier.into())
    }

    fn planned(request: &SourceRequest, instance: &TemporaryInstance, cx: &Context) -> InstanceSnapshot {
        InstanceSnapshot {
            arn: Self::target(request, cx),
            instance: instance.identifier.clone(),
            engine: instance.engine.clone(),
            engine_version: String::new(),
            allocated_storage: None,
            kms_key: instance.kms_key.clone(),
        }
    }

    /// What the look at the snapshot, and at the instance where there is none yet, asks for.
    #[must_use]
    pub fn decide(
        request: &SourceRequest,
        temporary: &TemporaryInstance,
        cx: &Context,
        snapshot: Option<&DbSnapshot>,
        instance: Option<&DbInstance>,
    ) -> Decision<InstanceSnapshot, CreateDbSnapshot> {
        let planned = Self::planned(request, temporary, cx);
        if let Some(snapshot) = snapshot {
            if let Err(why) = planned.prove(snapshot.clone(), cx) {
                return Decision::Fail(stranger(&planned.resource(), &why));
            }
            return match status::of_snapshot(&snapshot.status) {
                Class::Ready => Decision::Ready(InstanceSnapshot {
                    engine_version: snapshot.engine_version.clone(),
                    allocated_storage: snapshot.allocated_storage,
                    ..planned
                }),
                Class::Busy => Decision::Wait(Seen::status(&snapshot.status).percent(snapshot.percent).of(&snapshot.identifier)),
                Class::Deleting | Class::Failed => Decision::Fail(
                    StepError::terminal_status(format!("the snapshot is {}", snapshot.status)).on(&snapshot.identifier),
                ),
            };
        }
        let Some(instance) = instance else {
            return Decision::Fail(
                StepError::not_found("the temporary instance is gone: somebody deleted or renamed it")
                    .on(temporary.identifier.as_str()),
            );
        };
        if instance.resource_id != temporary.resource_id {
            return Decision::Fail(
                StepError::conflict(format!("the instance is not the one that was restored: {} now", instance.resource_id))
                    .on(temporary.identifier.as_str()),
            );
        }
        match status::of_instance(&instance.status) {
            Class::Ready => {
                let identifier = planned.arn.identifier().clone();
                Decision::Do(CreateDbSnapshot {
                    tags: tags(&request.tags, cx, Role::Handover, identifier.as_str(), request.expires_after),
                    identifier,
                    instance: temporary.identifier.clone(),
                })
            }
            // `backing-up` may follow `available`: RDS takes its own backup when it likes.
            Class::Busy => Decision::Wait(Seen::status(&instance.status).percent(instance.percent).of(&instance.identifier)),
            Class::Deleting | Class::Failed => Decision::Fail(
                StepError::terminal_status(format!("the temporary instance is {}", instance.status)).on(&instance.identifier),
            ),
        }
    }
}

debug_by_name!(SnapshotInstance);

impl Step for SnapshotInstance {
    const NAME: &'static str = "snapshot-instance";
    const VERSION: u32 = 2;
    type Needs = (SourceRequest, TemporaryInstance);
    type Gives = TakenSnapshot;

    async fn reconcile(&self, (request, temporary): &Self::Needs, cx: &Context) -> Result<Progress<TakenSnapshot>, StepError> {
        let planned = Self::planned(request, temporary, cx);
        let snapshot = self.snapshots.describe_db_snapshot(planned.arn.identifier()).await?;
        let instance = match snapshot {
            Some(_) => None,
            None => self.instances.describe_db_instance(&temporary.identifier).await?,
        };
        match Self::decide(request, temporary, cx, snapshot.as_ref(), instance.as_ref()) {
            Decision::Ready(fact) => Ok(Progress::Ready(TakenSnapshot(fact))),
            Decision::Wait(seen) => Ok(Progress::pending(seen)),
            Decision::Fail(error) => Err(error),
            Decision::Do(create) => match self.snapshots.create_db_snapshot(&create).await {
                Ok(made) => Ok(Progress::pending(Seen::status(made.status).percent(made.percent).of(made.identifier))),
                Err(error) => look_again(error),
            },
        }
    }

    async fn compensate(&self, (request, temporary): &Self::Needs, cx: &Context) -> Result<Undo, StepError> {
        let planned = Self::planned(request, temporary, cx);
        let observed = self.snapshots.describe_db_snapshot(planned.arn.identifier()).await?;
        let keep = !cx.on_failure.removes(ResourceKind::DbSnapshot);
        remove(observed, &planned.claim(&cx.run, cx.began), planned.resource(), keep, async |owned| {
            self.snapshots.delete_db_snapshot(&owned).await.map(|()| "deleting")
        })
        .await
    }

    async fn verify(&self, TakenSnapshot(fact): &TakenSnapshot, cx: &Context) -> Result<bool, StepError> {
        let found = self.snapshots.describe_db_snapshot(fact.arn.identifier()).await?;
        Ok(found.is_some_and(|found| status::of_snapshot(&found.status) == Class::Ready && fact.prove(found, cx).is_ok()))
    }

    async fn is_gone(&self, TakenSnapshot(fact): &TakenSnapshot, _: &Context) -> Result<bool, StepError> {
        Ok(self.snapshots.describe_db_snapshot(fact.arn.identifier()).await?.is_none())
    }

    fn differs(&self, _: &Self::Needs, _: &Self::Needs) -> Option<String> {
        // It is a snapshot of whatever the temporary instance is: that step answers.
        None
    }

    fn footprint(&self, (request, temporary): &Self::Needs, cx: &Context) -> Vec<Resource> {
        vec![Self::planned(request, temporary, cx).resource()]
    }

    fn permissions(&self) -> Vec<Permission> {
        vec![
            Permission::new(Side::Source, &["rds:DescribeDBInstances"], [Target::TemporaryInstance]),
            Permission::new(Side::Source, &["rds:DescribeDBSnapshots"], [Target::InstanceSnapshots]),
            Permission::new(Side::Source, &["rds:CreateDBSnapshot"], [Target::InstanceSnapshots, Target::TemporaryInstance])
                .when(Condition::Tags(Role::Handover)),
            Permission::new(Side::Source, &["rds:AddTagsToResource"], [Target::InstanceSnapshots])
                .when(Condition::Tags(Role::Handover)),
            Permission::new(Side::Source, &["rds:DeleteDBSnapshot"], [Target::InstanceSnapshots])
                .when(Condition::Owned(Role::Handover)),
        ]
    }

    fn expected(&self, _: &Self::Needs) -> Option<Duration> {
        Some(Duration::from_mins(6))
    }

    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast {
        let request = given.read::<SourceRequest>().ok();
        Forecast {
            side: Some(Side::Source),
            calls: &["CreateDBSnapshot"],
            makes: request.map(|request| resource_of(&Self::target(&request, cx))).into_iter().collect(),
            removes: Vec::new(),
            expected: Some(Duration::from_mins(6)),
        }
    }

    fn wait_policy(&self) -> WaitPolicy {
        // A snapshot of a new volume is a full one: a day is enough for the largest.
        WaitPolicy { deadline: Duration::from_hours(24), ..WaitPolicy::default() }
    }
}
