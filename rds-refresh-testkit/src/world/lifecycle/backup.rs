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
            self.backup(when, target);
        }
    }

    /// Makes an automated snapshot. It waits until nothing else is going on with the source.
    pub(super) fn backup(&mut self, when: Timestamp, target: &Target) {
        match self.status_mut(target).map(|status| status.as_str()) {
            Some("available") => {}
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

    fn expire_backups(&mut self, when: Timestamp, target: &Target) {
        let holdings = self.at_mut(&target.place);
        let expired = |made: Option<Timestamp>, days: u32| made.is_some_and(|made| when.since(made) >= DAY * days);
        if target.kind == Kind::Cluster {
            let Some(cluster) = holdings.clusters.get(&target.id) else { return };
            let (source, days) = (&cluster.resource_id, cluster.backup_retention_period);
            holdings.cluster_snapshots.retain(|_, it| {
                it.cluster_resource_id != *source || it.snapshot_type != "automated" || !expired(it.created_at, days)
            });
        } else {
            let Some(instance) = holdings.instances.get(&target.id) else { return };
            let (source, days) = (&instance.resource_id, instance.backup_retention_period);
            holdings.snapshots.retain(|_, it| {
                it.dbi_resource_id != *source || it.snapshot_type != "automated" || !expired(it.created_at, days)
            });
        }
    }
}
