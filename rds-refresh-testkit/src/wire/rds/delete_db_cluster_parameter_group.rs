use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::DeleteDbClusterParameterGroup;

use super::Query;

impl Query for DeleteDbClusterParameterGroup {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { name: params.required("DBClusterParameterGroupName")? })
    }

    const HAS_RESULT: bool = false;

    fn write(_: &mut Xml, (): &()) {}
}
