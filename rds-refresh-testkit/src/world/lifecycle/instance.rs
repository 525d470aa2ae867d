use std::time::Duration;

use rds_refresh_core::Timestamp;

use crate::world::World;
use crate::world::agenda::{Happening, Kind, Target};
use crate::world::place::Place;
use crate::world::resource::{Data, DbInstance, MasterUserSecret, Work};

impl World {
    /// An instance begins to be. It is complete but for what follows from its name and from now; its data, of `used_gib`, lives on a
    /// volume of its own.
    pub(crate) fn begin_instance(&mut self, place: &Place, instance: DbInstance, used_gib: u32, lasting: Duration) -> DbInstance {
        let now = self.now();
        let id = instance.identifier.clone();
        let resource_id = self.resource_id("db", place, &id, now);
        let instance = DbInstance {
            arn: place.arn("db", &id),
            status: "creating".to_owned(),
            data: Data { volume: resource_id.clone(), used_gib, rewritten_gib_per_day: 0 },
            resource_id,
            work: Some(Work { begins: now, ends: now + lasting }),
            ..instance
        };
        self.at_mut(place).instances.insert(id.clone(), instance.clone());
        self.agenda.at(now + lasting, &Target::new(place, Kind::Instance, &id), Happening::Ready);
        instance.shown(now)
    }

    /// A restored instance, or a member of a cluster, is up.
    ///
    /// One that keeps backups makes a baseline backup now. It may show `available` before it begins (RDS event logs show both
    /// orders), so which comes first is drawn.
    pub(super) fn instance_ready(&mut self, when: Timestamp, target: &Target) {
        let endpoint = self.instance_endpoint(&target.place, &target.id);
        let Some(instance) = self.at_mut(&target.place).instances.get_mut(&target.id) else { return };
        (instance.endpoint, instance.created_at, instance.work) = (Some(endpoint), Some(when), None);
        "available".clone_into(&mut instance.status);
        instance.master_user_secret.as_mut().map(MasterUserSecret::activate);
        // Members are backed up with their cluster.
        if instance.backup_retention_period == 0 || instance.cluster.is_some() {
            return;
        }
        self.begin_backups(when, target, true);
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

    /// No more backups are made, and those that were made go (RDS API reference, `BackupRetentionPeriod`).
    pub(super) fn end_backups(&mut self, target: &Target) {
        self.agenda.cancel(target, &Happening::BackupWindow);
        self.delete_automated_backups(target, Duration::ZERO);
    }

    /// Deletes what goes with an instance or a cluster: automated backups.
    pub(crate) fn delete_automated_backups(&mut self, target: &Target, lasting: Duration) {
        let holdings = self.at(&target.place);
        // A renamed one keeps its backups, and they keep its former name.
        let snapshots: Vec<Target> =
            if let Some(cluster) = holdings.clusters.get(&target.id).filter(|_| target.kind == Kind::Cluster) {
                let all = holdings.cluster_snapshots.values();
                let all = all.filter(|it| it.snapshot_type == "automated" && it.cluster_resource_id == cluster.resource_id);
                all.map(|it| Target::new(&target.place, Kind::ClusterSnapshot, &it.identifier)).collect()
            } else if let Some(instance) = holdings.instances.get(&target.id) {
                let all = holdings.snapshots.values();
                let all = all.filter(|it| it.snapshot_type == "automated" && it.dbi_resource_id == instance.resource_id);
                all.map(|it| Target::new(&target.place, Kind::Snapshot, &it.identifier)).collect()
            } else {
                Vec::new()
            };
        for snapshot in snapshots {
            self.begin_deletion(&snapshot, lasting);
        }
    }
}
