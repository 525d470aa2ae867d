//! Step 4: the instance snapshot is shared with exactly one account, which is also given the key.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::decision::Decision;
use super::status::{self, Class};
use super::undo::stranger;
use super::{EncryptSnapshot, InstanceSnapshot};
use crate::fact::Fact;
use crate::ids::{AccountId, DbSnapshotIdentifier, KeyArn};
use crate::key_policy::Policy;
use crate::machine::Seen;
use crate::permission::{Condition, Permission, Target};
use crate::ports::{CreateGrant, DbSnapshot, Grant, Key, KeyManager, SourceKeys, SourceSnapshots};
use crate::request::SourceRequest;
use crate::resource::grant_name;
use crate::step::{Context, Progress, Side, Step, Undo};
use crate::{ErrorKind, Facts, Forecast, Resource, ResourceKind, Role, StepError, Timestamp};

/// The instance snapshot is shared with one account, and that account can use its key, if it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// The snapshot.
    pub snapshot: DbSnapshotIdentifier,
    /// The account.
    pub with: AccountId,
    /// The grant that the run made; `None` where the key's policy allowed the account already, or there is no key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<KeyGrant>,
}

/// A grant that a run made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyGrant {
    /// The key.
    pub key: KeyArn,
    /// The grant's name, which carries the run.
    pub name: String,
    /// When it was made, or was first seen.
    pub made_at: Timestamp,
}

impl Fact for Shared {
    const NAME: &'static str = "shared";
}

impl KeyGrant {
    pub(super) fn resource(&self) -> Resource {
        Resource {
            kind: ResourceKind::KmsGrant,
            account: self.key.account().clone(),
            region: self.key.region().clone(),
            id: format!("{}#{}", self.key, self.name),
        }
    }
}

/// Shares the snapshot, and the key where its policy does not.
#[derive(Clone)]
pub struct ShareSnapshot {
    snapshots: Arc<dyn SourceSnapshots>,
    keys: Arc<dyn SourceKeys>,
}

/// What a look at the share and the key shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// The snapshot.
    pub snapshot: DbSnapshot,
    /// The accounts it is shared with.
    pub accounts: Vec<String>,
    /// The key it is encrypted with, if it is.
    pub key: Option<Key>,
    /// Whether the key's policy lets the destination use it, beyond doubt.
    pub policy_allows: bool,
    /// The grants of the run's name.
    pub grants: Vec<Grant>,
}

/// The mutating calls of this step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sharer {
    /// `ModifyDBSnapshotAttribute`.
    Share,
    /// `CreateGrant`.
    Grant(CreateGrant),
}

/// KMS may take so long to show a grant (KMS developer guide, grants: eventual consistency).
const GRANT_LAG: Duration = Duration::from_mins(5);

/// How long after the beginning of the step's call the grant is made at the latest: the policy's limit of a minute, and as much again for
/// a call that was held up.
const LONGEST_CALL: Duration = Duration::from_mins(2);

impl ShareSnapshot {
    /// The step, by these ports.
    #[must_use]
    pub fn new(snapshots: Arc<dyn SourceSnapshots>, keys: Arc<dyn SourceKeys>) -> Self {
        Self { snapshots, keys }
    }

    fn grant(key: &KeyArn, cx: &Context) -> KeyGrant {
        KeyGrant { key: key.clone(), name: grant_name(&cx.run, cx.attempt), made_at: cx.now }
    }

    fn shared(request: &SourceRequest, fact: &InstanceSnapshot, grant: Option<KeyGrant>) -> Shared {
        Shared { snapshot: fact.arn.identifier().clone(), with: request.share_with.clone(), grant }
    }

