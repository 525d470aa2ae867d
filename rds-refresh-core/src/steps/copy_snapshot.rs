//! Step 6: a copy of the shared snapshot under the destination's own key.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Handover;
use super::decision::{Decision, look_again};
use super::snapshot_instance::resource_of;
use super::status::{self, Class};
use super::tags::tags;
use super::undo::{remove, stranger};
use crate::fact::Fact;
use crate::ids::{DbIdentifier, SnapshotArn};
use crate::machine::Seen;
use crate::permission::{Condition, Permission, Target};
use crate::ports::{Claim, CopyDbSnapshot, DbSnapshot, DestinationSnapshots};
use crate::request::DestinationRequest;
use crate::step::{Context, Progress, Side, Step, Undo};
use crate::{ErrorKind, Facts, Forecast, Resource, ResourceKind, Role, StepError, WaitPolicy};

/// The copy, available: what the destination owns now, whatever becomes of the original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotCopy {
    /// Its ARN.
    pub arn: SnapshotArn,
    /// Its engine.
    pub engine: String,
    /// Its engine version.
    pub engine_version: String,
    /// Its allocated storage, in GiB.
    pub allocated_storage: Option<u32>,
    /// The ARN of the key it is encrypted with.
    pub kms_key: String,
}

impl Fact for SnapshotCopy {
    const NAME: &'static str = "snapshot-copy";
}

/// Copies the shared snapshot.
#[derive(Clone)]
pub struct CopySnapshot {
    snapshots: Arc<dyn DestinationSnapshots>,
}

/// How long a share and a grant may take to be seen from the other account: a share seconds, a grant up to five minutes (KMS developer
/// guide, grants: eventual consistency).
const SHARE_LAG: Duration = Duration::from_mins(5);

impl CopySnapshot {
    /// The step, by this port.
    #[must_use]
    pub fn new(snapshots: Arc<dyn DestinationSnapshots>) -> Self {
        Self { snapshots }
    }

    fn target(request: &DestinationRequest, cx: &Context) -> SnapshotArn {
        let identifier = DbIdentifier::derived(&request.cluster.identifier, &cx.run, 'd', cx.attempt);
        SnapshotArn::new(&request.region, &request.account, identifier.into())
    }

    fn claim<'a>(target: &'a SnapshotArn, source: &'a str, key: Option<&'a str>, cx: &'a Context) -> Claim<'a> {
        Claim {
            run: &cx.run,
            role: Role::Handover,
            identifier: target.identifier().as_str(),
            began: cx.began,
            source: Some(source),
            kms_key: key,
        }
    }

    /// What the look at the copy, and at the shared snapshot where there is none yet, asks for.
    #[must_use]
    pub fn decide(
        request: &DestinationRequest,
        handover: &Handover,
        cx: &Context,
        copy: Option<&DbSnapshot>,
        shared: Option<&DbSnapshot>,
    ) -> Decision<SnapshotCopy, CopyDbSnapshot> {
        let target = Self::target(request, cx);
        if let Some(copy) = copy {
            let (source, key) = (handover.snapshot.to_string(), key_arn(request));
            return match Self::claim(&target, &source, key.as_deref(), cx).prove(copy.clone()) {
                Ok(_) => Self::usable(target, copy),
                Err(why) => Decision::Fail(stranger(&resource_of(&target), &why)),
            };
        }
        if let Err(refused) = handover.check(request, cx.now) {
            return Decision::Fail(StepError::invalid(refused.to_string()).on(handover.snapshot.to_string()));
        }
        let Some(shared) = shared else {
            return if cx.elapsed < SHARE_LAG {
                Decision::Wait(Seen::status("not shared yet").of(handover.snapshot.to_string()))
            } else {
                Decision::Fail(
                    StepError::not_found(format!(
                        "the snapshot is not shared with account {}, or does not exist",
                        request.account
                    ))
                    .on(handover.snapshot.to_string()),
                )
            };
        };
        if let Err(error) = matches_handover(handover, shared) {
            return Decision::Fail(error.on(handover.snapshot.to_string()));
        }
        match status::of_snapshot(&shared.status) {
            Class::Ready => {
                let identifier = target.identifier().clone();
                Decision::Do(CopyDbSnapshot {
                    source: handover.snapshot.clone(),
                    tags: tags(&request.tags, cx, Role::Handover, identifier.as_str(), request.expires_after),
                    identifier,
                    kms_key: request.kms_key.clone(),
                })
            }
            Class::Busy => Decision::Wait(Seen::status(&shared.status).percent(shared.percent).of(handover.snapshot.to_string())),
            Class::Deleting | Class::Failed => Decision::Fail(
                StepError::terminal_status(format!("the shared snapshot is {}", shared.status)).on(handover.snapshot.to_string()),
            ),
        }
    }

