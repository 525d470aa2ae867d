use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ops::DescribeDbSubnetGroups;
use crate::world::resource::SubnetGroup;
use crate::world::{ApiError, Page};

use super::{Query, render};

impl Query for DescribeDbSubnetGroups {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { name: params.string("DBSubnetGroupName"), filters: params.filters()?, paging: params.paging()? })
    }

    fn write(xml: &mut Xml, answer: &Page<SubnetGroup>) {
        render::page(xml, "DBSubnetGroups", "DBSubnetGroup", answer, render::subnet_group);
    }
}
