use std::time::Duration;

use serde::Serialize;

use crate::ids::KeyArn;
use crate::ports::{DbClusterSnapshot, DbInstance, DbSnapshot, Owned};
use crate::resource::Role;
use crate::steps::status::{Class, of_instance, of_snapshot};
use crate::{Resource, ResourceKind, RunId, Timestamp};

const HOUR: f64 = 60.0 * 60.0;

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
    /// How long ago it was made; `None` where RDS does not say, as while it is being made, and of a grant.
    pub age: Option<Duration>,
    /// Its `DBInstanceClass`, if it is an instance.
    pub class: Option<String>,
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
    /// A copy may be being made of it: the snapshots of an account could not be looked at.
    CopiesUnseen,
    /// It is a grant of a run that is not live and has no snapshot left whose time has not come: it may be removed.
    Unneeded,
    /// It is being removed already.
    Deleting,
    /// It has no expiry that can be read, so a person must decide.
    Timeless,
    /// It carries the marks of a run and is past its time, but is not as a run makes it, so a person must decide.
    Doubtful {
        /// In which way. The text finishes the sentence "a person must decide: …".
        why: String,
    },
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
    /// The hours for which it has billed its class so far, if it is an instance: its age. RDS bills an instance from its creation on,
    /// whatever its status (but `stopped`), by the second. `None` of anything else, and where the age is not known.
    #[must_use]
    pub fn instance_hours(&self) -> Option<f64> {
        let age = self.age.filter(|_| self.resource.kind == ResourceKind::DbInstance)?;
        Some(age.as_secs_f64() / HOUR)
    }

    /// What keeping it has taken so far, in GiB-months of 30 days: size times age. RDS bills snapshots by what they hold beyond others,
    /// so this is the most that it can be. `None` where size or age is not known.
    #[must_use]
    pub fn gib_months(&self) -> Option<f64> {
        const MONTH: f64 = 30.0 * 24.0 * HOUR;
        Some(f64::from(self.gib?) * self.age?.as_secs_f64() / MONTH)
    }

    /// Whether it may be removed.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        matches!(self.fate, Fate::Expired { .. } | Fate::Unneeded)
    }

    /// Whether it is being made, as its status says: what has failed has no age either.
    #[must_use]
    pub fn is_being_made(&self) -> bool {
        let class = match self.resource.kind {
            ResourceKind::DbInstance => of_instance(&self.status),
            ResourceKind::DbSnapshot | ResourceKind::DbClusterSnapshot => of_snapshot(&self.status),
            _ => return false,
        };
        self.age.is_none() && class == Class::Busy
    }
}
