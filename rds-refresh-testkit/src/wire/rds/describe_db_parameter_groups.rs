use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ops::DescribeDbParameterGroups;
use crate::world::resource::ParameterGroup;
use crate::world::{ApiError, Page};

use super::{Query, render};

impl Query for DescribeDbParameterGroups {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { name: params.string("DBParameterGroupName"), filters: params.filters()?, paging: params.paging()? })
    }

    fn write(xml: &mut Xml, answer: &Page<ParameterGroup>) {
        render::page(xml, "DBParameterGroups", "DBParameterGroup", answer, render::parameter_group);
    }
}
