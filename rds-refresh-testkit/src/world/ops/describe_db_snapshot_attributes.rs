use crate::world::check::required;
use crate::world::iam::Asks;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeDBSnapshotAttributes`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDbSnapshotAttributes {
    /// `DBSnapshotIdentifier`.
    pub identifier: String,
}

impl Request for DescribeDbSnapshotAttributes {
    const OPERATION: Operation = Operation::DescribeDbSnapshotAttributes;
    type Answer = SnapshotAttributes;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("snapshot", &self.identifier)
    }

    /// Only the owner may ask.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<SnapshotAttributes, ApiError> {
        let snapshot = world.own_snapshot(caller, required("DBSnapshotIdentifier", &self.identifier)?)?;
        Ok(SnapshotAttributes { identifier: snapshot.identifier.clone(), restore: snapshot.restore.keys().cloned().collect() })
    }
}

/// Who may restore a snapshot: the attribute `restore`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotAttributes {
    /// The snapshot's identifier.
    pub identifier: String,
    /// The accounts, or `all`.
    pub restore: Vec<String>,
}