    /// What the look at share and key asks for.
    #[must_use]
    pub fn decide(request: &SourceRequest, fact: &InstanceSnapshot, cx: &Context, sharing: &Sharing) -> Decision<Shared, Sharer> {
        let destination = &request.share_with;
        if let Err(why) = fact.prove(sharing.snapshot.clone(), cx) {
            return Decision::Fail(stranger(&fact.resource(), &why));
        }
        if let Some(Err(error)) = sharing.key.as_ref().map(check_key) {
            return Decision::Fail(error.on(fact.kms_key.clone().unwrap_or_default()));
        }
        if let Some(other) = sharing.accounts.iter().find(|account| *account != destination.as_str()) {
            return Decision::Fail(
                StepError::conflict(format!(
                    "the snapshot is shared with {other} as well, and the run shares with {destination} only"
                ))
                .on(fact.arn.to_string()),
            );
        }
        match status::of_snapshot(&sharing.snapshot.status) {
            Class::Ready => {}
            Class::Busy => {
                return Decision::Wait(Seen::status(&sharing.snapshot.status).of(&sharing.snapshot.identifier));
            }
            Class::Deleting | Class::Failed => {
                let why = format!("the snapshot to share is {}", sharing.snapshot.status);
                return Decision::Fail(StepError::terminal_status(why).on(fact.arn.to_string()));
            }
        }
        if sharing.accounts.is_empty() {
            return Decision::Do(Sharer::Share);
        }
        // What is not encrypted needs no key, and no grant.
        let Some(key) = &sharing.key else { return Decision::Ready(Self::shared(request, fact, None)) };
        let grant = Self::grant(&key.arn, cx);
        if !sharing.grants.is_empty() {
            return Decision::Ready(Self::shared(request, fact, Some(grant)));
        }
        if sharing.policy_allows {
            return Decision::Ready(Self::shared(request, fact, None));
        }
        Decision::Do(Sharer::Grant(CreateGrant { key: grant.key, grantee: destination.clone(), name: grant.name }))
    }

    async fn observe(
        &self,
        request: &SourceRequest,
        fact: &InstanceSnapshot,
        cx: &Context,
    ) -> Result<Option<Sharing>, StepError> {
        let identifier = fact.arn.identifier();
        let Some(snapshot) = self.snapshots.describe_db_snapshot(identifier).await? else { return Ok(None) };
        let Some(accounts) = self.snapshots.restore_attribute(identifier).await? else { return Ok(None) };
        let Some(arn) = fact.key_arn()? else {
            return Ok(Some(Sharing { snapshot, accounts, key: None, policy_allows: false, grants: Vec::new() }));
        };
        let key = self.keys.describe_key(&arn).await?.ok_or_else(|| {
            StepError::not_found("the key that the snapshot is encrypted with does not exist").on(arn.to_string())
        })?;
        let policy_allows = match self.keys.key_policy(&arn).await {
            // A grant that was not needed does no harm, so whatever is not certain is a no.
            Ok(policy) => Policy::parse(&policy).is_ok_and(|policy| policy.lets_copy(&arn, &request.share_with)),
            // The key is another account's, or its policy is not ours to read: a grant says the same and needs no reading.
            Err(error) if matches!(error.kind(), ErrorKind::Denied | ErrorKind::NotFound) => false,
            Err(error) => return Err(error),
        };
        // An earlier look may have made a grant, of which nobody was told, before somebody changed the policy. The first look made none.
        let none_is_made = policy_allows && cx.elapsed.is_zero();
        let grants = if none_is_made { Vec::new() } else { self.keys.grants_named(&arn, &Self::grant(&arn, cx).name).await? };
        Ok(Some(Sharing { snapshot, accounts, key: Some(key), policy_allows, grants }))
    }
}

/// Whether a snapshot that is encrypted with the key can be used in another account.
fn check_key(key: &Key) -> Result<(), StepError> {
    if key.manager == KeyManager::Aws {
        return Err(StepError::invalid(
            "the snapshot is encrypted with a key that AWS manages, and RDS does not share those: name a customer managed \
             key as `share_key`, or encrypt the source cluster with one",
        ));
    }
    // As KMS answers calls with such a key: only a person enables it again, and then the run goes on.
    if key.state != "Enabled" {
        return Err(StepError::denied(format!("the key is {}: RDS cannot use it until it is enabled", key.state)));
    }
    if key.spec != "SYMMETRIC_DEFAULT" {
        return Err(StepError::invalid(format!("the key's spec is {}, and RDS supports symmetric keys only", key.spec)));
    }
    Ok(())
}

