//! EC2: the one operation of it that a preflight needs. Its Query protocol has lists without a member's name, and errors of its own form.

use super::query::Params;
use super::xml::{Xml, document_of, error_of_ec2};
use crate::world::ops::{DescribeSecurityGroups, DescribedSecurityGroup};
use crate::world::{ApiError, Caller, Filter, Paging, World};

/// The only version of the API that there is.
pub(super) const VERSION: &str = "2016-11-15";
/// The namespace of all EC2 documents.
const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

/// Carries out the request that `params` hold and answers the document of its success.
pub(super) fn answer(mut params: Params, world: &mut World, caller: &Caller, request_id: &str) -> Result<String, ApiError> {
    let action = params.string("Action").unwrap_or_default();
    let version = params.string("Version").unwrap_or_default();
    if (action.as_str(), version.as_str()) != ("DescribeSecurityGroups", VERSION) {
        let unknown = format!("The action {action} is not valid for this web service.");
        return Err(world.refuse(caller, &action, ApiError::refused("InvalidAction", unknown)));
    }
    let request = read(params).map_err(|error| world.refuse(caller, &action, error))?;
    let groups = world.call(caller, &request)?;
    Ok(document_of(NAMESPACE, "DescribeSecurityGroupsResponse", |xml| {
        xml.text("requestId", request_id);
        xml.list("securityGroupInfo", "item", &groups.items, group);
        xml.maybe("nextToken", groups.marker.as_ref());
    }))
}

/// The document that tells of an error.
pub(super) fn error(error: &ApiError, request_id: &str) -> String {
    error_of_ec2(error, request_id)
}

fn read(mut params: Params) -> Result<DescribeSecurityGroups, ApiError> {
    let ids = texts(&mut params, "GroupId");
    let mut filters = Vec::new();
    while let Some(name) = params.string(&format!("Filter.{}.Name", filters.len() + 1)) {
        let values = texts(&mut params, &format!("Filter.{}.Value", filters.len() + 1));
        filters.push(Filter { name, values });
    }
    let paging = Paging { marker: params.string("NextToken"), max_records: params.number("MaxResults")? };
    params.finish()?;
    Ok(DescribeSecurityGroups { ids, filters, paging })
}

fn texts(params: &mut Params, name: &str) -> Vec<String> {
    (1..).map_while(|number| params.string(&format!("{name}.{number}"))).collect()
}

fn group(xml: &mut Xml, group: &DescribedSecurityGroup) {
    xml.text("ownerId", &group.owner);
    xml.text("groupId", &group.id);
    xml.text("groupName", &group.name);
    let described = if group.name == "default" { "default VPC security group" } else { &group.id };
    xml.text("groupDescription", described);
    xml.text("vpcId", &group.vpc);
    // The model knows no rules.
    xml.list("ipPermissions", "item", [(); 0], |_, ()| ());
    xml.list("ipPermissionsEgress", "item", [(); 0], |_, ()| ());
}
