use rds_refresh_core::Secret;

use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::ModifyDbInstance;
use crate::world::resource::DbInstance;

use super::{Query, render};

impl Query for ModifyDbInstance {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            identifier: params.required("DBInstanceIdentifier")?,
            master_user_password: params.string("MasterUserPassword").map(Secret::new),
            deletion_protection: params.flag("DeletionProtection")?,
            apply_immediately: params.flag("ApplyImmediately")?,
        })
    }

    fn write(xml: &mut Xml, answer: &DbInstance) {
        xml.element("DBInstance", |xml| render::instance(xml, answer));
    }
}
