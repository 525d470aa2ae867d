//! What a run makes, and how it is recognised again.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, RunId};

/// Something in an AWS account that a run made or may have made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// The account that holds it.
    pub account: AccountId,
    /// Its Region.
    pub region: crate::ids::Region,
    /// Its identifier: for a share `snapshot:account`, for a grant its name, elsewhere what RDS calls it.
    pub id: String,
}

impl Resource {
    /// The command of the AWS CLI that gives it an owner tag of this value again; `None` for what has no tags.
    pub(crate) fn owner_tag_command(&self, value: &str) -> Option<String> {
        let Self { kind, account, region, id } = self;
        let arn_type = match kind {
            ResourceKind::DbClusterSnapshot => "cluster-snapshot",
            ResourceKind::DbInstance => "db",
            ResourceKind::DbSnapshot => "snapshot",
            ResourceKind::DbCluster => "cluster",
            ResourceKind::SnapshotShare | ResourceKind::KmsGrant | ResourceKind::Other => return None,
        };
        let arn = format!("arn:{}:rds:{region}:{account}:{arn_type}:{id}", region.partition());
        Some(format!("aws --region {region} rds add-tags-to-resource --resource-name {arn} --tags Key={OWNER_TAG},Value={value}"))
    }

    /// The command of the AWS CLI that removes it, for a person who finds it left over.
    #[must_use]
    pub fn removal_command(&self) -> String {
        let Self { kind, region, id, .. } = self;
        let call = match kind {
            ResourceKind::DbClusterSnapshot => format!("rds delete-db-cluster-snapshot --db-cluster-snapshot-identifier {id}"),
            ResourceKind::DbInstance => format!("rds delete-db-instance --db-instance-identifier {id} --skip-final-snapshot"),
            ResourceKind::DbSnapshot => format!("rds delete-db-snapshot --db-snapshot-identifier {id}"),
            ResourceKind::DbCluster => format!("rds delete-db-cluster --db-cluster-identifier {id} --skip-final-snapshot"),
            ResourceKind::SnapshotShare => {
                let (snapshot, account) = id.rsplit_once(':').unwrap_or((id, "ACCOUNT"));
                format!(
                    "rds modify-db-snapshot-attribute --db-snapshot-identifier {snapshot} --attribute-name restore --values-to-remove {account}"
                )
            }
            // Grants are revoked by an id that only KMS knows: the name finds it.
            ResourceKind::KmsGrant => {
                let (key, name) = id.rsplit_once('#').unwrap_or(("KEY", id));
                format!(
                    "kms list-grants --key-id {key} --query \"Grants[?Name=='{name}'].GrantId\"  # then: aws kms revoke-grant --key-id {key} --grant-id …"
                )
            }
            ResourceKind::Other => return format!("# remove {id} by the means of the step that made it"),
        };
        format!("aws --region {region} {call}")
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, account, region, id } = self;
        write!(f, "{kind} {id} in {account}/{region}")
    }
}

/// The kinds of things that a run makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ResourceKind {
    /// A DB cluster snapshot.
    DbClusterSnapshot,
    /// A DB instance. Bills by the hour.
    DbInstance,
    /// A DB snapshot.
    DbSnapshot,
    /// The `restore` attribute of a DB snapshot for one account. Exposes data.
    SnapshotShare,
    /// A KMS grant. Exposes data.
    KmsGrant,
    /// A Multi-AZ DB cluster. Bills by the hour.
    DbCluster,
    /// Something that a step outside this crate made.
    Other,
}

impl ResourceKind {
    /// Whether it bills by the hour or exposes data: what [`OnFailure::RemoveCostly`] removes.
    #[must_use]
    pub fn is_costly(self) -> bool {
        matches!(self.upkeep(), Upkeep::Bills | Upkeep::Exposes)
    }

