use std::collections::BTreeSet;

use serde::Serialize;

use super::Tags;

/// A DB subnet group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubnetGroup {
    /// `DBSubnetGroupName`.
    pub name: String,
    /// `DBSubnetGroupArn`.
    pub arn: String,
    /// `DBSubnetGroupDescription`.
    pub description: String,
    /// `VpcId`.
    pub vpc: String,
    /// `Subnets`.
    pub subnets: Vec<Subnet>,
    /// Its tags. Only `ListTagsForResource` shows them.
    pub tags: Tags,
}

impl SubnetGroup {
    /// The Availability Zones that it covers, in order.
    #[must_use]
    pub fn zones(&self) -> Vec<String> {
        let zones: BTreeSet<&String> = self.subnets.iter().map(|subnet| &subnet.availability_zone).collect();
        zones.into_iter().cloned().collect()
    }
}

/// A subnet of a VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subnet {
    /// `SubnetIdentifier`.
    pub identifier: String,
    /// `SubnetAvailabilityZone.Name`.
    pub availability_zone: String,
    /// The VPC that it belongs to.
    pub vpc: String,
}