    fn usable(arn: SnapshotArn, copy: &DbSnapshot) -> Decision<SnapshotCopy, CopyDbSnapshot> {
        match status::of_snapshot(&copy.status) {
            Class::Ready => match copy.kms_key.clone().filter(|_| copy.encrypted) {
                Some(kms_key) => Decision::Ready(SnapshotCopy {
                    arn,
                    engine: copy.engine.clone(),
                    engine_version: copy.engine_version.clone(),
                    allocated_storage: copy.allocated_storage,
                    kms_key,
                }),
                None => Decision::Fail(StepError::invalid("the copy is not encrypted").on(&copy.identifier)),
            },
            Class::Busy => {
                // RDS queues copies of one source, and shows 0 % for as long as that takes: no progress, rather than none made.
                let percent = copy.percent.filter(|_| copy.status != "pending");
                Decision::Wait(Seen::status(&copy.status).percent(percent).of(&copy.identifier))
            }
            Class::Deleting | Class::Failed => Decision::Fail(
                StepError::terminal_status(format!(
                    "the copy is {}: look whether the original, its share and its key were there all the time",
                    copy.status
                ))
                .on(&copy.identifier),
            ),
        }
    }
}

/// The key's ARN, where the request names it so: an alias or a bare id cannot be compared with what RDS shows.
fn key_arn(request: &DestinationRequest) -> Option<String> {
    request.kms_key.arn().filter(|arn| arn.resource.starts_with("key/")).map(|arn| arn.to_string())
}

/// Whether what RDS says of the snapshot is what the hand-over says of it.
fn matches_handover(handover: &Handover, shared: &DbSnapshot) -> Result<(), StepError> {
    if shared.arn != handover.snapshot.to_string() {
        return Err(StepError::conflict(format!("RDS answers with another snapshot, {}", shared.arn)));
    }
    let said = handover.kms_key.as_ref().map(ToString::to_string);
    if shared.encrypted != said.is_some() || shared.kms_key != said {
        let key = |key: Option<&String>| key.map_or("no key", String::as_str).to_owned();
        let (found, said) = (key(shared.kms_key.as_ref()), key(said.as_ref()));
        return Err(StepError::conflict(format!("the snapshot is encrypted with {found}, and the hand-over says {said}")));
    }
    if shared.engine != handover.engine {
        return Err(StepError::conflict(format!(
            "the snapshot is of engine {}, and the hand-over says {}",
            shared.engine, handover.engine
        )));
    }
    Ok(())
}

debug_by_name!(CopySnapshot);

impl Step for CopySnapshot {
    const NAME: &'static str = "copy-snapshot";
    const VERSION: u32 = 1;
    type Needs = (DestinationRequest, Handover);
    type Gives = SnapshotCopy;

    async fn reconcile(&self, (request, handover): &Self::Needs, cx: &Context) -> Result<Progress<SnapshotCopy>, StepError> {
        let target = Self::target(request, cx);
        let copy = self.snapshots.describe_db_snapshot(target.identifier()).await?;
        let shared = match (&copy, handover.check(request, cx.now)) {
            (None, Ok(())) => self.snapshots.describe_shared_db_snapshot(&handover.snapshot).await?,
            // Nothing is asked about a snapshot that a hand-over has no business to name.
            _ => None,
        };
        match Self::decide(request, handover, cx, copy.as_ref(), shared.as_ref()) {
            Decision::Ready(fact) => Ok(Progress::Ready(fact)),
            Decision::Wait(seen) => Ok(Progress::pending(seen)),
            Decision::Fail(error) => Err(error),
            Decision::Do(request) => match self.snapshots.copy_db_snapshot(&request).await {
                Ok(made) => Ok(Progress::pending(Seen::status(made.status).of(made.identifier))),
                // A share or a grant that was made a minute ago may not have arrived.
                Err(error) if is_key_or_share(&error) && cx.elapsed < SHARE_LAG => {
                    Ok(Progress::pending(Seen::status(error.code().unwrap_or("not shared yet")).of(request.source.to_string())))
                }
                Err(error) => look_again(error),
            },
        }
    }

