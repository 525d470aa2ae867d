use crate::world::iam::Asks;
use crate::world::lookup::{cluster_parameter_group_not_found, own_identifier};
use crate::world::page::{Filter, Page, Paging, filtered};
use crate::world::resource::ParameterGroup;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeDBClusterParameterGroups`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDbClusterParameterGroups {
    /// `DBClusterParameterGroupName`.
    pub name: Option<String>,
    /// `Filters`. RDS knows none for this operation.
    pub filters: Vec<Filter>,
    /// `Marker` and `MaxRecords`.
    pub paging: Paging,
}

impl Request for DescribeDbClusterParameterGroups {
    const OPERATION: Operation = Operation::DescribeDbClusterParameterGroups;
    type Answer = Page<ParameterGroup>;

    fn resource(&self) -> &str {
        self.name.as_deref().unwrap_or("*")
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("cluster-pg", self.name.as_deref().unwrap_or("*"))
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<ParameterGroup>, ApiError> {
        let groups = &world.at(&caller.place()).cluster_parameter_groups;
        let found = match &self.name {
            Some(name) => {
                let group = groups.get(&own_identifier(caller, "cluster-pg", name));
                vec![group.cloned().ok_or_else(|| cluster_parameter_group_not_found(name))?]
            }
            None => groups.values().cloned().collect(),
        };
        self.paging.rds(filtered(found, &self.filters, |_, _| Vec::new(), &[])?, |it| it.name.clone())
    }
}
