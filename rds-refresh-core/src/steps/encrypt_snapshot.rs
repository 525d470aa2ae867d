//! Between steps 3 and 4, where it is needed: a copy of the snapshot under a key that can be shared.

use std::sync::Arc;
use std::time::Duration;

use super::copy_snapshot::WRITE_WITH;
use super::decision::{Decision, look_again};
use super::snapshot_instance::resource_of;
use super::status::{self, Class};
use super::tags::tags;
use super::undo::{remove, stranger};
use super::{InstanceSnapshot, SnapshotInstance, TakenSnapshot};
use crate::ids::{DbIdentifier, KeyRef, SnapshotArn};
use crate::machine::Seen;
use crate::permission::{Condition, Permission, Target};
use crate::ports::{Claim, CopyDbSnapshot, DbSnapshot, Key, KeyManager, SourceKeys, SourceSnapshots};
use crate::request::SourceRequest;
use crate::step::{Context, Progress, Side, Step, Undo};
use crate::{Facts, Forecast, Resource, ResourceKind, Role, StepError, WaitPolicy};

/// Copies the snapshot under the request's `share_key`, if it is not encrypted, or if AWS manages the key that it is encrypted with: RDS
/// shares nothing that is encrypted with such a key (RDS user guide, sharing an encrypted snapshot).
///
/// It stands in every plan and decides at its first look. Where the request names no `share_key` it makes no call at all.
#[derive(Clone)]
pub struct EncryptSnapshot {
    snapshots: Arc<dyn SourceSnapshots>,
    keys: Arc<dyn SourceKeys>,
}

impl EncryptSnapshot {
    /// The step, by these ports.
    #[must_use]
    pub fn new(snapshots: Arc<dyn SourceSnapshots>, keys: Arc<dyn SourceKeys>) -> Self {
        Self { snapshots, keys }
    }

    fn target(request: &SourceRequest, cx: &Context) -> SnapshotArn {
        let identifier = DbIdentifier::derived(&request.cluster, &cx.run, 'k', cx.attempt);
        SnapshotArn::new(&request.region, &request.account, identifier.into())
    }

    /// The snapshot that a run of this request is going to share: the copy, where the request names a key for one.
    pub(super) fn shared(request: &SourceRequest, cx: &Context) -> Resource {
        let copied = request.share_key.as_ref().map(|_| Self::target(request, cx));
        resource_of(&copied.unwrap_or_else(|| SnapshotInstance::target(request, cx)))
    }

    fn claim<'a>(taken: &'a InstanceSnapshot, target: &'a SnapshotArn, key: Option<&'a str>, cx: &'a Context) -> Claim<'a> {
        Claim {
            run: &cx.run,
            role: Role::Handover,
            identifier: target.identifier().as_str(),
            began: cx.began,
            // A copy within its own account and Region names no snapshot it comes from, and still the instance (RDS API reference,
            // `SourceDBSnapshotIdentifier`).
            source: Some(taken.instance.as_str()),
            kms_key: key,
        }
    }

    /// What the look at the key, and at the copy where one is needed, asks for. `original` is the taken snapshot as it is now, where there
    /// is no copy yet.
    #[must_use]
    pub fn decide(
        request: &SourceRequest,
        TakenSnapshot(taken): &TakenSnapshot,
        cx: &Context,
        key: Option<&Key>,
        copy: Option<&DbSnapshot>,
        original: Option<&DbSnapshot>,
    ) -> Decision<InstanceSnapshot, CopyDbSnapshot> {
        let Some(share_key) = &request.share_key else { return Decision::Ready(taken.clone()) };
        match (key, &taken.kms_key) {
            (None, Some(missing)) => {
                return Decision::Fail(
                    StepError::not_found("the key that the snapshot is encrypted with does not exist").on(missing),
                );
            }
            (Some(key), _) if key.manager == KeyManager::Customer => return Decision::Ready(taken.clone()),
            // A copy of what is not encrypted is, if a key is named (RDS API reference, CopyDBSnapshot, `KmsKeyId`).
            _ => {}
        }
        let target = Self::target(request, cx);
        if let Some(copy) = copy {
            let arn = key_arn(share_key);
            if let Err(why) = Self::claim(taken, &target, arn.as_deref(), cx).prove(copy.clone()) {
                return Decision::Fail(stranger(&resource_of(&target), &why));
            }
            return match (status::of_snapshot(&copy.status), copy.kms_key.clone()) {
                (Class::Ready, Some(key)) => {
                    Decision::Ready(InstanceSnapshot { arn: target, kms_key: Some(key), ..taken.clone() })
                }
                (Class::Ready, None) => Decision::Fail(StepError::invalid("the copy is not encrypted").on(&copy.identifier)),
                (Class::Busy, _) => {
                    // RDS queues copies of one source, and shows 0 % for as long as that takes: no progress, rather than none made.
                    let percent = copy.percent.filter(|_| copy.status != "pending");
                    Decision::Wait(Seen::status(&copy.status).percent(percent).of(&copy.identifier))
                }
                (Class::Deleting | Class::Failed, _) => {
                    Decision::Fail(StepError::terminal_status(format!("the copy is {}", copy.status)).on(&copy.identifier))
                }
            };
        }
        let Some(original) = original else {
            return Decision::Fail(
                StepError::not_found("the snapshot to copy is gone: somebody deleted it").on(taken.arn.to_string()),
            );
        };
        if let Err(why) = taken.prove(original.clone(), cx) {
            return Decision::Fail(stranger(&taken.resource(), &why));
        }
        let identifier = target.identifier().clone();
        Decision::Do(CopyDbSnapshot {
            source: taken.arn.clone(),
            tags: tags(&request.tags, cx, Role::Handover, identifier.as_str(), request.expires_after),
            identifier,
            kms_key: share_key.clone(),
        })
    }
}

