use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::DeleteDbClusterSnapshot;
use crate::world::resource::DbClusterSnapshot;

use super::{Query, render};

impl Query for DeleteDbClusterSnapshot {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { identifier: params.required("DBClusterSnapshotIdentifier")? })
    }

    fn write(xml: &mut Xml, answer: &DbClusterSnapshot) {
        xml.element("DBClusterSnapshot", |xml| render::cluster_snapshot(xml, answer));
    }
}
