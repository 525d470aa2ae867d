use std::time::Duration;

use super::ClusterRequest;
use crate::fact::Fact;
use crate::ids::{AccountId, KeyArn, KeyRef, Region};
use crate::ports::Tags;

/// The destination account's half of a request.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct DestinationRequest {
    /// The account that gets the refreshed cluster.
    pub account: AccountId,
    /// Its Region.
    pub region: Region,
    /// The account from which a hand-over is accepted.
    pub source_account: AccountId,
    /// The Region from which a hand-over is accepted.
    pub source_region: Region,
    /// The keys with which a handed-over snapshot may be encrypted. Empty: any key of the source account in its Region.
    pub source_keys: Vec<KeyArn>,
    /// How old a hand-over may be. Default 7 days.
    pub max_handover_age: Duration,
    /// The key that the copy, and with it the cluster, is encrypted with.
    pub kms_key: KeyRef,
    /// The cluster to restore.
    pub cluster: ClusterRequest,
    /// How long the snapshot copy may outlive the run before a sweep removes it. Default 14 days.
    pub expires_after: Duration,
    /// Tags for everything this half makes, beside its own.
    pub tags: Tags,
}

impl Fact for DestinationRequest {
    const NAME: &'static str = "destination-request";
}
