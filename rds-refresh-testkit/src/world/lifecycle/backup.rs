use std::time::Duration;

use rds_refresh_core::Timestamp;

use super::SnapshotKind;
use crate::world::World;
use crate::world::agenda::{Happening, Kind, Target};
use crate::world::naming::automated_snapshot;
use crate::world::resource::Tags;
use crate::world::window::next_backup;

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

impl World {
    /// The daily backup window opens: what is older than the retention period goes, and a backup begins.
    pub(super) fn backup_window(&mut self, when: Timestamp, target: &Target) {
        self.agenda.at(when + DAY, target, Happening::BackupWindow);
        if self.switches.daily_backups {
            self.expire_backups(when, target);
            if self.retention(target) > 0 {
                self.backup(when, target);
            }
        }
    }

    /// Makes an automated snapshot. It waits until nothing else is going on with the source.
    pub(super) fn backup(&mut self, when: Timestamp, target: &Target) {
        match self.status_mut(target).map(|status| status.as_str()) {
            Some("available" | "storage-optimization") => {}
            Some(_) => return self.agenda.at(when + MINUTE, target, Happening::Backup),
            None => return,
        }
        let name = automated_snapshot(&target.id, when);
        let holdings = self.at(&target.place);
        let taken = match target.kind {
            Kind::Cluster => holdings.cluster_snapshots.contains_key(&name),
            _ => holdings.snapshots.contains_key(&name),
        };
        if taken {
            return self.agenda.at(when + MINUTE, target, Happening::Backup);
        }
        if let Some(cluster) = holdings.clusters.get(&target.id).filter(|_| target.kind == Kind::Cluster).cloned() {
            let tags = if cluster.copy_tags_to_snapshot { cluster.tags.clone() } else { Tags::new() };
            self.begin_cluster_snapshot(when, &target.place, &cluster, &name, SnapshotKind::Automated, tags);
        } else if let Some(instance) = holdings.instances.get(&target.id).cloned() {
            let tags = if instance.copy_tags_to_snapshot { instance.tags.clone() } else { Tags::new() };
            self.begin_snapshot(when, &target.place, &instance, &name, SnapshotKind::Automated, tags);
        }
        self.set_status(target, "backing-up");
    }

    /// Puts the next opening of the backup window on the agenda.
    pub(crate) fn schedule_backup_window(&mut self, when: Timestamp, target: &Target) {
        let holdings = self.at(&target.place);
        let window = match target.kind {
            Kind::Cluster => holdings.clusters.get(&target.id).map(|it| it.preferred_backup_window.as_str()),
            _ => holdings.instances.get(&target.id).map(|it| it.preferred_backup_window.as_str()),
        };
        let Some(next) = window.and_then(|window| next_backup(window, when)) else { return };
        self.agenda.at(next, target, Happening::BackupWindow);
    }

    /// `BackupRetentionPeriod`, in days.
    fn retention(&self, target: &Target) -> u32 {
        let holdings = self.at(&target.place);
        let days = match target.kind {
            Kind::Cluster => holdings.clusters.get(&target.id).map(|it| it.backup_retention_period),
            _ => holdings.instances.get(&target.id).map(|it| it.backup_retention_period),
        };
        days.unwrap_or(0)
    }

    fn expire_backups(&mut self, when: Timestamp, target: &Target) {
        let days = self.retention(target);
        for backup in self.backups(target) {
            if self.taken_at(&backup).is_some_and(|taken| when.since(taken) >= DAY * days) {
                self.gone(when, &backup);
            }
        }
        self.restorable_since(target);
    }

    /// A cluster or an instance can be restored to any time from its oldest backup on.
    pub(super) fn restorable_since(&mut self, target: &Target) {
        let complete = |backup: &Target| self.taken_at(backup).filter(|_| !self.is_going(backup));
        let oldest = self.backups(target).iter().filter_map(complete).min();
        let holdings = self.at_mut(&target.place);
        if let Some(cluster) = holdings.clusters.get_mut(&target.id).filter(|_| target.kind == Kind::Cluster) {
            cluster.earliest_restorable_at = oldest;
        } else if let Some(instance) = holdings.instances.get_mut(&target.id).filter(|_| target.kind == Kind::Instance) {
            instance.earliest_restorable_at = oldest;
        }
    }

    fn is_going(&self, snapshot: &Target) -> bool {
        let holdings = self.at(&snapshot.place);
        let status = match snapshot.kind {
            Kind::ClusterSnapshot => holdings.cluster_snapshots.get(&snapshot.id).map(|it| &it.status),
            _ => holdings.snapshots.get(&snapshot.id).map(|it| &it.status),
        };
        status.is_some_and(|status| status == "deleting")
    }

    /// Deletes what goes with an instance or a cluster: its automated backups.
    pub(crate) fn delete_automated_backups(&mut self, target: &Target, lasting: Duration) {
        for backup in self.backups(target) {
            self.begin_deletion(&backup, lasting);
        }
    }

    /// Keeps the automated backups of an instance that is being deleted. Each stays for as long as it would have (RDS user guide,
    /// retaining automated backups).
    pub(crate) fn retain_automated_backups(&mut self, target: &Target) {
        let days = self.retention(target);
        for backup in self.backups(target) {
            let taken = self.taken_at(&backup).unwrap_or_else(|| self.now());
            self.agenda.at(taken + DAY * days, &backup, Happening::Gone);
        }
    }

    /// The automated snapshots of a cluster or an instance, and not those of a former one of the same name.
    fn backups(&self, target: &Target) -> Vec<Target> {
        let Target { place, kind, id } = target;
        let holdings = self.at(place);
        if *kind == Kind::Cluster {
            let Some(cluster) = holdings.clusters.get(id) else { return Vec::new() };
            let all = holdings.cluster_snapshots.values().filter(|it| it.snapshot_type == "automated");
            let own = all.filter(|it| it.cluster_resource_id == cluster.resource_id);
            own.map(|it| Target::new(place, Kind::ClusterSnapshot, &it.identifier)).collect()
        } else {
            let Some(instance) = holdings.instances.get(id) else { return Vec::new() };
            let all = holdings.snapshots.values().filter(|it| it.snapshot_type == "automated");
            let own = all.filter(|it| it.dbi_resource_id == instance.resource_id);
            own.map(|it| Target::new(place, Kind::Snapshot, &it.identifier)).collect()
        }
    }

    /// When a snapshot was begun, once it is complete.
    fn taken_at(&self, snapshot: &Target) -> Option<Timestamp> {
        let holdings = self.at(&snapshot.place);
        match snapshot.kind {
            Kind::ClusterSnapshot => holdings.cluster_snapshots.get(&snapshot.id)?.created_at,
            _ => holdings.snapshots.get(&snapshot.id)?.created_at,
        }
    }
}
