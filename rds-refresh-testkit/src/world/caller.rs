use rds_refresh_core::ids::{AccountId, Region};

use super::place::Place;

/// Who calls, and where: what the credentials and the endpoint of a request say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// The account that the credentials belong to.
    pub account: AccountId,
    /// The Region whose endpoint was called.
    pub region: Region,
    /// The IAM role that calls, by name. Key policies and grants may name it.
    pub role: String,
}

impl Caller {
    /// The role `rds-refresh` of an account, calling in a Region.
    #[must_use]
    pub fn new(account: AccountId, region: Region) -> Self {
        Self { account, region, role: "rds-refresh".to_owned() }
    }

    /// Where the caller's own resources are.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { account: self.account.clone(), region: self.region.clone() }
    }

    /// The ARN of the calling role.
    #[must_use]
    pub fn principal(&self) -> String {
        format!("arn:{}:iam::{}:role/{}", self.region.partition(), self.account, self.role)
    }
}
