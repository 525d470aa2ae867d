use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ops::DescribeDbClusterParameterGroups;
use crate::world::resource::ParameterGroup;
use crate::world::{ApiError, Page};

use super::{Query, render};

impl Query for DescribeDbClusterParameterGroups {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { name: params.string("DBClusterParameterGroupName"), filters: params.filters()?, paging: params.paging()? })
    }

    fn write(xml: &mut Xml, answer: &Page<ParameterGroup>) {
        render::page(xml, "DBClusterParameterGroups", "DBClusterParameterGroup", answer, render::cluster_parameter_group);
    }
}
