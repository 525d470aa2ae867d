use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ops::DescribeDbClusterSnapshots;
use crate::world::resource::DbClusterSnapshot;
use crate::world::{ApiError, Page};

use super::{Query, render};

impl Query for DescribeDbClusterSnapshots {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            identifier: params.string("DBClusterSnapshotIdentifier"),
            cluster: params.string("DBClusterIdentifier"),
            cluster_resource_id: params.string("DbClusterResourceId"),
            snapshot_type: params.string("SnapshotType"),
            include_shared: params.flag("IncludeShared")?,
            include_public: params.flag("IncludePublic")?,
            filters: params.filters()?,
            paging: params.paging()?,
        })
    }

    fn write(xml: &mut Xml, answer: &Page<DbClusterSnapshot>) {
        render::page(xml, "DBClusterSnapshots", "DBClusterSnapshot", answer, render::cluster_snapshot);
    }
}
