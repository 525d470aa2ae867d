//! What is going to happen, and when.

use std::collections::BTreeMap;
use std::time::Duration;

use rds_refresh_core::Timestamp;

use super::Caller;
use super::place::Place;
use super::resource::PendingModifiedValues;

/// The kinds of resources that live through time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Cluster,
    ClusterSnapshot,
    Instance,
    Snapshot,
    Key,
}

/// One resource of the world.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    pub(crate) id: String,
}

impl Target {
    pub(crate) fn new(place: &Place, kind: Kind, id: &str) -> Self {
        Self { place: place.clone(), kind, id: id.to_owned() }
    }
}

/// What happens to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    /// The status changes, and nothing else.
    Status(&'static str),
    /// An instance is up, and its storage is being optimised.
    StorageOptimizing,
    /// The storage of an instance is optimised.
    StorageOptimized,
    /// A restore or a snapshot is done.
    Ready,
    /// It is gone and its identifier is free.
    Gone,
    /// A copy leaves the queue.
    CopyBegins,
    /// All data of a copy is there.
    CopyEnds { caller: Caller, source: String, kms_key: Option<String> },
    /// A member of a cluster shows for the first time.
    MemberAppears(Member),
    /// The backup window opens.
    BackupWindow,
    /// An automated backup begins; it ends with the status `available`.
    Backup,
    /// A new master password is in force.
    PasswordSet,
    /// Changes begin to be applied: the status says so.
    Modifying(Box<PendingModifiedValues>),
    /// Changes are in force.
    Modified(Box<PendingModifiedValues>),
    /// The maintenance window opens.
    MaintenanceWindow,
}

/// A member that a cluster is going to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) is_writer: bool,
    pub(crate) zone: String,
}

/// Everything that is going to happen, in order of time; at the same time, in the order it was decided.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agenda {
    due: BTreeMap<(Timestamp, u64), (Target, Happening)>,
    decided: u64,
}

impl Agenda {
    /// Decides that something is going to happen.
    pub(crate) fn at(&mut self, when: Timestamp, target: &Target, happening: Happening) {
        self.due.insert((when, self.decided), (target.clone(), happening));
        self.decided += 1;
    }

    /// Takes the first thing that is due.
    pub(crate) fn pop_due(&mut self, now: Timestamp) -> Option<(Timestamp, Target, Happening)> {
        let entry = self.due.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((when, _), (target, happening)) = entry.remove_entry();
        Some((when, target, happening))
    }

    /// Forgets all that was going to happen to a resource.
    pub(crate) fn forget(&mut self, target: &Target) {
        self.due.retain(|_, (other, _)| other != target);
    }

    /// Whether this is going to happen to a resource.
    pub(crate) fn expects(&self, target: &Target, happening: &Happening) -> bool {
        self.due.values().any(|(of, what)| of == target && what == happening)
    }

    /// This happens to a resource later, if it was going to.
    pub(crate) fn put_off(&mut self, target: &Target, happening: &Happening, by: Duration) {
        let due = self.due.iter().find(|(_, (of, what))| of == target && what == happening);
        if let Some(key) = due.map(|(key, _)| *key) {
            self.due.remove(&key);
            self.at(key.0 + by, target, happening.clone());
        }
    }

    /// Nothing of this kind happens to a resource any more. Answers whether something would have.
    pub(crate) fn cancel(&mut self, target: &Target, happening: &Happening) -> bool {
        let before = self.due.len();
        self.due.retain(|_, (of, what)| of != target || what != happening);
        before != self.due.len()
    }

    /// The changes that are being applied to a resource.
    pub(crate) fn modifications(&self, target: &Target) -> impl Iterator<Item = &PendingModifiedValues> {
        self.due.values().filter(move |(of, _)| of == target).filter_map(|(_, what)| match what {
            Happening::Modified(changes) => Some(&**changes),
            _ => None,
        })
    }

    /// When the last change that is being applied to a resource will be in force.
    pub(crate) fn modified_until(&self, target: &Target) -> Option<Timestamp> {
        let changes = |what: &Happening| matches!(what, Happening::Modified(_) | Happening::PasswordSet);
        self.due.iter().rev().find(|(_, (of, what))| of == target && changes(what)).map(|((when, _), _)| *when)
    }

    /// What was going to happen to a resource happens to it under its new name.
    pub(crate) fn rename(&mut self, from: &Target, to: &Target) {
        for (target, _) in self.due.values_mut().filter(|(target, _)| target == from) {
            target.clone_from(to);
        }
    }

    /// When something is going to happen next.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.due.keys().next().map(|(when, _)| *when)
    }
}
