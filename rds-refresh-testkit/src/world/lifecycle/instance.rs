use std::time::Duration;

use rds_refresh_core::Timestamp;

use crate::world::World;
use crate::world::agenda::{Happening, Kind, Target};
use crate::world::events::Occurrence;

impl World {
    /// A restored instance, or a member of a cluster, is up.
    ///
    /// One that keeps backups makes a baseline backup now. It may show `available` before it begins (RDS event logs show both
    /// orders), so which comes first is drawn.
    pub(super) fn instance_ready(&mut self, when: Timestamp, target: &Target) {
        let endpoint = self.instance_endpoint(&target.place, &target.id);
        let Some(instance) = self.at_mut(&target.place).instances.get_mut(&target.id) else { return };
        (instance.endpoint, instance.created_at, instance.work) = (Some(endpoint), Some(when), None);
        "available".clone_into(&mut instance.status);
        // Members are backed up with their cluster.
        let backed_up = instance.backup_retention_period > 0 && instance.cluster.is_none();
        self.tell(when, target, &Occurrence::Created);
        if backed_up {
            self.begin_backups(when, target, true);
        }
    }

    /// Schedules the baseline backup and the daily ones.
    pub(super) fn begin_backups(&mut self, when: Timestamp, target: &Target, baseline: bool) {
        if baseline {
            let draw = self.draw(&target.place, &target.id, "baseline");
            let first = draw.bits().is_multiple_of(2);
            let delay = if first { Duration::ZERO } else { self.timing.baseline_delay.sample(draw) };
            self.agenda.at(when + delay, target, Happening::Backup);
        }
        self.schedule_backup_window(when, target);
    }

    /// Deletes what goes with an instance or a cluster: automated backups.
    pub(crate) fn delete_automated_backups(&mut self, target: &Target, lasting: Duration) {
        let holdings = self.at(&target.place);
        let snapshots: Vec<Target> = if target.kind == Kind::Cluster {
            let all = holdings.cluster_snapshots.values().filter(|it| it.snapshot_type == "automated" && it.cluster == target.id);
            all.map(|it| Target::new(&target.place, Kind::ClusterSnapshot, &it.identifier)).collect()
        } else {
            let all = holdings.snapshots.values().filter(|it| it.snapshot_type == "automated" && it.instance == target.id);
            all.map(|it| Target::new(&target.place, Kind::Snapshot, &it.identifier)).collect()
        };
        for snapshot in snapshots {
            self.begin_deletion(&snapshot, lasting);
        }
    }
}
