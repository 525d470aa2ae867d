use super::TagList;
use crate::world::agenda::{Kind, Target};
use crate::world::check::{SHORT, new_identifier, required, tags};
use crate::world::iam::Asks;
use crate::world::lifecycle::SnapshotKind;
use crate::world::resource::DbClusterSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CreateDBClusterSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateDbClusterSnapshot {
    /// `DBClusterSnapshotIdentifier`.
    pub identifier: String,
    /// `DBClusterIdentifier`.
    pub cluster: String,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for CreateDbClusterSnapshot {
    const OPERATION: Operation = Operation::CreateDbClusterSnapshot;
    type Answer = DbClusterSnapshot;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).making("cluster-snapshot", &self.identifier, &self.tags);
        asks.on("cluster", &self.cluster)
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbClusterSnapshot, ApiError> {
        let place = caller.place();
        let id = new_identifier("DBClusterSnapshotIdentifier", &self.identifier, SHORT)?;
        let mut tags = tags(&self.tags, world.at(&place).quotas.tags)?;
        let cluster = world.cluster(caller, required("DBClusterIdentifier", &self.cluster)?)?.clone();
        if world.at(&place).cluster_snapshots.contains_key(&id) {
            return Err(already_exists(&id));
        }
        // The user guide asks for an available source; the API reference models the state fault.
        if cluster.status != "available" {
            return Err(ApiError::refused(
                "InvalidDBClusterStateFault",
                format!("The cluster {} is not currently in the available state.", cluster.identifier),
            ));
        }
        world.room_for_cluster_snapshot(caller)?;
        // Tags of the request switch the copying of the cluster's off (RDS user guide, tagging).
        if tags.is_empty() && cluster.copy_tags_to_snapshot {
            tags.clone_from(&cluster.tags);
        }
        let now = world.now();
        world.begin_cluster_snapshot(now, &place, &cluster, &id, SnapshotKind::Manual, tags);
        world.set_status(&Target::new(&place, Kind::Cluster, &cluster.identifier), "backing-up");
        world.own_cluster_snapshot(caller, &id).map(|snapshot| snapshot.shown(now))
    }
}

pub(super) fn already_exists(id: &str) -> ApiError {
    ApiError::refused(
        "DBClusterSnapshotAlreadyExistsFault",
        format!("Cannot create the snapshot because a snapshot with the identifier {id} already exists."),
    )
}
