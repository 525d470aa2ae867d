use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ops::DescribeDbInstances;
use crate::world::resource::DbInstance;
use crate::world::{ApiError, Page};

use super::{Query, render};

impl Query for DescribeDbInstances {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { identifier: params.string("DBInstanceIdentifier"), filters: params.filters()?, paging: params.paging()? })
    }

    fn write(xml: &mut Xml, answer: &Page<DbInstance>) {
        render::page(xml, "DBInstances", "DBInstance", answer, render::instance);
    }
}
