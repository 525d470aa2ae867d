use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::{DescribeDbSnapshotAttributes, SnapshotAttributes};

use super::{Query, render};

impl Query for DescribeDbSnapshotAttributes {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self { identifier: params.required("DBSnapshotIdentifier")? })
    }

    fn write(xml: &mut Xml, answer: &SnapshotAttributes) {
        render::shared_with(xml, "DBSnapshot", answer);
    }
}
