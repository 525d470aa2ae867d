//! What happens to resources in time.
//!
//! An operation decides what is going to happen and puts it on the [agenda](super::agenda); here it happens.

mod backup;
mod cluster;
mod copy;
mod instance;
mod modification;
mod snapshot;

pub(crate) use modification::MODIFIABLE;
pub(crate) use snapshot::SnapshotKind;

use std::time::Duration;

use rds_refresh_core::Timestamp;

use super::World;
use super::agenda::{Happening, Kind, Target};
use super::events::Occurrence;
use super::resource::Data;
use crate::timing::transfer;

/// The status of what cannot use its key.
const KEY_LOST: &str = "inaccessible-encryption-credentials";

impl World {
    pub(super) fn happen(&mut self, when: Timestamp, target: &Target, happening: Happening) {
        match (target.kind, happening) {
            (_, Happening::Status(status)) => self.set_status(target, status),
            (_, Happening::BackupWindow) => self.backup_window(when, target),
            (_, Happening::Backup) => self.backup(when, target),
            (_, Happening::StorageOptimizing) => self.storage_optimizing(target),
            (_, Happening::StorageOptimized) => self.storage_optimized(target),
            (Kind::Cluster, Happening::Ready) => self.cluster_ready(when, target),
            (Kind::Instance, Happening::Ready) => self.instance_ready(when, target),
            (Kind::Snapshot | Kind::ClusterSnapshot, Happening::Ready) => self.snapshot_ready(when, target),
            // A key is there as soon as it is made.
            (Kind::Key, Happening::Ready) => {}
            (_, Happening::Gone) => self.gone(when, target),
            (_, Happening::CopyBegins) => self.copy_begins(when, target),
            (_, Happening::CopyEnds { caller, source, kms_key }) => {
                self.copy_ends(when, target, &caller, &source, kms_key.as_deref());
            }
            (_, Happening::MemberAppears(member)) => self.member_appears(when, target, &member),
            (_, Happening::PasswordSet) => self.password_set(when, target),
            (_, Happening::Modifying(changes)) => self.modifying(when, target, &changes),
            (_, Happening::Modified(changes)) => self.modified(when, target, &changes),
            (_, Happening::MaintenanceWindow) => self.maintenance_window(when, target),
        }
    }

    /// The status of a resource, if it is there.
    pub(crate) fn status_mut(&mut self, target: &Target) -> Option<&mut String> {
        let holdings = self.at_mut(&target.place);
        match target.kind {
            Kind::Cluster => holdings.clusters.get_mut(&target.id).map(|it| &mut it.status),
            Kind::ClusterSnapshot => holdings.cluster_snapshots.get_mut(&target.id).map(|it| &mut it.status),
            Kind::Instance => holdings.instances.get_mut(&target.id).map(|it| &mut it.status),
            Kind::Snapshot => holdings.snapshots.get_mut(&target.id).map(|it| &mut it.status),
            Kind::Key => holdings.keys.get_mut(&target.id).map(|it| &mut it.state),
        }
    }

    pub(crate) fn set_status(&mut self, target: &Target, status: &str) {
        if let Some(current) = self.status_mut(target) {
            status.clone_into(current);
        }
    }

    /// Whether the key that a cluster or an instance is encrypted with is disabled or gone. RDS uses it by a grant of its own, so that
    /// the key policy does not matter any more (RDS user guide, AWS KMS key management).
    fn key_is_lost(&self, target: &Target) -> bool {
        let holdings = self.at(&target.place);
        let key = match target.kind {
            Kind::Cluster => holdings.clusters.get(&target.id).and_then(|it| it.kms_key.as_ref()),
            _ => holdings.instances.get(&target.id).and_then(|it| it.kms_key.as_ref()),
        };
        key.is_some_and(|arn| self.key(arn).is_none_or(|key| key.state != "Enabled"))
    }

    /// It ends in a status that it does not leave by itself.
    pub(crate) fn fail(&mut self, when: Timestamp, target: &Target, status: &str) {
        self.set_status(target, status);
        self.tell(when, target, &Occurrence::Failed { status: status.to_owned() });
    }

    /// From now on it is `deleting`: nothing else happens to it any more, and its identifier stays taken until it is gone.
    pub(crate) fn begin_deletion(&mut self, target: &Target, lasting: Duration) {
        self.agenda.forget(target);
        self.set_status(target, "deleting");
        self.agenda.at(self.now() + lasting, target, Happening::Gone);
    }

    fn gone(&mut self, when: Timestamp, target: &Target) {
        self.agenda.forget(target);
        self.remove(target);
        // What RDS made itself goes without a word.
        if !target.id.starts_with("rds:") {
            self.tell(when, target, &Occurrence::Deleted);
        }
    }

    fn remove(&mut self, target: &Target) {
        let holdings = self.at_mut(&target.place);
        match target.kind {
            Kind::Cluster => drop(holdings.clusters.remove(&target.id)),
            Kind::ClusterSnapshot => drop(holdings.cluster_snapshots.remove(&target.id)),
            Kind::Instance => {
                let cluster = holdings.instances.remove(&target.id).and_then(|instance| instance.cluster);
                if let Some(cluster) = cluster.and_then(|cluster| holdings.clusters.get_mut(&cluster)) {
                    cluster.members.retain(|member| member.instance != target.id);
                }
            }
            Kind::Snapshot => drop(holdings.snapshots.remove(&target.id)),
            Kind::Key => drop(holdings.keys.remove(&target.id)),
        }
    }

    fn password_set(&mut self, when: Timestamp, target: &Target) {
        let holdings = self.at_mut(&target.place);
        if let Some(cluster) = holdings.clusters.get_mut(&target.id).filter(|_| target.kind == Kind::Cluster) {
            (cluster.password_set_at, cluster.pending.master_user_password) = (Some(when), false);
        } else if let Some(instance) = holdings.instances.get_mut(&target.id).filter(|_| target.kind == Kind::Instance) {
            (instance.password_set_at, instance.pending.master_user_password) = (Some(when), false);
        }
        self.secret_active(target);
        self.rest(target);
        self.tell(when, target, &Occurrence::PasswordReset);
    }

    /// How long it takes to store a snapshot of some data: all of it, or what was rewritten since the last one of the same volume
    /// that still exists (RDS user guide, creating a DB snapshot).
    pub(crate) fn time_to_store(&self, data: &Data, when: Timestamp) -> Duration {
        let instances = self.places.values().flat_map(|holdings| holdings.snapshots.values());
        // A copy is a volume's snapshot somewhere else; it shortens nothing.
        let instances = instances.filter(|it| it.copy_of.is_none()).map(|it| (&it.data, it.created_at));
        let clusters =
            self.places.values().flat_map(|holdings| holdings.cluster_snapshots.values()).map(|it| (&it.data, it.created_at));
        let last = instances.chain(clusters).filter(|(other, _)| other.volume == data.volume).filter_map(|(_, made)| made).max();
        let mib = last.map_or_else(|| data.used_mib(), |last| data.rewritten_mib(when.since(last)));
        transfer(mib, self.timing.snapshot_mib_per_second)
    }
}
