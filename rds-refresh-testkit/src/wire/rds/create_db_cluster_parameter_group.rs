use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::CreateDbClusterParameterGroup;
use crate::world::resource::ParameterGroup;

use super::{Query, render};

impl Query for CreateDbClusterParameterGroup {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            name: params.required("DBClusterParameterGroupName")?,
            family: params.required("DBParameterGroupFamily")?,
            description: params.required("Description")?,
            tags: params.tags()?,
        })
    }

    fn write(xml: &mut Xml, answer: &ParameterGroup) {
        xml.element("DBClusterParameterGroup", |xml| render::cluster_parameter_group(xml, answer));
    }
}
