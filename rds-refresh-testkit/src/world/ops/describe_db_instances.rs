use crate::world::page::{Filter, Page, Paging};
use crate::world::resource::DbInstance;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeDBInstances`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDbInstances {
    /// `DBInstanceIdentifier`.
    pub identifier: Option<String>,
    /// `Filters`.
    pub filters: Vec<Filter>,
    /// `Marker` and `MaxRecords`.
    pub paging: Paging,
}

impl Request for DescribeDbInstances {
    const OPERATION: Operation = Operation::DescribeDbInstances;
    type Answer = Page<DbInstance>;

    fn resource(&self) -> &str {
        self.identifier.as_deref().unwrap_or("*")
    }

    fn apply(&self, _world: &mut World, _caller: &Caller) -> Result<Page<DbInstance>, ApiError> {
        Err(ApiError::internal_failure())
    }
}
