use crate::world::page::{Filter, Page, Paging};
use crate::world::resource::DbSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeDBSnapshots`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDbSnapshots {
    /// `DBSnapshotIdentifier`.
    pub identifier: Option<String>,
    /// `DBInstanceIdentifier`.
    pub instance: Option<String>,
    /// `DbiResourceId`.
    pub dbi_resource_id: Option<String>,
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

impl Request for DescribeDbSnapshots {
    const OPERATION: Operation = Operation::DescribeDbSnapshots;
    type Answer = Page<DbSnapshot>;

    fn resource(&self) -> &str {
        self.identifier.as_deref().unwrap_or("*")
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<Page<DbSnapshot>, ApiError> {
        Err(ApiError::internal_failure())
    }
}
