use crate::world::iam::Asks;
use crate::world::page::{Filter, Page, Paging, filtered};
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

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("db", self.identifier.as_deref().unwrap_or("*"))
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<DbInstance>, ApiError> {
        let (now, place) = (world.now(), caller.place());
        let found = match &self.identifier {
            Some(reference) => vec![world.instance(caller, reference)?.shown(now)],
            None => world.at(&place).instances.values().map(|instance| instance.shown(now)).collect(),
        };
        let known = ["db-cluster-id", "db-instance-id", "dbi-resource-id", "domain", "engine"];
        let value = |it: &DbInstance, name: &str| match name {
            "db-cluster-id" => it.cluster.iter().flat_map(|id| [id.clone(), place.arn("cluster", id)]).collect(),
            "db-instance-id" => vec![it.identifier.clone(), it.arn.clone()],
            "dbi-resource-id" => vec![it.resource_id.clone()],
            "engine" => vec![it.engine.clone()],
            _ => Vec::new(),
        };
        self.paging.rds(filtered(found, &self.filters, value, &known)?, |it| it.identifier.clone())
    }
}
