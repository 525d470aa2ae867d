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

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<SnapshotAttributes, ApiError> {
        Err(ApiError::internal_failure())
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