/// One step towards the end of a share: the attribute first, then the grant. One that is not seen may still show for `lag`.
pub(super) async fn unshare(
    snapshots: &dyn SourceSnapshots,
    keys: &dyn SourceKeys,
    fact: &InstanceSnapshot,
    with: &AccountId,
    grant: Option<&KeyGrant>,
    lag: Duration,
    cx: &Context,
) -> Result<Undo, StepError> {
    let identifier = fact.arn.identifier();
    if let Some(accounts) = snapshots.restore_attribute(identifier).await?
        && accounts.iter().any(|account| account == with.as_str())
        && let Some(found) = snapshots.describe_db_snapshot(identifier).await?
    {
        let resource = share(fact, with);
        let owned = fact.prove(found, cx).map_err(|why| stranger(&resource, &why))?;
        match snapshots.unshare_db_snapshot(&owned, with).await {
            // A snapshot that somebody has just deleted is not shared either: the next look shows it.
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        return Ok(Undo::Pending { seen: Seen::status("unsharing").of(identifier.as_str()), removing: vec![resource] });
    }
    let Some(grant) = grant else { return Ok(Undo::done()) };
    if let Some(found) = keys.grants_named(&grant.key, &grant.name).await?.first() {
        keys.revoke_grant(&grant.key, &found.id).await?;
        return Ok(Undo::Pending { seen: Seen::status("revoking the grant").of(&grant.name), removing: vec![grant.resource()] });
    }
    if lag.is_zero() {
        return Ok(Undo::done());
    }
    Ok(waits_for_kms(grant))
}

fn waits_for_kms(grant: &KeyGrant) -> Undo {
    Undo::Pending { seen: Seen::status("waiting for KMS to show its grants").of(&grant.name), removing: Vec::new() }
}

/// How much longer a grant may not be listed whose call began so long ago.
pub(super) fn grant_lag(age: Duration) -> Duration {
    (LONGEST_CALL + GRANT_LAG).saturating_sub(age)
}

fn share(fact: &InstanceSnapshot, with: &AccountId) -> Resource {
    share_of(fact.resource(), with)
}

fn share_of(snapshot: Resource, with: &AccountId) -> Resource {
    Resource { kind: ResourceKind::SnapshotShare, id: format!("{}:{with}", snapshot.id), ..snapshot }
}

debug_by_name!(ShareSnapshot);

impl Step for ShareSnapshot {
    const NAME: &'static str = "share-snapshot";
    const VERSION: u32 = 1;
    type Needs = (SourceRequest, InstanceSnapshot);
    type Gives = Shared;

    async fn reconcile(&self, (request, fact): &Self::Needs, cx: &Context) -> Result<Progress<Shared>, StepError> {
        let Some(sharing) = self.observe(request, fact, cx).await? else {
            return Err(StepError::not_found("the snapshot to share is gone: somebody deleted it").on(fact.arn.to_string()));
        };
        match Self::decide(request, fact, cx, &sharing) {
            Decision::Ready(shared) => Ok(Progress::Ready(shared)),
            Decision::Wait(seen) => Ok(Progress::pending(seen)),
            Decision::Fail(error) => Err(error),
            Decision::Do(Sharer::Share) => {
                let owned = fact.prove(sharing.snapshot, cx).map_err(|why| stranger(&fact.resource(), &why))?;
                match self.snapshots.share_db_snapshot(&owned, &request.share_with).await {
                    Ok(()) => Ok(Progress::Pending(Seen::status("sharing").of(fact.arn.identifier().as_str()), Some(SOON))),
                    Err(error) => super::decision::look_again(error),
                }
            }
            // KMS may not list a new grant for minutes, so its answer is what counts. Made twice under one name, it is still one.
            Decision::Do(Sharer::Grant(create)) => {
                self.keys.create_grant(&create).await?;
                Ok(Progress::Ready(Self::shared(request, fact, Some(Self::grant(&create.key, cx)))))
            }
        }
    }

    async fn compensate(&self, (request, fact): &Self::Needs, cx: &Context) -> Result<Undo, StepError> {
        let (grant, lag) = match cx.gave::<Shared>() {
            // What was answered counts: where no grant was needed, none may show.
            Some(shared) => {
                let lag = shared.grant.as_ref().map(|grant| grant_lag(cx.now.since(grant.made_at))).unwrap_or_default();
                (shared.grant, lag)
            }
            // When it was made, if it was, nobody knows: not after the undoing began.
            None => (fact.key_arn()?.map(|key| Self::grant(&key, cx)), GRANT_LAG.saturating_sub(cx.elapsed)),
        };
        if !cx.on_failure.removes(ResourceKind::SnapshotShare) {
            return self.kept(request, fact, grant.as_ref(), lag).await;
        }
        unshare(&*self.snapshots, &*self.keys, fact, &request.share_with, grant.as_ref(), lag, cx).await
    }

    async fn verify(&self, shared: &Shared, _: &Context) -> Result<bool, StepError> {
        // A failed run takes the share back before the grant, and KMS may list a revoked grant, or not list one that stands.
        let accounts = self.snapshots.restore_attribute(&shared.snapshot).await?.unwrap_or_default();
        Ok(accounts.iter().any(|account| account == shared.with.as_str()))
    }

    fn differs(&self, (before, _): &Self::Needs, (after, _): &Self::Needs) -> Option<String> {
        (before.share_with != after.share_with).then(|| format!("the snapshot is shared with {}", before.share_with))
    }

    fn footprint(&self, (request, fact): &Self::Needs, cx: &Context) -> Vec<Resource> {
        let mut all = vec![share(fact, &request.share_with)];
        all.extend(fact.key_arn().ok().flatten().map(|key| Self::grant(&key, cx).resource()));
        all
    }

    fn watched(&self, (_, fact): &Self::Needs, _: &Context) -> Vec<Resource> {
        vec![fact.resource()]
    }

    fn permissions(&self) -> Vec<Permission> {
        vec![
            Permission::new(
                Side::Source,
                &["rds:DescribeDBSnapshots", "rds:DescribeDBSnapshotAttributes"],
                [Target::SharableSnapshots],
            ),
            Permission::new(Side::Source, &["rds:ModifyDBSnapshotAttribute"], [Target::SharableSnapshots])
                .when(Condition::Owned(Role::Handover)),
            Permission::new(Side::Source, &["kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListGrants"], [Target::SharedKey]),
            Permission::new(Side::Source, &["kms:CreateGrant"], [Target::SharedKey]).when(Condition::GrantToDestination),
            Permission::new(Side::Source, &["kms:RevokeGrant"], [Target::SharedKey]),
        ]
    }

    fn expected(&self, _: &Self::Needs) -> Option<Duration> {
        Some(SOON)
    }

    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast {
        let request = given.read::<SourceRequest>().ok();
        Forecast {
            side: Some(Side::Source),
            calls: &["ModifyDBSnapshotAttribute", "CreateGrant"],
            makes: request.map(|request| vec![Self::planned_share(&request, cx)]).unwrap_or_default(),
            removes: Vec::new(),
            expected: Some(SOON),
        }
    }
}

impl ShareSnapshot {
    /// The share of the first snapshot that the run is going to make. Whether there is a grant as well, the key's policy decides.
    pub(super) fn planned_share(request: &SourceRequest, cx: &Context) -> Resource {
        share_of(EncryptSnapshot::shared(request, cx), &request.share_with)
    }

    async fn kept(
        &self,
        request: &SourceRequest,
        fact: &InstanceSnapshot,
        grant: Option<&KeyGrant>,
        lag: Duration,
    ) -> Result<Undo, StepError> {
        let mut kept = Vec::new();
        let accounts = self.snapshots.restore_attribute(fact.arn.identifier()).await?.unwrap_or_default();
        if accounts.iter().any(|account| account == request.share_with.as_str()) {
            kept.push(share(fact, &request.share_with));
        }
        let Some(grant) = grant else { return Ok(Undo::Done { kept }) };
        if !self.keys.grants_named(&grant.key, &grant.name).await?.is_empty() {
            kept.push(grant.resource());
        } else if !lag.is_zero() {
            return Ok(waits_for_kms(grant));
        }
        Ok(Undo::Done { kept })
    }
}

/// RDS answers when the snapshot is shared; the look is for certainty.
const SOON: Duration = Duration::from_secs(1);
