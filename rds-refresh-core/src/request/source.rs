use std::time::Duration;

use crate::fact::Fact;
use crate::ids::{AccountId, DbIdentifier, Region};
use crate::ports::Tags;

/// The source account's half of a request.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct SourceRequest {
    /// The account that holds the source cluster.
    pub account: AccountId,
    /// Its Region.
    pub region: Region,
    /// The Multi-AZ DB cluster to refresh from. It is read, and never changed.
    pub cluster: DbIdentifier,
    /// Which snapshot of it to start from.
    pub snapshot: SnapshotChoice,
    /// The temporary instance.
    pub temporary: TemporaryRequest,
    /// The destination's account: the only one the instance snapshot is shared with.
    pub share_with: AccountId,
    /// How long what this half makes may outlive the run before a sweep removes it. Default 14 days.
    pub expires_after: Duration,
    /// Whether the settlement keeps this half's snapshots until they expire, instead of deleting them once the copy is available. Default false.
    pub keep_snapshots: bool,
    /// How long the settlement waits for the destination's acknowledgement. Default 48 hours.
    pub ack_deadline: Duration,
    /// Tags for everything this half makes, beside its own.
    pub tags: Tags,
}

/// Which cluster snapshot a refresh starts from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum SnapshotChoice {
    /// A new one, made and owned by the run. The default.
    Create,
    /// A manual one that exists. It is referenced: never owned, tagged, shared or deleted.
    Named(DbIdentifier),
    /// The newest automated one, if it is not older than this. Referenced as well.
    AutomatedWithin(Duration),
}

/// The temporary single-AZ instance in the source account. It holds production's data for the time of the run.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct TemporaryRequest {
    /// The DB subnet group to put it in.
    pub subnet_group: String,
    /// Its VPC security groups: at least one, because RDS's default is the VPC's default group.
    pub security_groups: Vec<String>,
    /// Its DB instance class, as `db.r6g.large`.
    pub class: String,
    /// Its DB parameter group, where the engine needs one to start on this data.
    pub parameter_group: Option<String>,
    /// The certificate authority of its server certificate.
    pub ca: Option<String>,
}

impl Fact for SourceRequest {
    const NAME: &'static str = "source-request";
}
