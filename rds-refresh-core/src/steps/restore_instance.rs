//! Step 2: the temporary single-AZ instance, restored from the cluster snapshot.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ClusterSnapshot;
use super::decision::{Decision, look_again};
use super::status::{self, Class};
use super::tags::tags;
use super::undo::{remove, stranger};
use crate::fact::Fact;
use crate::ids::{DbIdentifier, RunId};
use crate::machine::Seen;
use crate::permission::{Condition, Permission, Target};
use crate::ports::{self, Claim, DbInstance, ModifyDbInstance, Owned, TemporaryInstances};
use crate::request::SourceRequest;
use crate::step::{Context, Progress, Side, Step, Undo};
use crate::{Facts, Forecast, Resource, ResourceKind, Role, StepError, Timestamp, WaitPolicy};

/// How long the restore may take.
pub(super) const DEADLINE: Duration = Duration::from_hours(6);

/// The temporary instance, available. It holds production's data, and production's passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemporaryInstance {
    /// Its identifier.
    pub identifier: DbIdentifier,
    /// Its `DbiResourceId`, which survives a rename.
    pub resource_id: String,
    /// Its engine.
    pub engine: String,
    /// The ARN of the key it is encrypted with; `None` if it is not, as of a source that the request allows to be unencrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// Its host name.
    pub endpoint: Option<String>,
    /// Its port.
    pub port: Option<u16>,
}

impl Fact for TemporaryInstance {
    const NAME: &'static str = "temporary-instance";
}

impl TemporaryInstance {
    /// The instance as one of this run's own, for a step that modifies it, as a masking step that sets the master password.
    pub fn prove(&self, observed: DbInstance, cx: &Context) -> Result<Owned<DbInstance>, ports::NotOwned> {
        claim(&self.identifier, self.kms_key.as_deref(), &cx.run, cx.began).prove(observed)
    }

    /// The instance as a resource.
    #[must_use]
    pub fn resource(&self, request: &SourceRequest) -> Resource {
        resource(request, &self.identifier)
    }
}

fn claim<'a>(identifier: &'a DbIdentifier, kms_key: Option<&'a str>, run: &'a RunId, began: Timestamp) -> Claim<'a> {
    Claim { run, role: Role::Scratch, identifier: identifier.as_str(), began, source: None, kms_key }
}

fn resource(request: &SourceRequest, identifier: &DbIdentifier) -> Resource {
    Resource {
        kind: ResourceKind::DbInstance,
        account: request.account.clone(),
        region: request.region.clone(),
        id: identifier.to_string(),
    }
}

/// Restores the temporary instance.
#[derive(Clone)]
pub struct RestoreTemporaryInstance {
    instances: Arc<dyn TemporaryInstances>,
}

impl RestoreTemporaryInstance {
    /// The step, by this port.
    #[must_use]
    pub fn new(instances: Arc<dyn TemporaryInstances>) -> Self {
        Self { instances }
    }

    fn identifier(request: &SourceRequest, cx: &Context) -> DbIdentifier {
        DbIdentifier::derived(&request.cluster, &cx.run, 't', cx.attempt)
    }

    /// The instance that the first attempt makes.
    pub(super) fn planned(request: &SourceRequest, cx: &Context) -> Resource {
        resource(request, &Self::identifier(request, cx))
    }

    /// What the look at the instance asks for.
    #[must_use]
    pub fn decide(
        request: &SourceRequest,
        snapshot: &ClusterSnapshot,
        cx: &Context,
        instance: Option<&DbInstance>,
    ) -> Decision<TemporaryInstance, ports::RestoreTemporaryInstance> {
        let identifier = Self::identifier(request, cx);
        let Some(instance) = instance else {
            let temporary = &request.temporary;
            return Decision::Do(ports::RestoreTemporaryInstance {
                tags: tags(&request.tags, cx, Role::Scratch, identifier.as_str(), request.expires_after),
                identifier,
                snapshot: snapshot.identifier.clone(),
                engine: snapshot.engine.clone(),
                class: temporary.class.clone(),
                subnet_group: temporary.subnet_group.clone(),
                security_groups: temporary.security_groups.clone(),
                parameter_group: temporary.parameter_group.clone(),
                ca: temporary.ca.clone(),
            });
        };
        if let Err(why) = claim(&identifier, snapshot.kms_key.as_deref(), &cx.run, cx.began).prove(instance.clone()) {
            return Decision::Fail(stranger(&resource(request, &identifier), &why));
        }
        match status::of_instance(&instance.status) {
            Class::Ready if !instance.has_pending_changes => Decision::Ready(TemporaryInstance {
                identifier,
                resource_id: instance.resource_id.clone(),
                engine: instance.engine.clone(),
                kms_key: snapshot.kms_key.clone(),
                endpoint: instance.endpoint.clone(),
                port: instance.port,
            }),
            Class::Ready | Class::Busy => {
                Decision::Wait(Seen::status(&instance.status).percent(instance.percent).of(&instance.identifier))
            }
            Class::Deleting | Class::Failed => Decision::Fail(
                StepError::terminal_status(format!("the temporary instance is {}", instance.status)).on(&instance.identifier),
            ),
        }
    }
}

