use std::collections::BTreeSet;

use serde::Serialize;

/// A DB subnet group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubnetGroup {
    /// `DBSubnetGroupName`.
    pub name: String,
    /// `VpcId`.
    pub vpc: String,
    /// Whether the VPC has an internet gateway: what is restored into it without `PubliclyAccessible` is then public.
    pub internet_gateway: bool,
    /// `Subnets`.
    pub subnets: Vec<Subnet>,
}

impl SubnetGroup {
    /// The Availability Zones that it covers, in order.
    #[must_use]
    pub fn zones(&self) -> Vec<String> {
        let zones: BTreeSet<&String> = self.subnets.iter().map(|subnet| &subnet.availability_zone).collect();
        zones.into_iter().cloned().collect()
    }
}

/// A subnet of a DB subnet group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subnet {
    /// `SubnetIdentifier`.
    pub identifier: String,
    /// `SubnetAvailabilityZone.Name`.
    pub availability_zone: String,
}
