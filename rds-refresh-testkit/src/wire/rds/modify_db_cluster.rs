use rds_refresh_core::Secret;

use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::ModifyDbCluster;
use crate::world::resource::DbCluster;

use super::{Query, render};

impl Query for ModifyDbCluster {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            identifier: params.required("DBClusterIdentifier")?,
            master_user_password: params.string("MasterUserPassword").map(Secret::new),
            deletion_protection: params.flag("DeletionProtection")?,
            security_groups: params.strings("VpcSecurityGroupIds")?,
            apply_immediately: params.flag("ApplyImmediately")?,
        })
    }

    fn write(xml: &mut Xml, answer: &DbCluster) {
        xml.element("DBCluster", |xml| render::cluster(xml, answer));
    }
}