    /// What it means that one stays when its run has ended.
    #[must_use]
    pub fn upkeep(self) -> Upkeep {
        match self {
            Self::DbInstance | Self::DbCluster => Upkeep::Bills,
            Self::SnapshotShare | Self::KmsGrant => Upkeep::Exposes,
            Self::DbClusterSnapshot | Self::DbSnapshot => Upkeep::Expires,
            Self::Other => Upkeep::Stays,
        }
    }
}

impl fmt::Display for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DbClusterSnapshot => "DB cluster snapshot",
            Self::DbInstance => "DB instance",
            Self::DbSnapshot => "DB snapshot",
            Self::SnapshotShare => "snapshot share",
            Self::KmsGrant => "KMS grant",
            Self::DbCluster => "DB cluster",
            Self::Other => "resource",
        })
    }
}

/// What it means that a resource stays when its run has ended. As text, the title of a list of such resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Upkeep {
    /// It bills by the hour until it is removed. A cluster has no expiry, and no sweep looks at it.
    Bills,
    /// It lets another account use data until it is taken back.
    Exposes,
    /// It stays until it is removed; nothing more is known of it.
    Stays,
    /// It has an expiry ([`EXPIRES_TAG`]), after which a [sweep](crate::sweep) removes it. Bills for its storage until then.
    Expires,
}

impl Upkeep {
    /// Each, the most pressing first.
    pub const ALL: &[Self] = &[Self::Bills, Self::Exposes, Self::Stays, Self::Expires];

    /// The name as programs read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bills => "bills",
            Self::Exposes => "exposes",
            Self::Stays => "stays",
            Self::Expires => "expires",
        }
    }
}

impl fmt::Display for Upkeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bills => "still there, and bills until you remove it",
            Self::Exposes => "still there, and lets another account use the data until you remove it",
            Self::Stays => "still there until you remove it",
            Self::Expires => "kept until it expires",
        })
    }
}

/// What a failed run removes of what it made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// What bills by the hour or exposes data; snapshots stay until they expire, so that a resumed run need not make them again.
    #[default]
    RemoveCostly,
    /// Everything, an available result included.
    RemoveAll,
    /// Nothing. Everything that exists is listed.
    KeepAll,
}

impl OnFailure {
    /// Whether a resource of this kind is removed when a run fails.
    #[must_use]
    pub fn removes(self, kind: ResourceKind) -> bool {
        match self {
            Self::RemoveCostly => kind.is_costly(),
            Self::RemoveAll => true,
            Self::KeepAll => false,
        }
    }
}

/// What a resource is to its run. Written into its owner tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Needed for the way only. Carries an expiry.
    Scratch,
    /// Crosses from the source's account to the destination's. Carries an expiry.
    Handover,
    /// What the run was for. Never expires, and no sweep looks at it.
    Result,
}

impl Role {
    /// The name as tags spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scratch => "scratch",
            Self::Handover => "handover",
            Self::Result => "result",
        }
    }
}

/// The tag that says whose a resource is: `<run>/<role>/<identifier of this very resource>`.
pub const OWNER_TAG: &str = "rds-refresh:owner";

/// The tag that says when a `scratch` or `handover` resource may be swept: an RFC 3339 time.
pub const EXPIRES_TAG: &str = "rds-refresh:expires";

/// The value of [`OWNER_TAG`] on the resource `identifier`. It names the resource, so a tag that RDS let another one inherit
/// proves nothing.
#[must_use]
pub fn owner_tag(run: &RunId, role: Role, identifier: &str) -> String {
    format!("{run}/{}/{identifier}", role.as_str())
}

/// What the grant of a run's attempt is called.
pub(crate) fn grant_name(run: &RunId, attempt: u32) -> String {
    format!("rds-refresh/{run}/{attempt}")
}

/// The run that made a grant of this name, if one did.
pub(crate) fn run_of_grant(name: &str) -> Option<RunId> {
    let (run, attempt) = name.strip_prefix("rds-refresh/")?.rsplit_once('/')?;
    let (run, attempt) = (run.parse().ok()?, attempt.parse().ok()?);
    (grant_name(&run, attempt) == name).then_some(run)
}
