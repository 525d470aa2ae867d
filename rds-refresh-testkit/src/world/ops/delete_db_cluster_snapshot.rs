use crate::world::agenda::{Kind, Target};
use crate::world::check::required;
use crate::world::iam::Asks;
use crate::world::resource::DbClusterSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DeleteDBClusterSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteDbClusterSnapshot {
    /// `DBClusterSnapshotIdentifier`.
    pub identifier: String,
}

impl Request for DeleteDbClusterSnapshot {
    const OPERATION: Operation = Operation::DeleteDbClusterSnapshot;
    type Answer = DbClusterSnapshot;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("cluster-snapshot", &self.identifier)
    }

    /// Only an available manual snapshot can be deleted, and only by its owner (RDS API reference, `DeleteDBClusterSnapshot`); a
    /// failed one can, or it could never be got rid of.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbClusterSnapshot, ApiError> {
        let snapshot = world.own_cluster_snapshot(caller, required("DBClusterSnapshotIdentifier", &self.identifier)?)?;
        if snapshot.snapshot_type != "manual" || !["available", "failed"].contains(&snapshot.status.as_str()) {
            return Err(ApiError::refused(
                "InvalidDBClusterSnapshotStateFault",
                format!(
                    "The {} snapshot {} cannot be deleted: it is {}.",
                    snapshot.snapshot_type, self.identifier, snapshot.status
                ),
            ));
        }
        let id = snapshot.identifier.clone();
        let place = caller.place();
        let lasting = world.timing.snapshot_deletion.sample(world.draw(&place, &id, "deletion"));
        world.begin_deletion(&Target::new(&place, Kind::ClusterSnapshot, &id), lasting);
        world.own_cluster_snapshot(caller, &id).map(|snapshot| snapshot.shown(world.now()))
    }
}
