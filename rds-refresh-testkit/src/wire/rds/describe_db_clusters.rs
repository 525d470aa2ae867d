use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ops::DescribeDbClusters;
use crate::world::resource::DbCluster;
use crate::world::{ApiError, Page};

use super::{Query, render};

impl Query for DescribeDbClusters {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        // Only Aurora clusters are shared, and the model has none.
        params.ignore(&["IncludeShared"]);
        Ok(Self { identifier: params.string("DBClusterIdentifier"), filters: params.filters()?, paging: params.paging()? })
    }

    fn write(xml: &mut Xml, answer: &Page<DbCluster>) {
        render::page(xml, "DBClusters", "DBCluster", answer, render::cluster);
    }
}