/// The key's ARN, where the request names it so: an alias or a bare id cannot be compared with what RDS shows.
fn key_arn(key: &KeyRef) -> Option<String> {
    key.arn().filter(|arn| arn.resource.starts_with("key/")).map(|arn| arn.to_string())
}

debug_by_name!(EncryptSnapshot);

impl Step for EncryptSnapshot {
    const NAME: &'static str = "encrypt-snapshot";
    const VERSION: u32 = 1;
    type Needs = (SourceRequest, TakenSnapshot);
    type Gives = InstanceSnapshot;

    async fn reconcile(&self, (request, taken): &Self::Needs, cx: &Context) -> Result<Progress<InstanceSnapshot>, StepError> {
        let (mut key, mut copy, mut original) = (None, None, None);
        let arn = taken.0.key_arn()?;
        if let Some(arn) = arn.as_ref().filter(|_| request.share_key.is_some()) {
            key = self.keys.describe_key(arn).await?;
        }
        let sharable = key.as_ref().map_or(arn.is_some(), |key| key.manager == KeyManager::Customer);
        if request.share_key.is_some() && !sharable {
            copy = self.snapshots.describe_db_snapshot(Self::target(request, cx).identifier()).await?;
            if copy.is_none() {
                original = self.snapshots.describe_db_snapshot(taken.0.arn.identifier()).await?;
            }
        }
        match Self::decide(request, taken, cx, key.as_ref(), copy.as_ref(), original.as_ref()) {
            Decision::Ready(fact) => Ok(Progress::Ready(fact)),
            Decision::Wait(seen) => Ok(Progress::pending(seen)),
            Decision::Fail(error) => Err(error),
            Decision::Do(request) => match self.snapshots.copy_db_snapshot(&request).await {
                Ok(made) => Ok(Progress::pending(Seen::status(made.status).of(made.identifier))),
                Err(error) => look_again(error),
            },
        }
    }

    async fn compensate(&self, (request, TakenSnapshot(taken)): &Self::Needs, cx: &Context) -> Result<Undo, StepError> {
        let Some(share_key) = &request.share_key else { return Ok(Undo::done()) };
        let (target, key) = (Self::target(request, cx), key_arn(share_key));
        let observed = self.snapshots.describe_db_snapshot(target.identifier()).await?;
        let keep = !cx.on_failure.removes(ResourceKind::DbSnapshot);
        remove(observed, &Self::claim(taken, &target, key.as_deref(), cx), resource_of(&target), keep, async |owned| {
            self.snapshots.delete_db_snapshot(&owned).await.map(|()| "deleting")
        })
        .await
    }

    async fn verify(&self, fact: &InstanceSnapshot, cx: &Context) -> Result<bool, StepError> {
        let found = self.snapshots.describe_db_snapshot(fact.arn.identifier()).await?;
        Ok(found.is_some_and(|found| status::of_snapshot(&found.status) == Class::Ready && fact.prove(found, cx).is_ok()))
    }

    async fn is_gone(&self, fact: &InstanceSnapshot, _: &Context) -> Result<bool, StepError> {
        Ok(self.snapshots.describe_db_snapshot(fact.arn.identifier()).await?.is_none())
    }

    fn differs(&self, (before, _): &Self::Needs, (after, _): &Self::Needs) -> Option<String> {
        (before.share_key != after.share_key).then(|| "the snapshot is copied under another key, or under none".into())
    }

    fn footprint(&self, (request, _): &Self::Needs, cx: &Context) -> Vec<Resource> {
        request.share_key.iter().map(|_| resource_of(&Self::target(request, cx))).collect()
    }

    fn permissions(&self) -> Vec<Permission> {
        let both = || [Target::EncryptedSnapshots, Target::InstanceSnapshots];
        vec![
            Permission::new(Side::Source, &["rds:DescribeDBSnapshots"], both()),
            Permission::new(Side::Source, &["rds:CopyDBSnapshot"], both()).when(Condition::Tags(Role::Handover)),
            Permission::new(Side::Source, &["rds:AddTagsToResource"], [Target::EncryptedSnapshots])
                .when(Condition::Tags(Role::Handover)),
            Permission::new(Side::Source, &["rds:DeleteDBSnapshot"], [Target::EncryptedSnapshots])
                .when(Condition::Owned(Role::Handover)),
            Permission::new(Side::Source, &["kms:DescribeKey"], [Target::SourceKey, Target::ShareKey]),
            // AWS's own key lets everybody of the account use it through RDS; the other one is used as by any copy.
            Permission::new(Side::Source, &WRITE_WITH, [Target::ShareKey]).when(Condition::ThroughRds),
            Permission::new(Side::Source, &["kms:CreateGrant"], [Target::ShareKey])
                .when(Condition::ThroughRds)
                .when(Condition::GrantForAws),
        ]
    }

    fn expected(&self, (request, _): &Self::Needs) -> Option<Duration> {
        request.share_key.as_ref().map(|_| Duration::from_mins(15))
    }

    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast {
        let copies = given.read::<SourceRequest>().ok().filter(|request| request.share_key.is_some());
        Forecast {
            side: Some(Side::Source),
            calls: if copies.is_some() { &["CopyDBSnapshot"] } else { &[] },
            expected: Some(if copies.is_some() { Duration::from_mins(15) } else { Duration::ZERO }),
            makes: copies.map(|request| resource_of(&Self::target(&request, cx))).into_iter().collect(),
            removes: Vec::new(),
        }
    }

    fn wait_policy(&self) -> WaitPolicy {
        // A copy under a new key is a full one.
        WaitPolicy { deadline: Duration::from_hours(72), stall_limit: Some(Duration::from_hours(3)), ..WaitPolicy::default() }
    }
}
