use rds_refresh_core::ids::{AccountId, Region};

use super::identity::Identity;
use super::place::Place;

/// Who calls, and where: what the credentials and the endpoint of a request say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// The account that the credentials belong to.
    pub account: AccountId,
    /// The Region whose endpoint was called.
    pub region: Region,
    /// Who it is in the account. Key policies and grants may name it.
    pub identity: Identity,
}

impl Caller {
    /// The IAM user `rds-refresh` of an account, calling in a Region.
    #[must_use]
    pub fn new(account: AccountId, region: Region) -> Self {
        Self { account, region, identity: Identity::User("rds-refresh".to_owned()) }
    }

    /// Somebody else of the same account.
    ///
    /// ```
    /// use rds_refresh_testkit::world::Identity;
    /// use rds_refresh_testkit::Stage;
    ///
    /// let session = Identity::Session { role: "deploy/refresh".to_owned(), name: "monday".to_owned() };
    /// let caller = Stage::two_accounts(1).source.acting_as(session);
    /// assert_eq!(caller.arn(), "arn:aws:sts::111111111111:assumed-role/refresh/monday");
    /// assert_eq!(caller.principal(), "arn:aws:iam::111111111111:role/deploy/refresh");
    /// ```
    #[must_use]
    pub fn acting_as(&self, identity: Identity) -> Self {
        Self { identity, ..self.clone() }
    }

    /// Where the caller's own resources are.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { account: self.account.clone(), region: self.region.clone() }
    }

    /// The caller's ARN, as `GetCallerIdentity` answers it.
    #[must_use]
    pub fn arn(&self) -> String {
        self.identity.arn(&self.account, &self.region)
    }

    /// The ARN of the caller's IAM identity: of a role's session, the role.
    #[must_use]
    pub fn principal(&self) -> String {
        self.identity.principal(&self.account, &self.region)
    }
}
