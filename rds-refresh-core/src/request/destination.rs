use std::ops::Not;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ClusterRequest;
use super::fields::Fields;
use super::place::Place;
use super::rules::{self, DAY, HOUR};
use super::shared::{self, Shared};
use crate::fact::Fact;
use crate::ids::{AccountId, KeyArn, KeyRef, Partition, Region};
use crate::ports::Tags;

/// The destination account's half of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source_keys: Vec<KeyArn>,
    /// Whether a handed-over snapshot may be unencrypted. The copy is encrypted all the same. Default false.
    #[serde(skip_serializing_if = "Not::not")]
    pub allow_unencrypted_source: bool,
    /// How old a hand-over may be: 1 hour to 30 days. Default 7 days.
    #[serde(serialize_with = "shared::write_duration", skip_serializing_if = "is_default_age")]
    pub max_handover_age: Duration,
    /// The key that the copy, and with it the cluster, is encrypted with.
    pub kms_key: KeyRef,
    /// The cluster to restore.
    pub cluster: ClusterRequest,
    /// How long the snapshot copy may outlive the run before a sweep removes it: 3 to 366 days. Default 14 days.
    #[serde(serialize_with = "shared::write_duration", skip_serializing_if = "shared::is_default_expiry")]
    pub expires_after: Duration,
    /// Tags for everything this half makes, beside its own.
    #[serde(skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

impl Fact for DestinationRequest {
    const NAME: &'static str = "destination-request";
}

/// Defaults are not stored, so changing one would change requests that are under way.
const MAX_HANDOVER_AGE: Duration = Duration::from_hours(7 * 24);

/// Where hand-overs come from, and the fields to blame if that does not go with the destination.
pub(super) struct Origin {
    pub(super) place: Place,
    pub(super) account_field: &'static str,
    pub(super) region_field: &'static str,
}

impl DestinationRequest {
    /// Reads a half that stands alone.
    pub(super) fn read_alone(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let account = fields.required("source_account", rules::id);
        let region = fields.required("source_region", rules::id);
        let origin = Origin { place: Place { account, region }, account_field: "source_account", region_field: "source_region" };
        let shared = Shared::read(fields);
        Self::read(fields, origin, shared)
    }

    /// Reads what only this half says.
    pub(super) fn read(fields: &mut Fields<'_, '_>, origin: Origin, shared: Shared) -> Option<Self> {
        let account = fields.required("account", rules::id);
        let region = fields.required("region", rules::id);
        let place = origin.checked(fields, Place { account, region });
        let Origin { place: origin, .. } = origin;
        let source_keys = fields.list("source_keys", rules::key_of(&origin));
        let allow_unencrypted_source = fields.or("allow_unencrypted_source", false, rules::flag);
        let max_handover_age = fields.or("max_handover_age", MAX_HANDOVER_AGE, rules::duration(HOUR..=30 * DAY));
        let kms_key = fields.required("kms_key", rules::key_in(&place));
        let cluster = fields.table("cluster", |fields| ClusterRequest::read(fields, &place));
        Some(Self {
            account: place.account?,
            region: place.region?,
            source_account: origin.account?,
            source_region: origin.region?,
            source_keys: source_keys?,
            allow_unencrypted_source: allow_unencrypted_source?,
            max_handover_age: max_handover_age?,
            kms_key: kms_key?,
            cluster: cluster?,
            expires_after: shared.expires_after?,
            tags: shared.tags?,
        })
    }
}

impl Origin {
    /// The destination's place, less what does not go with the origin: nothing else is measured by what may be mistaken itself.
    fn checked(&self, fields: &mut Fields<'_, '_>, mut to: Place) -> Place {
        let from = &self.place;
        if to.account.is_some() && to.account == from.account {
            fields.object(self.account_field, "another account than the other half's, because a refresh crosses accounts");
            to.account = None;
        }
        if let Some(rule) = from.region.as_ref().zip(to.region.as_ref()).and_then(|(from, to)| no_way(from, to)) {
            fields.object(self.region_field, rule);
            to.region = None;
        }
        to
    }
}

/// Why no snapshot gets from one Region to the other: what the Region must be instead (RDS user guide, copying a snapshot).
fn no_way(from: &Region, to: &Region) -> Option<&'static str> {
    if from.partition() != to.partition() {
        Some("in the same partition as the other half's, because partitions share nothing")
    } else if from.partition() == Partition::China && from != to {
        Some("the same as the other half's, because RDS copies no snapshot between the Regions of China")
    } else if from.partition() == Partition::GovCloud && from != to {
        Some(
            "the same as the other half's: between the Regions of GovCloud a copy takes a pre-signed URL, which is not supported",
        )
    } else {
        None
    }
}

fn is_default_age(age: &Duration) -> bool {
    *age == MAX_HANDOVER_AGE
}
