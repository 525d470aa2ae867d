use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Fate, Finding, Proof};
use super::made::{Made, doubt_of_age};
use crate::ids::{AccountId, KeyArn, Region};
use crate::ports::{DbClusterSnapshot, DbInstance, DbSnapshot, Grant, Ownable, Owned, Tags};
use crate::resource::{EXPIRES_TAG, Role, run_of_grant};
use crate::{Resource, ResourceKind, RunId, Timestamp};

/// What one account holds in one Region, as [`Inventory`](crate::ports::Inventory) lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holdings {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
    /// Its instances.
    pub instances: Vec<DbInstance>,
    /// Its manual DB snapshots.
    pub snapshots: Vec<DbSnapshot>,
    /// Its manual DB cluster snapshots.
    pub cluster_snapshots: Vec<DbClusterSnapshot>,
    /// The grants on those of its keys that were looked at.
    pub grants: Vec<(KeyArn, Grant)>,
    /// What could not be looked at, wholly or in part: less than all of it is listed here.
    pub unseen: BTreeSet<ResourceKind>,
}

/// The runs that are stored here, and whether each is live: it is driven, or it has not ended. One whose state cannot be read counts as
/// live. A run that is not among them is unknown.
pub type Known = BTreeMap<RunId, bool>;

/// Everything in these accounts that a run made for the way, and what becomes of it: instances, which bill by the hour, before the rest,
/// in the order of the accounts.
///
/// The accounts are judged together, because a snapshot in one may be being copied to another.
#[must_use]
pub fn decide(accounts: &[Holdings], known: &Known, now: Timestamp) -> Vec<Finding> {
    let judge = Judge { accounts, known, now };
    let mut found = Vec::new();
    for holdings in accounts {
        found.extend(holdings.instances.iter().filter_map(|it| judge.instance(holdings, it)));
        found.extend(holdings.snapshots.iter().filter_map(|it| judge.snapshot(holdings, it)));
        found.extend(holdings.cluster_snapshots.iter().filter_map(|it| judge.cluster_snapshot(holdings, it)));
        found.extend(holdings.grants.iter().filter_map(|(key, it)| judge.grant(holdings, key, it)));
    }
    found.sort_by_key(|found| found.resource.kind != ResourceKind::DbInstance);
    found
}

struct Judge<'a> {
    accounts: &'a [Holdings],
    known: &'a Known,
    now: Timestamp,
}

/// What all kinds show alike.
struct Shown<'a> {
    kind: ResourceKind,
    identifier: &'a str,
    arn: &'a str,
    status: &'a str,
    tags: &'a Tags,
    created_at: Option<Timestamp>,
    class: Option<&'a str>,
    gib: Option<u32>,
    /// What does not fit, though all marks of ownership are there.
    doubt: Option<String>,
}

