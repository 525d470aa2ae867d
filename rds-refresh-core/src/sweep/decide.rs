use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::ids::{AccountId, KeyArn, Region};
use crate::ports::{Claim, DbClusterSnapshot, DbInstance, DbSnapshot, Grant, Ownable, Owned, Tags};
use crate::resource::{EXPIRES_TAG, OWNER_TAG, Role, run_of_grant};
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
}

/// The runs that are stored here, and whether each is live: it is driven, or it has not ended. One whose state cannot be read counts as
/// live. A run that is not among them is unknown.
pub type Known = BTreeMap<RunId, bool>;

/// Something that a run made for the way, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub resource: Resource,
    /// The run that made it.
    pub run: RunId,
    /// What it is to the run.
    pub role: Role,
    /// Its status, as RDS spells it.
    pub status: String,
    /// How long ago it was made; `None` while it is being made, and of a grant.
    pub age: Option<Duration>,
    /// Its allocated storage in GiB, where RDS shows it.
    pub gib: Option<u32>,
    /// What becomes of it.
    pub fate: Fate,
    /// The proof that whatever deletes asks for.
    #[serde(skip)]
    pub(super) proof: Proof,
}

/// What becomes of something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
#[non_exhaustive]
pub enum Fate {
    /// It is past its time, and no live run made it: it may be removed.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// Its time has not come.
    Kept {
        /// When it comes.
        until: Timestamp,
    },
    /// The run that made it has not ended.
    Live,
    /// A copy is being made of it, which its removal would end.
    Copied,
    /// It is a grant of a run that is not live and has no snapshot left whose time has not come: it may be removed.
    Unneeded,
    /// It is being removed already.
    Deleting,
    /// It has no expiry that can be read, so a person must decide.
    Timeless,
}

/// An owned resource of any kind that a sweep removes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    Instance(Owned<DbInstance>),
    Snapshot(Owned<DbSnapshot>),
    ClusterSnapshot(Owned<DbClusterSnapshot>),
    /// Its key and `GrantId`.
    Grant(KeyArn, String),
}

impl Finding {
    /// What keeping it has taken so far, in GiB-months of 30 days: size times age. RDS bills snapshots by what they hold beyond others,
    /// so this is the most that it can be. `None` where size or age is not known.
    #[must_use]
    pub fn gib_months(&self) -> Option<f64> {
        const MONTH: f64 = 30.0 * 24.0 * 60.0 * 60.0;
        Some(f64::from(self.gib?) * self.age?.as_secs_f64() / MONTH)
    }

    /// Whether it may be removed.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        matches!(self.fate, Fate::Expired { .. } | Fate::Unneeded)
    }
}

/// Everything in these accounts that a run made for the way, in their order, and what becomes of it.
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
    gib: Option<u32>,
}

