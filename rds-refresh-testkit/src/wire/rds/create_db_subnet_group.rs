use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::CreateDbSubnetGroup;
use crate::world::resource::SubnetGroup;

use super::{Query, render};

impl Query for CreateDbSubnetGroup {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            name: params.required("DBSubnetGroupName")?,
            description: params.required("DBSubnetGroupDescription")?,
            subnets: params.strings("SubnetIds")?,
            tags: params.tags()?,
        })
    }

    fn write(xml: &mut Xml, answer: &SubnetGroup) {
        xml.element("DBSubnetGroup", |xml| render::subnet_group(xml, answer));
    }
}
