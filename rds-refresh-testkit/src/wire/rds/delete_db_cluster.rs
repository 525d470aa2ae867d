use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::DeleteDbCluster;
use crate::world::resource::DbCluster;

use super::{Query, render};

impl Query for DeleteDbCluster {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            identifier: params.required("DBClusterIdentifier")?,
            skip_final_snapshot: params.flag("SkipFinalSnapshot")?,
            final_snapshot: params.string("FinalDBSnapshotIdentifier"),
            delete_automated_backups: params.flag("DeleteAutomatedBackups")?,
        })
    }

    fn write(xml: &mut Xml, answer: &DbCluster) {
        xml.element("DBCluster", |xml| render::cluster(xml, answer));
    }
}
