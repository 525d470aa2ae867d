use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rds_refresh_core::Timestamp;

use crate::world::World;
use crate::world::agenda::{Happening, Kind, Target};
use crate::world::events::Occurrence;
use crate::world::place::Place;
use crate::world::resource::{DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, Tags, Work};
use crate::world::storage::default_throughput;

/// Who asked for a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SnapshotKind {
    /// A person or a program.
    Manual,
    /// RDS, for a backup.
    Automated,
}

impl SnapshotKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Automated => "automated",
        }
    }
}

impl World {
    /// Begins a snapshot of an instance at `when`; the instance itself is left as it is. Answers when it will be ready.
    pub(crate) fn begin_snapshot(
        &mut self,
        when: Timestamp,
        place: &Place,
        instance: &DbInstance,
        id: &str,
        kind: SnapshotKind,
        tags: Tags,
    ) -> Timestamp {
        let least = if kind == SnapshotKind::Automated { self.timing.baseline_minimum } else { Duration::ZERO };
        let fixed = self.timing.snapshot.sample(self.draw(place, id, "snapshot"));
        let ends = when + (fixed + self.time_to_store(&instance.data, when)).max(least);
        let snapshot = DbSnapshot {
            identifier: id.to_owned(),
            arn: place.arn("snapshot", id),
            instance: instance.identifier.clone(),
            dbi_resource_id: instance.resource_id.clone(),
            status: "creating".to_owned(),
            snapshot_type: kind.as_str().to_owned(),
            engine: instance.engine.clone(),
            engine_version: instance.engine_version.clone(),
            allocated_storage: instance.allocated_storage,
            storage_type: instance.storage_type.clone(),
            iops: instance.iops,
            storage_throughput: instance.storage_throughput,
            kms_key: instance.kms_key.clone(),
            port: instance.port,
            availability_zone: instance.availability_zone.clone(),
            vpc: instance.vpc.clone(),
            iam_authentication: instance.iam_authentication,
            master_username: instance.master_username.clone(),
            instance_created_at: instance.created_at.unwrap_or(when),
            created_at: None,
            original_created_at: None,
            copied_from: None,
            copy_of: None,
            source_region: None,
            percent_progress: 0,
            tags,
            source_tags: instance.tags.clone(),
            class: instance.class.clone(),
            backup_retention_period: instance.backup_retention_period,
            restore: BTreeMap::new(),
            data: instance.data.clone(),
            work: Some(Work { begins: when, ends }),
        };
        self.at_mut(place).snapshots.insert(id.to_owned(), snapshot);
        let target = Target::new(place, Kind::Snapshot, id);
        self.agenda.at(ends, &target, Happening::Ready);
        self.tell(when, &Target::new(place, Kind::Instance, &instance.identifier), &Occurrence::BackupBegins);
        self.tell(when, &target, &Occurrence::SnapshotBegins { automated: kind == SnapshotKind::Automated });
        ends
    }

    /// Begins a snapshot of a cluster; the cluster itself is left as it is. Answers when it will be ready.
    pub(crate) fn begin_cluster_snapshot(
        &mut self,
        when: Timestamp,
        place: &Place,
        cluster: &DbCluster,
        id: &str,
        kind: SnapshotKind,
        tags: Tags,
    ) -> Timestamp {
        let fixed = self.timing.cluster_snapshot.sample(self.draw(place, id, "cluster snapshot"));
        let ends = when + fixed + self.time_to_store(&cluster.data, when);
        let snapshot = DbClusterSnapshot {
            identifier: id.to_owned(),
            arn: place.arn("cluster-snapshot", id),
            cluster: cluster.identifier.clone(),
            cluster_resource_id: cluster.resource_id.clone(),
            status: "creating".to_owned(),
            snapshot_type: kind.as_str().to_owned(),
            engine: cluster.engine.clone(),
            engine_version: cluster.engine_version.clone(),
            allocated_storage: cluster.allocated_storage,
            storage_type: cluster.storage_type.clone(),
            iops: cluster.iops,
            storage_throughput: default_throughput(&cluster.storage_type, cluster.allocated_storage),
            kms_key: cluster.kms_key.clone(),
            port: cluster.port,
            availability_zones: cluster.availability_zones.clone(),
            vpc: cluster.vpc.clone(),
            iam_authentication: cluster.iam_authentication,
            master_username: cluster.master_username.clone(),
            cluster_created_at: cluster.created_at.unwrap_or(when),
            created_at: None,
            percent_progress: 0,
            tags,
            source_tags: cluster.tags.clone(),
            restore: BTreeSet::new(),
            backup_retention_period: cluster.backup_retention_period,
            data: cluster.data.clone(),
            work: Some(Work { begins: when, ends }),
        };
        self.at_mut(place).cluster_snapshots.insert(id.to_owned(), snapshot);
        let target = Target::new(place, Kind::ClusterSnapshot, id);
        self.agenda.at(ends, &target, Happening::Ready);
        self.tell(when, &target, &Occurrence::SnapshotBegins { automated: kind == SnapshotKind::Automated });
        ends
    }

    /// A snapshot is complete, and what it was taken of need not be `backing-up` any more.
    pub(super) fn snapshot_ready(&mut self, when: Timestamp, target: &Target) {
        let holdings = self.at_mut(&target.place);
        // A snapshot is of the moment it was begun at.
        let snapshot_type = if target.kind == Kind::ClusterSnapshot {
            holdings.cluster_snapshots.get_mut(&target.id).map(|snapshot| {
                snapshot.created_at = snapshot.work.take().map(|work| work.begins);
                (snapshot.status, snapshot.percent_progress) = ("available".to_owned(), 100);
                snapshot.snapshot_type.clone()
            })
        } else {
            holdings.snapshots.get_mut(&target.id).map(|snapshot| {
                snapshot.created_at = snapshot.work.take().map(|work| work.begins);
                snapshot.original_created_at = snapshot.created_at;
                (snapshot.status, snapshot.percent_progress) = ("available".to_owned(), 100);
                snapshot.snapshot_type.clone()
            })
        };
        if let Some(snapshot_type) = snapshot_type {
            self.backed_up(when, target);
            self.tell(when, target, &Occurrence::SnapshotEnds { automated: snapshot_type == "automated" });
        }
    }

    /// What a snapshot was taken of, unless it is gone and another one has its name, is `backing-up` no more.
    pub(crate) fn backed_up(&mut self, when: Timestamp, target: &Target) {
        let holdings = self.at(&target.place);
        let source = if target.kind == Kind::ClusterSnapshot {
            holdings.cluster_snapshots.get(&target.id).and_then(|snapshot| {
                let cluster = holdings.clusters.get(&snapshot.cluster)?;
                (cluster.resource_id == snapshot.cluster_resource_id).then_some((Kind::Cluster, &snapshot.cluster))
            })
        } else {
            holdings.snapshots.get(&target.id).and_then(|snapshot| {
                let instance = holdings.instances.get(&snapshot.instance)?;
                (instance.resource_id == snapshot.dbi_resource_id).then_some((Kind::Instance, &snapshot.instance))
            })
        };
        let Some((kind, id)) = source else { return };
        let source = Target::new(&target.place, kind, id);
        if self.status_mut(&source).is_some_and(|status| status == "backing-up") {
            self.rest(&source);
        }
        self.restorable_since(&source);
        if kind == Kind::Instance {
            self.tell(when, &source, &Occurrence::BackupEnds);
        }
    }
}
