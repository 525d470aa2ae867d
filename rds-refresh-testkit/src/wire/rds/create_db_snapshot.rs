use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::CreateDbSnapshot;
use crate::world::resource::DbSnapshot;

use super::{Query, render};

impl Query for CreateDbSnapshot {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            identifier: params.required("DBSnapshotIdentifier")?,
            instance: params.required("DBInstanceIdentifier")?,
            tags: params.tags()?,
        })
    }

    fn write(xml: &mut Xml, answer: &DbSnapshot) {
        xml.element("DBSnapshot", |xml| render::snapshot(xml, answer));
    }
}
