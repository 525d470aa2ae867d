use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::{AccountQuota, DescribeAccountAttributes};

use super::Query;

impl Query for DescribeAccountAttributes {
    fn read(_: &mut Params) -> Result<Self, ApiError> {
        Ok(Self)
    }

    fn write(xml: &mut Xml, answer: &Vec<AccountQuota>) {
        xml.list("AccountQuotas", "AccountQuota", answer, |xml, quota| {
            xml.text("AccountQuotaName", quota.name);
            xml.text("Used", quota.used);
            xml.text("Max", quota.max);
        });
    }
}
