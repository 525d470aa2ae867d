use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::CopyDbSnapshot;
use crate::world::resource::DbSnapshot;

use super::{Query, render};

impl Query for CopyDbSnapshot {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        // Clients add the URL to copies between Regions. It repeats the request for the source's Region, which the model, having
        // all Regions in one place, does not ask.
        params.ignore(&["PreSignedUrl"]);
        params.only("SnapshotTarget", "region")?;
        // MySQL and PostgreSQL have no options that a copy would need.
        params.only("CopyOptionGroup", "false")?;
        Ok(Self {
            source: params.required("SourceDBSnapshotIdentifier")?,
            target: params.required("TargetDBSnapshotIdentifier")?,
            kms_key: params.string("KmsKeyId"),
            copy_tags: params.flag("CopyTags")?,
            tags: params.tags()?,
        })
    }

    fn write(xml: &mut Xml, answer: &DbSnapshot) {
        xml.element("DBSnapshot", |xml| render::snapshot(xml, answer));
    }
}
