use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::{ModifyDbClusterSnapshotAttribute, SnapshotAttributes};

use super::{Query, render};

impl Query for ModifyDbClusterSnapshotAttribute {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            identifier: params.required("DBClusterSnapshotIdentifier")?,
            attribute: params.required("AttributeName")?,
            add: params.strings("ValuesToAdd")?,
            remove: params.strings("ValuesToRemove")?,
        })
    }

    fn write(xml: &mut Xml, answer: &SnapshotAttributes) {
        render::shared_with(xml, "DBClusterSnapshot", answer);
    }
}
