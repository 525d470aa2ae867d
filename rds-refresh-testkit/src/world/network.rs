//! Where in a VPC something is made.

use super::ApiError;
use super::check::{security_groups, subnet_group};
use super::place::Holdings;
use super::resource::SubnetGroup;

/// A subnet group with what goes with it.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) group: SubnetGroup,
    /// The Availability Zones that it covers, in order.
    pub(crate) zones: Vec<String>,
    /// The security groups named, or the default one of the VPC.
    pub(crate) security_groups: Vec<String>,
    /// Whether the VPC has an internet gateway.
    pub(crate) internet_gateway: bool,
}

impl Network {
    /// A network for a Multi-AZ DB cluster. The API reference speaks of two zones; such a cluster needs three (RDS user guide,
    /// creating a Multi-AZ DB cluster).
    pub(crate) fn of_cluster(holdings: &Holdings, group: Option<&str>, security: &[String]) -> Result<Self, ApiError> {
        Self::covering(3, "three", holdings, group, security)
    }

    /// A network for an instance.
    pub(crate) fn of_instance(holdings: &Holdings, group: Option<&str>, security: &[String]) -> Result<Self, ApiError> {
        Self::covering(2, "two", holdings, group, security)
    }

    fn covering(
        least: usize,
        in_words: &str,
        holdings: &Holdings,
        group: Option<&str>,
        security: &[String],
    ) -> Result<Self, ApiError> {
        let group = subnet_group(holdings, group)?.clone();
        let zones = group.zones();
        if zones.len() < least {
            return Err(ApiError::refused(
                "DBSubnetGroupDoesNotCoverEnoughAZs",
                format!("The subnet group must cover {in_words} Availability Zones."),
            ));
        }
        let security_groups = security_groups(holdings, &group.vpc, security)?;
        let internet_gateway = holdings.internet_gateways.contains(&group.vpc);
        Ok(Self { group, zones, security_groups, internet_gateway })
    }

    /// `PubliclyAccessible`: by default, wherever the VPC has an internet gateway. Without one nothing can be public.
    pub(crate) fn public(&self, asked: Option<bool>) -> Result<bool, ApiError> {
        if asked == Some(true) && !self.internet_gateway {
            return Err(ApiError::refused(
                "InvalidVPCNetworkStateFault",
                "Cannot create a publicly accessible DBInstance. The specified VPC has no internet gateway attached. Update the VPC \
                 and then try again",
            ));
        }
        Ok(asked.unwrap_or(self.internet_gateway))
    }

    /// The zone of an instance and that of its standby. With `MultiAZ`, RDS chooses both (RDS API reference, `AvailabilityZone`).
    pub(crate) fn placement(&self, zone: Option<&str>, multi_az: bool) -> Result<(String, Option<String>), ApiError> {
        match zone {
            Some(_) if multi_az => {
                Err(ApiError::invalid_combination("AvailabilityZone cannot be specified when MultiAZ is true."))
            }
            Some(zone) if !self.zones.iter().any(|covered| covered == zone) => {
                Err(ApiError::refused("InvalidVPCNetworkStateFault", format!("The subnet group does not cover {zone}.")))
            }
            Some(zone) => Ok((zone.to_owned(), None)),
            None => {
                let standby = multi_az.then(|| self.zones.get(1).cloned()).flatten();
                Ok((self.zones.first().cloned().unwrap_or_default(), standby))
            }
        }
    }
}