impl Judge<'_> {
    fn instance(&self, at: &Holdings, it: &DbInstance) -> Option<Finding> {
        let made = Made::read(ResourceKind::DbInstance, &it.identifier, &it.tags)?;
        // An instance does not show what it was restored from. Members and snapshots show which clusters there are or were.
        let members = at.instances.iter().filter_map(|instance| instance.cluster.as_deref());
        let mut clusters = members.chain(at.cluster_snapshots.iter().map(|snapshot| snapshot.cluster.as_str()));
        let doubt = if it.deletion_protection {
            Some("it is protected from deletion, which no run does".to_owned())
        } else if clusters.any(|cluster| made.is_derived_from(cluster, &it.identifier)) {
            None
        } else {
            Some("there is no DB cluster, member or manual snapshot of one, that it could have been restored from".to_owned())
        };
        let shown = Shown {
            kind: ResourceKind::DbInstance,
            identifier: &it.identifier,
            arn: &it.arn,
            status: &it.status,
            tags: &it.tags,
            created_at: it.created_at,
            class: Some(&it.class),
            gib: it.allocated_storage,
            doubt,
        };
        self.judge(at, made, &shown, it, Proof::Instance)
    }

    fn snapshot(&self, at: &Holdings, it: &DbSnapshot) -> Option<Finding> {
        let made = Made::read(ResourceKind::DbSnapshot, &it.identifier, &it.tags).filter(|made| made.is_on_the_way_of(it))?;
        let shown = Shown {
            kind: ResourceKind::DbSnapshot,
            identifier: &it.identifier,
            arn: &it.arn,
            status: &it.status,
            tags: &it.tags,
            created_at: it.created_at,
            class: None,
            gib: it.allocated_storage,
            doubt: None,
        };
        self.judge(at, made, &shown, it, Proof::Snapshot)
    }

    fn cluster_snapshot(&self, at: &Holdings, it: &DbClusterSnapshot) -> Option<Finding> {
        let made = Made::read(ResourceKind::DbClusterSnapshot, &it.identifier, &it.tags)?;
        if !made.is_derived_from(&it.cluster, &it.identifier) {
            return None;
        }
        let shown = Shown {
            kind: ResourceKind::DbClusterSnapshot,
            identifier: &it.identifier,
            arn: &it.arn,
            status: &it.status,
            tags: &it.tags,
            created_at: it.created_at,
            class: None,
            gib: it.allocated_storage,
            doubt: None,
        };
        self.judge(at, made, &shown, it, Proof::ClusterSnapshot)
    }

    /// A grant has no tags: its name says which run made it, and what that run shares of itself says whether it is still needed.
    fn grant(&self, at: &Holdings, key: &KeyArn, it: &Grant) -> Option<Finding> {
        let run = run_of_grant(&it.name)?;
        let shared = at.snapshots.iter().filter_map(|snapshot| self.snapshot(at, snapshot)).filter(|found| found.run == run);
        let needed = shared.map(|found| found.fate).find(|fate| !matches!(fate, Fate::Expired { .. } | Fate::Deleting));
        let fate = match needed {
            _ if self.is_live(&run) => Fate::Live,
            Some(fate) => fate,
            None if at.unseen.contains(&ResourceKind::DbSnapshot) => Fate::CopiesUnseen,
            None => Fate::Unneeded,
        };
        let id = format!("{key}#{}", it.name);
        Some(Finding {
            resource: Resource { kind: ResourceKind::KmsGrant, account: at.account.clone(), region: at.region.clone(), id },
            run,
            role: Role::Handover,
            status: format!("granted to {}", it.grantee),
            age: None,
            class: None,
            gib: None,
            fate,
            proof: Proof::Grant(key.clone(), it.id.clone()),
        })
    }

    fn judge<T: Ownable + Clone>(
        &self,
        at: &Holdings,
        made: Made,
        shown: &Shown<'_>,
        it: &T,
        proof: fn(Owned<T>) -> Proof,
    ) -> Option<Finding> {
        let proof = proof(made.prove(shown.identifier, it.clone())?);
        Some(Finding {
            resource: Resource {
                kind: shown.kind,
                account: at.account.clone(),
                region: at.region.clone(),
                id: shown.identifier.to_owned(),
            },
            fate: self.fate(shown, &made),
            run: made.run,
            role: made.role,
            status: shown.status.to_owned(),
            age: shown.created_at.map(|made| self.now.since(made)),
            class: shown.class.map(ToOwned::to_owned),
            gib: shown.gib,
            proof,
        })
    }

    fn fate(&self, shown: &Shown<'_>, made: &Made) -> Fate {
        if self.is_live(&made.run) {
            return Fate::Live;
        }
        if shown.status == "deleting" {
            return Fate::Deleting;
        }
        let Some(until) = shown.tags.get(EXPIRES_TAG).and_then(|text| text.parse::<Timestamp>().ok()) else {
            return Fate::Timeless;
        };
        if until > self.now {
            return Fate::Kept { until };
        }
        if let Some(why) = shown.doubt.clone().or_else(|| doubt_of_age(shown.created_at, until)) {
            return Fate::Doubtful { why };
        }
        if self.is_being_copied(shown.arn) {
            return Fate::Copied;
        }
        let are_unseen = || self.accounts.iter().any(|holdings| holdings.unseen.contains(&ResourceKind::DbSnapshot));
        if made.is_shared() && are_unseen() { Fate::CopiesUnseen } else { Fate::Expired { at: until } }
    }

    fn is_live(&self, run: &RunId) -> bool {
        self.known.get(run).is_some_and(|live| *live)
    }

    /// Whether something is being made from it, as far as the copies themselves say so.
    fn is_being_copied(&self, arn: &str) -> bool {
        let snapshots = self.accounts.iter().flat_map(|holdings| &holdings.snapshots);
        let of_it = snapshots.filter(|copy| copy.copied_from.as_deref() == Some(arn));
        of_it.into_iter().any(|copy| !matches!(copy.status.as_str(), "available" | "failed" | "deleting"))
    }
}
