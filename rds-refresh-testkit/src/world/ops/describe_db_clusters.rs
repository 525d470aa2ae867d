use crate::world::iam::Asks;
use crate::world::page::{Filter, Page, Paging, filtered};
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

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("cluster", self.identifier.as_deref().unwrap_or("*"))
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<DbCluster>, ApiError> {
        let (now, place) = (world.now(), caller.place());
        let found = match &self.identifier {
            Some(reference) => vec![world.cluster(caller, reference)?.shown(now)],
            None => world.at(&place).clusters.values().map(|cluster| cluster.shown(now)).collect(),
        };
        let known = ["clone-group-id", "db-cluster-id", "db-cluster-resource-id", "domain", "engine"];
        let value = |it: &DbCluster, name: &str| match name {
            "db-cluster-id" => vec![it.identifier.clone(), it.arn.clone()],
            "db-cluster-resource-id" => vec![it.resource_id.clone()],
            "engine" => vec![it.engine.clone()],
            _ => Vec::new(),
        };
        self.paging.rds(filtered(found, &self.filters, value, &known)?, |it| it.identifier.clone())
    }
}
