use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::DeleteDbSnapshot;
use crate::world::resource::DbSnapshot;

use super::{Query, render};

impl Query for DeleteDbSnapshot {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { identifier: params.required("DBSnapshotIdentifier")? })
    }

    fn write(xml: &mut Xml, answer: &DbSnapshot) {
        xml.element("DBSnapshot", |xml| render::snapshot(xml, answer));
    }
}
