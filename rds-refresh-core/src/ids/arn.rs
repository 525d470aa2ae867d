use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{AccountId, DbSnapshotIdentifier, InvalidValue, Partition, Region};

const RULE: &str = "an ARN, as arn:aws:rds:eu-west-1:111111111111:snapshot:name";

/// An Amazon Resource Name with a Region and an account, as RDS and KMS use them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Arn {
    /// The partition, which must be that of the Region.
    pub partition: Partition,
    /// The service, as `rds`.
    pub service: String,
    /// The Region.
    pub region: Region,
    /// The owning account.
    pub account: AccountId,
    /// What follows the account, as `snapshot:name` or `key/id`.
    pub resource: String,
}

impl Arn {
    /// The ARN of an RDS resource, as `rds(&region, &account, "snapshot", "name")`.
    #[must_use]
    pub fn rds(region: &Region, account: &AccountId, kind: &str, name: &str) -> Self {
        Self {
            partition: region.partition(),
            service: "rds".into(),
            region: region.clone(),
            account: account.clone(),
            resource: format!("{kind}:{name}"),
        }
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

impl FromStr for Arn {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let invalid = || InvalidValue::new("ARN", text, RULE);
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = parts.as_slice() else {
            return Err(invalid());
        };
        let arn = Self {
            partition: partition.parse().map_err(|_| invalid())?,
            service: (*service).to_owned(),
            region: region.parse().map_err(|_| invalid())?,
            account: account.parse().map_err(|_| invalid())?,
            resource: (*resource).to_owned(),
        };
        // ARNs go into messages, tags and requests: nothing odd may ride along.
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic());
        if arn.partition == arn.region.partition() && plain(&arn.service) && plain(&arn.resource) && text.len() <= 2048 {
            Ok(arn)
        } else {
            Err(invalid())
        }
    }
}

impl TryFrom<String> for Arn {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<Arn> for String {
    fn from(arn: Arn) -> Self {
        arn.to_string()
    }
}

/// The ARN of a manual DB snapshot: what crosses from one account to the other, and the only form in which
/// `RestoreDBClusterFromSnapshot` takes a DB snapshot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SnapshotArn {
    arn: Arn,
    identifier: DbSnapshotIdentifier,
}

impl SnapshotArn {
    /// The ARN that RDS gives to the snapshot of this name.
    #[must_use]
    pub fn new(region: &Region, account: &AccountId, identifier: DbSnapshotIdentifier) -> Self {
        Self { arn: Arn::rds(region, account, "snapshot", identifier.as_str()), identifier }
    }

    /// The partition of the ARN.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.arn.partition
    }

    /// The snapshot's Region.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.arn.region
    }

    /// The account that owns the snapshot.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.arn.account
    }

    /// The snapshot's identifier in its own account.
    #[must_use]
    pub fn identifier(&self) -> &DbSnapshotIdentifier {
        &self.identifier
    }
}

impl fmt::Display for SnapshotArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.arn.fmt(f)
    }
}

impl FromStr for SnapshotArn {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let invalid = || InvalidValue::new("DB snapshot ARN", text, RULE);
        let arn: Arn = text.parse().map_err(|_| invalid())?;
        let name = arn.resource.strip_prefix("snapshot:").filter(|_| arn.service == "rds").ok_or_else(invalid)?;
        let identifier = name.parse().map_err(|_| invalid())?;
        // Not as it was given: RDS stores the name in lower case, in the ARN as well.
        Ok(Self::new(&arn.region, &arn.account, identifier))
    }
}

impl TryFrom<String> for SnapshotArn {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<SnapshotArn> for String {
    fn from(arn: SnapshotArn) -> Self {
        arn.to_string()
    }
}