/// One step towards the absence of the temporary instance: deletion protection, which somebody may have switched on, is switched off
/// first.
pub(super) async fn remove_instance(
    instances: &dyn TemporaryInstances,
    identifier: &DbIdentifier,
    kms_key: Option<&str>,
    request: &SourceRequest,
    cx: &Context,
    keep: bool,
) -> Result<Undo, StepError> {
    let observed = instances.describe_db_instance(identifier).await?;
    let is_protected = observed.as_ref().is_some_and(|instance| instance.deletion_protection);
    let claim = claim(identifier, kms_key, &cx.run, cx.began);
    remove(observed, &claim, resource(request, identifier), keep, async |owned| {
        if is_protected {
            let change = ModifyDbInstance { deletion_protection: Some(false), ..ModifyDbInstance::default() };
            instances.modify_db_instance(&owned, &change).await.map(|()| "unprotecting")
        } else {
            instances.delete_db_instance(&owned).await.map(|()| "deleting")
        }
    })
    .await
}

debug_by_name!(RestoreTemporaryInstance);

impl Step for RestoreTemporaryInstance {
    const NAME: &'static str = "restore-temporary-instance";
    const VERSION: u32 = 1;
    type Needs = (SourceRequest, ClusterSnapshot);
    type Gives = TemporaryInstance;

    async fn reconcile(&self, (request, snapshot): &Self::Needs, cx: &Context) -> Result<Progress<TemporaryInstance>, StepError> {
        let instance = self.instances.describe_db_instance(&Self::identifier(request, cx)).await?;
        match Self::decide(request, snapshot, cx, instance.as_ref()) {
            Decision::Ready(fact) => Ok(Progress::Ready(fact)),
            Decision::Wait(seen) => Ok(Progress::pending(seen)),
            Decision::Fail(error) => Err(error),
            Decision::Do(restore) => match self.instances.restore_temporary_instance(&restore).await {
                Ok(made) => Ok(Progress::pending(Seen::status(made.status).percent(made.percent).of(made.identifier))),
                Err(error) => look_again(error),
            },
        }
    }

    async fn compensate(&self, (request, snapshot): &Self::Needs, cx: &Context) -> Result<Undo, StepError> {
        let keep = !cx.on_failure.removes(ResourceKind::DbInstance);
        let identifier = Self::identifier(request, cx);
        remove_instance(&*self.instances, &identifier, snapshot.kms_key.as_deref(), request, cx, keep).await
    }

    async fn verify(&self, fact: &TemporaryInstance, _: &Context) -> Result<bool, StepError> {
        let found = self.instances.describe_db_instance(&fact.identifier).await?;
        // One that is busy will be ready again: making another would leave this one behind.
        Ok(found.is_some_and(|found| {
            found.resource_id == fact.resource_id
                && !matches!(status::of_instance(&found.status), Class::Deleting | Class::Failed)
        }))
    }

    fn differs(&self, (before, _): &Self::Needs, (after, _): &Self::Needs) -> Option<String> {
        (before.temporary != after.temporary).then(|| "the temporary instance is another".into())
    }

    fn footprint(&self, (request, _): &Self::Needs, cx: &Context) -> Vec<Resource> {
        vec![resource(request, &Self::identifier(request, cx))]
    }

    fn permissions(&self) -> Vec<Permission> {
        let restored = [
            Target::TemporaryInstance,
            Target::StartingSnapshot,
            Target::TemporarySubnetGroup,
            Target::TemporaryParameterGroup,
            Target::DefaultOptionGroups,
        ];
        vec![
            Permission::new(Side::Source, &["rds:DescribeDBInstances"], [Target::TemporaryInstance]),
            Permission::new(Side::Source, &["rds:RestoreDBInstanceFromDBSnapshot"], restored)
                .when(Condition::Tags(Role::Scratch))
                .when(Condition::NotPublic),
            Permission::new(Side::Source, &["rds:AddTagsToResource"], [Target::TemporaryInstance])
                .when(Condition::Tags(Role::Scratch)),
            Permission::new(Side::Source, &["rds:DeleteDBInstance", "rds:ModifyDBInstance"], [Target::TemporaryInstance])
                .when(Condition::Owned(Role::Scratch)),
            // RDS uses the key in the name of whoever restores (KMS developer guide, how RDS uses KMS).
            Permission::new(Side::Source, &["kms:DescribeKey"], [Target::SourceKey]).when(Condition::ThroughRds),
            Permission::new(Side::Source, &["kms:CreateGrant"], [Target::SourceKey])
                .when(Condition::ThroughRds)
                .when(Condition::GrantForAws),
        ]
    }

    fn expected(&self, _: &Self::Needs) -> Option<Duration> {
        Some(Duration::from_mins(12))
    }

    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast {
        let request = given.read::<SourceRequest>().ok();
        Forecast {
            side: Some(Side::Source),
            calls: &["RestoreDBInstanceFromDBSnapshot"],
            makes: request.map(|request| Self::planned(&request, cx)).into_iter().collect(),
            removes: Vec::new(),
            expected: Some(Duration::from_mins(12)),
        }
    }

    fn wait_policy(&self) -> WaitPolicy {
        WaitPolicy { deadline: DEADLINE, ..WaitPolicy::default() }
    }
}
