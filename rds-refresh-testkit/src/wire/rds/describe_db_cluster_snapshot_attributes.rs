use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::{DescribeDbClusterSnapshotAttributes, SnapshotAttributes};

use super::{Query, render};

impl Query for DescribeDbClusterSnapshotAttributes {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { identifier: params.required("DBClusterSnapshotIdentifier")? })
    }

    fn write(xml: &mut Xml, answer: &SnapshotAttributes) {
        render::shared_with(xml, "DBClusterSnapshot", answer);
    }
}
