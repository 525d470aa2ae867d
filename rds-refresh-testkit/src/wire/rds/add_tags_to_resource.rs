use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::AddTagsToResource;

use super::Query;

impl Query for AddTagsToResource {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { resource: params.required("ResourceName")?, tags: params.tags()? })
    }

    /// RDS answers nothing: there is not even an empty result element.
    const HAS_RESULT: bool = false;

    fn write(_: &mut Xml, (): &()) {}
}
