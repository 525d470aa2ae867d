use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::DeleteDbInstance;
use crate::world::resource::DbInstance;

use super::{Query, render};

impl Query for DeleteDbInstance {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            identifier: params.required("DBInstanceIdentifier")?,
            skip_final_snapshot: params.flag("SkipFinalSnapshot")?,
            final_snapshot: params.string("FinalDBSnapshotIdentifier"),
            delete_automated_backups: params.flag("DeleteAutomatedBackups")?,
        })
    }

    fn write(xml: &mut Xml, answer: &DbInstance) {
        xml.element("DBInstance", |xml| render::instance(xml, answer));
    }
}
