use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::ListTagsForResource;
use crate::world::resource::Tags;

use super::{Query, render};

impl Query for ListTagsForResource {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { resource: params.required("ResourceName")? })
    }

    fn write(xml: &mut Xml, answer: &Tags) {
        render::tags(xml, answer);
    }
}
