use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::CopyDbClusterSnapshot;
use crate::world::resource::DbClusterSnapshot;

use super::{Query, render};

impl Query for CopyDbClusterSnapshot {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            source: params.required("SourceDBClusterSnapshotIdentifier")?,
            target: params.required("TargetDBClusterSnapshotIdentifier")?,
            kms_key: params.string("KmsKeyId"),
            copy_tags: params.flag("CopyTags")?,
            tags: params.tags()?,
        })
    }

    fn write(xml: &mut Xml, answer: &DbClusterSnapshot) {
        xml.element("DBClusterSnapshot", |xml| render::cluster_snapshot(xml, answer));
    }
}
