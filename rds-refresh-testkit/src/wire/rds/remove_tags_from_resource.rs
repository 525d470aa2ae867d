use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::RemoveTagsFromResource;

use super::Query;

impl Query for RemoveTagsFromResource {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { resource: params.required("ResourceName")?, keys: params.strings("TagKeys")? })
    }

    const HAS_RESULT: bool = false;

    fn write(_: &mut Xml, (): &()) {}
}
