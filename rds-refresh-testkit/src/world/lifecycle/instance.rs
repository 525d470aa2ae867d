use std::time::Duration;

use rds_refresh_core::Timestamp;

use super::KEY_LOST;
use crate::world::World;
use crate::world::agenda::{Happening, Kind, Target};
use crate::world::events::Occurrence;
use crate::world::place::Place;
use crate::world::resource::{Data, DbInstance, MasterUserSecret, Work};

impl World {
    /// An instance begins to be. It is complete but for what follows from its name and from now; its data, of `used_gib`, lives on a
    /// volume of its own.
    pub(crate) fn begin_instance(&mut self, place: &Place, instance: DbInstance, used_gib: u32, lasting: Duration) -> DbInstance {
        let now = self.now();
        let id = instance.identifier.clone();
        let resource_id = self.resource_id("db", place, &id, now);
        let group = self.at(place).subnet_groups.get(&instance.subnet_group);
        let instance = DbInstance {
            arn: place.arn("db", &id),
            status: "creating".to_owned(),
            subnet_group_description: group.map_or_else(String::new, |group| group.description.clone()),
            subnets: group.map_or_else(Vec::new, |group| group.subnets.clone()),
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
        if self.key_is_lost(target) {
            return self.fail(when, target, KEY_LOST);
        }
        let endpoint = self.instance_endpoint(&target.place, &target.id);
        let Some(instance) = self.at_mut(&target.place).instances.get_mut(&target.id) else { return };
        (instance.endpoint, instance.created_at, instance.work) = (Some(endpoint), Some(when), None);
        "available".clone_into(&mut instance.status);
        instance.master_user_secret.as_mut().map(MasterUserSecret::activate);
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

    /// No more backups are made, and those that were made go (RDS API reference, `BackupRetentionPeriod`).
    pub(super) fn end_backups(&mut self, target: &Target) {
        self.agenda.cancel(target, &Happening::BackupWindow);
        self.agenda.cancel(target, &Happening::Backup);
        self.delete_automated_backups(target, Duration::ZERO);
        self.restorable_since(target);
    }

    /// The storage that a restore converted to another type begins to be optimised, unless the restore failed.
    pub(super) fn storage_optimizing(&mut self, target: &Target) {
        if self.status_mut(target).is_some_and(|status| status == "available") {
            self.set_status(target, "storage-optimization");
        }
    }

    /// The storage that a restore converted to another type is optimised. A snapshot that is being made goes on.
    pub(super) fn storage_optimized(&mut self, target: &Target) {
        if self.status_mut(target).is_some_and(|status| status == "storage-optimization") {
            self.set_status(target, "available");
        }
    }

    /// What a cluster or an instance is when nothing else goes on: a snapshot of it may still be made, or its storage be optimised.
    pub(super) fn at_rest(&self, target: &Target) -> &'static str {
        if self.is_snapshotted(target) {
            "backing-up"
        } else if self.agenda.expects(target, &Happening::StorageOptimized) {
            "storage-optimization"
        } else {
            "available"
        }
    }

    /// Whether a snapshot of it is being made.
    fn is_snapshotted(&self, target: &Target) -> bool {
        let holdings = self.at(&target.place);
        match target.kind {
            Kind::Cluster => holdings.clusters.get(&target.id).is_some_and(|cluster| {
                let mut snapshots = holdings.cluster_snapshots.values();
                snapshots.any(|it| it.cluster_resource_id == cluster.resource_id && it.status == "creating")
            }),
            Kind::Instance => holdings.instances.get(&target.id).is_some_and(|instance| {
                let mut snapshots = holdings.snapshots.values();
                snapshots.any(|it| it.dbi_resource_id == instance.resource_id && it.status == "creating")
            }),
            Kind::ClusterSnapshot | Kind::Key | Kind::Snapshot => false,
        }
    }
}
