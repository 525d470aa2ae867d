use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ops::DescribeDbSnapshots;
use crate::world::resource::DbSnapshot;
use crate::world::{ApiError, Page};

use super::{Query, render};

impl Query for DescribeDbSnapshots {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            identifier: params.string("DBSnapshotIdentifier"),
            instance: params.string("DBInstanceIdentifier"),
            dbi_resource_id: params.string("DbiResourceId"),
            snapshot_type: params.string("SnapshotType"),
            include_shared: params.flag("IncludeShared")?,
            include_public: params.flag("IncludePublic")?,
            filters: params.filters()?,
            paging: params.paging()?,
        })
    }

    fn write(xml: &mut Xml, answer: &Page<DbSnapshot>) {
        render::page(xml, "DBSnapshots", "DBSnapshot", answer, render::snapshot);
    }
}
