use crate::world::check::subnet_group;
use crate::world::iam::Asks;
use crate::world::lookup::own_identifier;
use crate::world::page::{Filter, Page, Paging, filtered};
use crate::world::resource::SubnetGroup;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeDBSubnetGroups`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDbSubnetGroups {
    /// `DBSubnetGroupName`.
    pub name: Option<String>,
    /// `Filters`. RDS knows none for this operation.
    pub filters: Vec<Filter>,
    /// `Marker` and `MaxRecords`.
    pub paging: Paging,
}

impl Request for DescribeDbSubnetGroups {
    const OPERATION: Operation = Operation::DescribeDbSubnetGroups;
    type Answer = Page<SubnetGroup>;

    fn resource(&self) -> &str {
        self.name.as_deref().unwrap_or("*")
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("subgrp", self.name.as_deref().unwrap_or("*"))
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<SubnetGroup>, ApiError> {
        let holdings = world.at(&caller.place());
        let found = match &self.name {
            Some(name) => vec![subnet_group(holdings, Some(&own_identifier(caller, "subgrp", name)))?.clone()],
            None => holdings.subnet_groups.values().cloned().collect(),
        };
        self.paging.rds(filtered(found, &self.filters, |_, _| Vec::new(), &[])?, |it| it.name.clone())
    }
}
