use super::SnapshotAttributes;
use crate::world::check::required;
use crate::world::iam::Asks;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeDBClusterSnapshotAttributes`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDbClusterSnapshotAttributes {
    /// `DBClusterSnapshotIdentifier`.
    pub identifier: String,
}

impl Request for DescribeDbClusterSnapshotAttributes {
    const OPERATION: Operation = Operation::DescribeDbClusterSnapshotAttributes;
    type Answer = SnapshotAttributes;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("cluster-snapshot", &self.identifier)
    }

    /// Only the owner may ask.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<SnapshotAttributes, ApiError> {
        let snapshot = world.own_cluster_snapshot(caller, required("DBClusterSnapshotIdentifier", &self.identifier)?)?;
        Ok(SnapshotAttributes { identifier: snapshot.identifier.clone(), restore: snapshot.restore.iter().cloned().collect() })
    }
}
