use super::create_db_cluster_snapshot::already_exists;
use crate::world::agenda::{Kind, Target};
use crate::world::check::{LONG, final_snapshot, required};
use crate::world::iam::Asks;
use crate::world::lifecycle::SnapshotKind;
use crate::world::resource::{DbCluster, Tags};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DeleteDBCluster`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteDbCluster {
    /// `DBClusterIdentifier`.
    pub identifier: String,
    /// `SkipFinalSnapshot`.
    pub skip_final_snapshot: Option<bool>,
    /// `FinalDBSnapshotIdentifier`.
    pub final_snapshot: Option<String>,
    /// `DeleteAutomatedBackups`.
    pub delete_automated_backups: Option<bool>,
}

impl Request for DeleteDbCluster {
    const OPERATION: Operation = Operation::DeleteDbCluster;
    type Answer = DbCluster;

    fn resource(&self) -> &str {
        &self.identifier
    }

    /// RDS removes the members in the name of whoever deletes the cluster (service authorization reference, dependent actions).
    fn asks(&self, world: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).on("cluster", &self.identifier);
        let members = world.cluster(caller, &self.identifier).map(|cluster| cluster.members.clone()).unwrap_or_default();
        let asks = members.iter().fold(asks, |asks, member| asks.also("rds:DeleteDBInstance", "db", &member.instance));
        let last = self.final_snapshot.iter();
        last.fold(asks, |asks, last| {
            let asks = asks.also("rds:CreateDBClusterSnapshot", "cluster-snapshot", last);
            asks.also("rds:CreateDBClusterSnapshot", "cluster", &self.identifier)
        })
    }

    /// The members go with the cluster (RDS user guide, deleting a Multi-AZ DB cluster), and so do the automated backups, which such
    /// a cluster cannot retain.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbCluster, ApiError> {
        let place = caller.place();
        let last = final_snapshot(self.skip_final_snapshot, self.final_snapshot.as_deref(), LONG)?;
        let cluster = world.cluster(caller, required("DBClusterIdentifier", &self.identifier)?)?.clone();
        let id = &cluster.identifier;
        if self.delete_automated_backups == Some(false) {
            return Err(ApiError::invalid_combination("Automated backups of a Multi-AZ DB cluster cannot be retained."));
        }
        if BUSY.contains(&cluster.status.as_str()) {
            return Err(ApiError::refused(
                "InvalidDBClusterStateFault",
                format!("The cluster {id} is not currently in the available state: it is {}.", cluster.status),
            ));
        }
        if cluster.deletion_protection {
            return Err(ApiError::invalid_combination(
                "Cannot delete protected Cluster, please disable deletion protection and try again.",
            ));
        }
        let mut lasting = world.timing.cluster_deletion.sample(world.draw(&place, id, "deletion"));
        if let Some(last) = last {
            // What does not run cannot be snapshotted.
            if UNFIT.contains(&cluster.status.as_str()) {
                return Err(ApiError::refused(
                    "InvalidDBClusterStateFault",
                    format!("A final snapshot of {id} cannot be created: it is {}.", cluster.status),
                ));
            }
            if world.at(&place).cluster_snapshots.contains_key(&last) {
                return Err(already_exists(&last));
            }
            world.room_for_cluster_snapshot(caller)?;
            let now = world.now();
            let tags = if cluster.copy_tags_to_snapshot { cluster.tags.clone() } else { Tags::new() };
            let ready = world.begin_cluster_snapshot(now, &place, &cluster, &last, SnapshotKind::Manual, tags);
            lasting += ready.since(now);
        }
        for member in &cluster.members {
            world.begin_deletion(&Target::new(&place, Kind::Instance, &member.instance), lasting);
        }
        let target = Target::new(&place, Kind::Cluster, id);
        world.delete_automated_backups(&target, lasting);
        world.begin_deletion(&target, lasting);
        world.cluster(caller, id).map(|cluster| cluster.shown(world.now()))
    }
}

/// The statuses in which something else is going on with a cluster.
const BUSY: [&str; 8] =
    ["backing-up", "creating", "deleting", "failing-over", "modifying", "renaming", "resetting-master-credentials", "upgrading"];

/// The statuses in which a cluster can be deleted without a final snapshot only.
const UNFIT: [&str; 5] =
    ["failed", "inaccessible-encryption-credentials", "incompatible-network", "incompatible-restore", "restore-failed"];
