use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::DeleteDbSubnetGroup;

use super::Query;

impl Query for DeleteDbSubnetGroup {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { name: params.required("DBSubnetGroupName")? })
    }

    const HAS_RESULT: bool = false;

    fn write(_: &mut Xml, (): &()) {}
}
