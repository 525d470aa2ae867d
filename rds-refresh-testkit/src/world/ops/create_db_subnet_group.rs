use std::collections::BTreeSet;

use super::TagList;
use crate::world::check::{required, tags};
use crate::world::iam::Asks;
use crate::world::place::Holdings;
use crate::world::resource::{Subnet, SubnetGroup};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CreateDBSubnetGroup`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateDbSubnetGroup {
    /// `DBSubnetGroupName`.
    pub name: String,
    /// `DBSubnetGroupDescription`.
    pub description: String,
    /// `SubnetIds`.
    pub subnets: Vec<String>,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for CreateDbSubnetGroup {
    const OPERATION: Operation = Operation::CreateDbSubnetGroup;
    type Answer = SubnetGroup;

    fn resource(&self) -> &str {
        &self.name
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).making("subgrp", &self.name, &self.tags)
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<SubnetGroup, ApiError> {
        let place = caller.place();
        let name = legal_name(&self.name)?;
        let description = required("DBSubnetGroupDescription", &self.description)?.to_owned();
        let holdings = world.at(&place);
        let tags = tags(&self.tags, holdings.quotas.tags)?;
        if holdings.subnet_groups.contains_key(&name) {
            return Err(ApiError::refused("DBSubnetGroupAlreadyExists", format!("The DB subnet group '{name}' already exists.")));
        }
        let (vpc, subnets) = self.subnets(holdings)?;
        if holdings.subnet_groups.len() >= holdings.quotas.subnet_groups {
            return Err(ApiError::refused("DBSubnetGroupQuotaExceeded", "The quota of DB subnet groups would be exceeded."));
        }
        let group = SubnetGroup { arn: place.arn("subgrp", &name), name: name.clone(), description, vpc, subnets, tags };
        world.at_mut(&place).subnet_groups.insert(name, group.clone());
        Ok(group)
    }
}

impl CreateDbSubnetGroup {
    /// The subnets named and the VPC that all of them are in; together they cover two Availability Zones at least (RDS user guide,
    /// working with DB subnet groups).
    fn subnets(&self, holdings: &Holdings) -> Result<(String, Vec<Subnet>), ApiError> {
        let invalid = |which: &[&str]| {
            ApiError::refused("InvalidSubnet", format!("Some input subnets in :[{}] are invalid.", which.join(", ")))
        };
        let named: BTreeSet<&str> = self.subnets.iter().map(String::as_str).collect();
        let unknown: Vec<&str> = named.iter().copied().filter(|id| !holdings.subnets.contains_key(*id)).collect();
        if !unknown.is_empty() {
            return Err(invalid(&unknown));
        }
        let subnets: Vec<Subnet> = named.iter().filter_map(|id| holdings.subnets.get(*id)).cloned().collect();
        let Some(vpc) = subnets.first().map(|subnet| subnet.vpc.clone()) else { return Err(ApiError::missing("SubnetIds")) };
        if subnets.iter().any(|subnet| subnet.vpc != vpc) {
            return Err(ApiError::refused("InvalidSubnet", "The subnets are not all in a common VPC."));
        }
        let zones: BTreeSet<&String> = subnets.iter().map(|subnet| &subnet.availability_zone).collect();
        if zones.len() < 2 {
            return Err(ApiError::refused(
                "DBSubnetGroupDoesNotCoverEnoughAZs",
                "DB Subnet Group doesn't meet availability zone coverage requirement. Please add subnets to cover at least 2 \
                 availability zones. Current coverage: 1",
            ));
        }
        if subnets.len() > holdings.quotas.subnets_per_group {
            return Err(ApiError::refused("DBSubnetQuotaExceededFault", "The quota of subnets in a group would be exceeded."));
        }
        Ok((vpc, subnets))
    }
}

/// A name as RDS stores it, in lower case (RDS API reference, `DBSubnetGroupName`).
fn legal_name(name: &str) -> Result<String, ApiError> {
    let name = required("DBSubnetGroupName", name)?.to_ascii_lowercase();
    let legal = name.len() <= 255
        && name != "default"
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._ -".contains(&byte));
    if legal {
        Ok(name)
    } else {
        Err(ApiError::invalid_value(
            "The parameter DBSubnetGroupName must contain no more than 255 letters, numbers, periods, underscores, spaces, or \
             hyphens, and must not be 'default'.",
        ))
    }
}
