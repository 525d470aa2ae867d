use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::CreateDbClusterSnapshot;
use crate::world::resource::DbClusterSnapshot;

use super::{Query, render};

impl Query for CreateDbClusterSnapshot {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            identifier: params.required("DBClusterSnapshotIdentifier")?,
            cluster: params.required("DBClusterIdentifier")?,
            tags: params.tags()?,
        })
    }

    fn write(xml: &mut Xml, answer: &DbClusterSnapshot) {
        xml.element("DBClusterSnapshot", |xml| render::cluster_snapshot(xml, answer));
    }
}