    async fn compensate(&self, (request, handover): &Self::Needs, cx: &Context) -> Result<Undo, StepError> {
        let target = Self::target(request, cx);
        let observed = self.snapshots.describe_db_snapshot(target.identifier()).await?;
        let keep = !cx.on_failure.removes(ResourceKind::DbSnapshot);
        let (source, key) = (handover.snapshot.to_string(), key_arn(request));
        let claim = Self::claim(&target, &source, key.as_deref(), cx);
        remove(observed, &claim, resource_of(&target), keep, async |owned| {
            self.snapshots.delete_db_snapshot(&owned).await.map(|()| "deleting")
        })
        .await
    }

    async fn verify(&self, fact: &SnapshotCopy, _: &Context) -> Result<bool, StepError> {
        let found = self.snapshots.describe_db_snapshot(fact.arn.identifier()).await?;
        Ok(found.is_some_and(|found| status::of_snapshot(&found.status) == Class::Ready))
    }

    async fn is_gone(&self, fact: &SnapshotCopy, _: &Context) -> Result<bool, StepError> {
        Ok(self.snapshots.describe_db_snapshot(fact.arn.identifier()).await?.is_none())
    }

    fn differs(&self, (before, _): &Self::Needs, (after, _): &Self::Needs) -> Option<String> {
        let made_with = |request: &DestinationRequest| {
            (request.account.clone(), request.region.clone(), request.kms_key.clone(), request.cluster.identifier.clone())
        };
        (made_with(before) != made_with(after)).then(|| "the copy is in another place, or under another key or name".into())
    }

    fn keeps(&self, copy: &SnapshotCopy) -> Vec<Resource> {
        vec![resource_of(&copy.arn)]
    }

    fn footprint(&self, (request, _): &Self::Needs, cx: &Context) -> Vec<Resource> {
        vec![resource_of(&Self::target(request, cx))]
    }

    fn permissions(&self) -> Vec<Permission> {
        vec![
            Permission::new(Side::Destination, &["rds:DescribeDBSnapshots"], [Target::SnapshotCopies, Target::SharedSnapshots]),
            // RDS asks for both ends of a copy (RDS user guide, copying a snapshot).
            Permission::new(Side::Destination, &["rds:CopyDBSnapshot"], [Target::SnapshotCopies, Target::SharedSnapshots])
                .when(Condition::Tags(Role::Handover)),
            Permission::new(Side::Destination, &["rds:AddTagsToResource"], [Target::SnapshotCopies])
                .when(Condition::Tags(Role::Handover)),
            Permission::new(Side::Destination, &["rds:DeleteDBSnapshot"], [Target::SnapshotCopies])
                .when(Condition::Owned(Role::Handover)),
            Permission::new(Side::Destination, &READ_WITH, [Target::SourceKey]).when(Condition::ThroughRds),
            Permission::new(Side::Destination, &WRITE_WITH, [Target::DestinationKey]).when(Condition::ThroughRds),
            Permission::new(Side::Destination, &["kms:CreateGrant"], [Target::SourceKey])
                .when(Condition::ThroughRds)
                .when(Condition::GrantForAws),
            Permission::new(Side::Destination, &["kms:CreateGrant"], [Target::DestinationKey])
                .when(Condition::ThroughRds)
                .when(Condition::GrantForAws),
        ]
    }

    fn expected(&self, _: &Self::Needs) -> Option<Duration> {
        Some(Duration::from_mins(15))
    }

    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast {
        let request = given.read::<DestinationRequest>().ok();
        Forecast {
            side: Some(Side::Destination),
            calls: &["CopyDBSnapshot"],
            makes: request.map(|request| resource_of(&Self::target(&request, cx))).into_iter().collect(),
            removes: Vec::new(),
            expected: Some(Duration::from_mins(15)),
        }
    }

    fn wait_policy(&self) -> WaitPolicy {
        // A terabyte under a new key takes hours, and copies of one source queue behind each other.
        WaitPolicy { deadline: Duration::from_hours(72), stall_limit: Some(Duration::from_hours(3)), ..WaitPolicy::default() }
    }
}

/// What RDS does, in the name of whoever copies, with the key of the original (RDS user guide, sharing an encrypted snapshot).
const READ_WITH: [&str; 5] =
    ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom"];

/// The same with the key of the copy.
pub(super) const WRITE_WITH: [&str; 5] =
    ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptTo"];

fn is_key_or_share(error: &StepError) -> bool {
    error.kind() == ErrorKind::NotFound || error.code().is_some_and(|code| code.starts_with("KMSKeyNotAccessible"))
}
