use crate::world::page::{Filter, Page, Paging};
use crate::world::resource::DbClusterSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeDBClusterSnapshots`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDbClusterSnapshots {
    /// `DBClusterSnapshotIdentifier`.
    pub identifier: Option<String>,
    /// `DBClusterIdentifier`.
    pub cluster: Option<String>,
    /// `SnapshotType`.
    pub snapshot_type: Option<String>,
    /// `IncludeShared`.
    pub include_shared: Option<bool>,
    /// `IncludePublic`.
    pub include_public: Option<bool>,
    /// `Filters`.
    pub filters: Vec<Filter>,
    /// `Marker` and `MaxRecords`.
    pub paging: Paging,
}

impl Request for DescribeDbClusterSnapshots {
    const OPERATION: Operation = Operation::DescribeDbClusterSnapshots;
    type Answer = Page<DbClusterSnapshot>;

    fn resource(&self) -> &str {
        self.identifier.as_deref().unwrap_or("*")
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<Page<DbClusterSnapshot>, ApiError> {
        Err(ApiError::internal_failure())
    }
}
