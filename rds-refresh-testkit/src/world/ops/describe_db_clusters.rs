use crate::world::page::{Filter, Page, Paging};
use crate::world::resource::DbCluster;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeDBClusters`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDbClusters {
    /// `DBClusterIdentifier`.
    pub identifier: Option<String>,
    /// `Filters`.
    pub filters: Vec<Filter>,
    /// `Marker` and `MaxRecords`.
    pub paging: Paging,
}

impl Request for DescribeDbClusters {
    const OPERATION: Operation = Operation::DescribeDbClusters;
    type Answer = Page<DbCluster>;

    fn resource(&self) -> &str {
        self.identifier.as_deref().unwrap_or("*")
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<Page<DbCluster>, ApiError> {
        Err(ApiError::internal_failure())
    }
}