impl Judge<'_> {
    fn instance(&self, at: &Holdings, it: &DbInstance) -> Option<Finding> {
        let shown = Shown {
            kind: ResourceKind::DbInstance,
            identifier: &it.identifier,
            arn: &it.arn,
            status: &it.status,
            tags: &it.tags,
            created_at: it.created_at,
            gib: None,
        };
        self.judge(at, &shown, it, Proof::Instance)
    }

    fn snapshot(&self, at: &Holdings, it: &DbSnapshot) -> Option<Finding> {
        let shown = Shown {
            kind: ResourceKind::DbSnapshot,
            identifier: &it.identifier,
            arn: &it.arn,
            status: &it.status,
            tags: &it.tags,
            created_at: it.created_at,
            gib: it.allocated_storage,
        };
        self.judge(at, &shown, it, Proof::Snapshot)
    }

    fn cluster_snapshot(&self, at: &Holdings, it: &DbClusterSnapshot) -> Option<Finding> {
        let shown = Shown {
            kind: ResourceKind::DbClusterSnapshot,
            identifier: &it.identifier,
            arn: &it.arn,
            status: &it.status,
            tags: &it.tags,
            created_at: it.created_at,
            gib: it.allocated_storage,
        };
        self.judge(at, &shown, it, Proof::ClusterSnapshot)
    }

    /// A grant has no tags: its name says which run made it, and what that run shares of itself says whether it is still needed.
    fn grant(&self, at: &Holdings, key: &KeyArn, it: &Grant) -> Option<Finding> {
        let run = run_of_grant(&it.name)?;
        let shared = at.snapshots.iter().filter_map(|snapshot| self.snapshot(at, snapshot)).filter(|found| found.run == run);
        let needed = shared.map(|found| found.fate).find(|fate| !matches!(fate, Fate::Expired { .. } | Fate::Deleting));
        let is_live = self.known.get(&run).is_some_and(|live| *live);
        let id = format!("{key}#{}", it.name);
        Some(Finding {
            resource: Resource { kind: ResourceKind::KmsGrant, account: at.account.clone(), region: at.region.clone(), id },
            run,
            role: Role::Handover,
            status: format!("granted to {}", it.grantee),
            age: None,
            gib: None,
            fate: if is_live { Fate::Live } else { needed.unwrap_or(Fate::Unneeded) },
            proof: Proof::Grant(key.clone(), it.id.clone()),
        })
    }

    fn judge<T: Ownable + Clone>(
        &self,
        at: &Holdings,
        shown: &Shown<'_>,
        it: &T,
        proof: fn(Owned<T>) -> Proof,
    ) -> Option<Finding> {
        let (run, role) = owner(shown.tags.get(OWNER_TAG)?)?;
        if role == Role::Result {
            return None;
        }
        // Of a run that may be unknown only the tag can be proved: that it names this very resource, and that this is no member.
        let began = Timestamp::from_millis(0);
        let claim = Claim { run: &run, role, identifier: shown.identifier, began, source: None, kms_key: None };
        let proof = proof(claim.prove(it.clone()).ok()?);
        Some(Finding {
            resource: Resource {
                kind: shown.kind,
                account: at.account.clone(),
                region: at.region.clone(),
                id: shown.identifier.to_owned(),
            },
            fate: self.fate(shown, &run),
            run,
            role,
            status: shown.status.to_owned(),
            age: shown.created_at.map(|made| self.now.since(made)),
            gib: shown.gib,
            proof,
        })
    }

    fn fate(&self, shown: &Shown<'_>, run: &RunId) -> Fate {
        if self.known.get(run).is_some_and(|live| *live) {
            return Fate::Live;
        }
        if shown.status == "deleting" {
            return Fate::Deleting;
        }
        match shown.tags.get(EXPIRES_TAG).and_then(|text| text.parse::<Timestamp>().ok()) {
            None => Fate::Timeless,
            Some(until) if until > self.now => Fate::Kept { until },
            Some(_) if self.is_copied(shown.arn) => Fate::Copied,
            Some(at) => Fate::Expired { at },
        }
    }

    /// Whether something is being made from it, as far as the copies themselves say so.
    fn is_copied(&self, arn: &str) -> bool {
        let snapshots = self.accounts.iter().flat_map(|holdings| &holdings.snapshots);
        let of_it = snapshots.filter(|copy| copy.copied_from.as_deref() == Some(arn));
        of_it.into_iter().any(|copy| !matches!(copy.status.as_str(), "available" | "failed" | "deleting"))
    }
}

/// Run and role of an owner tag; whether it names the resource that carries it, the claim proves.
fn owner(tag: &str) -> Option<(RunId, Role)> {
    let mut parts = tag.splitn(3, '/');
    let run = parts.next()?.parse().ok()?;
    let role = parts.next()?;
    parts.next()?;
    [Role::Scratch, Role::Handover, Role::Result].into_iter().find(|known| known.as_str() == role).map(|role| (run, role))
}
