use crate::wire::xml::Xml;
use crate::world::resource::{ParameterGroup, Subnet, SubnetGroup};

/// The members of a `DBSubnetGroup`.
pub(in crate::wire::rds) fn subnet_group(xml: &mut Xml, group: &SubnetGroup) {
    xml.text("DBSubnetGroupName", &group.name);
    xml.text("DBSubnetGroupDescription", &group.description);
    xml.text("VpcId", &group.vpc);
    xml.text("SubnetGroupStatus", "Complete");
    subnets(xml, &group.subnets);
    xml.text("DBSubnetGroupArn", &group.arn);
    xml.texts("SupportedNetworkTypes", "member", ["IPV4"]);
}

/// `Subnets`, all active.
pub(super) fn subnets(xml: &mut Xml, subnets: &[Subnet]) {
    xml.list("Subnets", "Subnet", subnets, |xml, subnet| {
        xml.text("SubnetIdentifier", &subnet.identifier);
        xml.element("SubnetAvailabilityZone", |xml| xml.text("Name", &subnet.availability_zone));
        xml.text("SubnetStatus", "Active");
    });
}

/// The members of a `DBParameterGroup`.
pub(in crate::wire::rds) fn parameter_group(xml: &mut Xml, group: &ParameterGroup) {
    xml.text("DBParameterGroupName", &group.name);
    xml.text("DBParameterGroupFamily", &group.family);
    xml.text("Description", &group.description);
    xml.text("DBParameterGroupArn", &group.arn);
}

/// The members of a `DBClusterParameterGroup`.
pub(in crate::wire::rds) fn cluster_parameter_group(xml: &mut Xml, group: &ParameterGroup) {
    xml.text("DBClusterParameterGroupName", &group.name);
    xml.text("DBParameterGroupFamily", &group.family);
    xml.text("Description", &group.description);
    xml.text("DBClusterParameterGroupArn", &group.arn);
}
