use std::ops::Not;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fields::Fields;
use super::place::Place;
use super::rules::{self, DAY, HOUR, MINUTE};
use super::shared::{self, Shared};
use crate::fact::Fact;
use crate::ids::{AccountId, DbIdentifier, KeyRef, Region};
use crate::ports::Tags;

/// The source account's half of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
#[non_exhaustive]
pub struct SourceRequest {
    /// The account that holds the source cluster.
    pub account: AccountId,
    /// Its Region.
    pub region: Region,
    /// The Multi-AZ DB cluster to refresh from. It is read, and never changed.
    pub cluster: DbIdentifier,
    /// Which snapshot of it to start from.
    #[serde(skip_serializing_if = "SnapshotChoice::is_default")]
    pub snapshot: SnapshotChoice,
    /// The temporary instance.
    pub temporary: TemporaryRequest,
    /// The destination's account: the only one the instance snapshot is shared with.
    pub share_with: AccountId,
    /// Whether the source may be unencrypted. Whoever an unencrypted snapshot is shared with can read it, without a key that could be
    /// taken away again; a `share_key` has what crosses encrypted. Default false.
    #[serde(skip_serializing_if = "Not::not")]
    pub allow_unencrypted: bool,
    /// The key of this account to encrypt the shared snapshot with, where the source is not encrypted, or with a key that AWS manages,
    /// as `aws/rds`: such a key cannot be shared. Not used where the source's own key can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_key: Option<KeyRef>,
    /// How long what this half makes may outlive the run before a sweep removes it: 3 to 366 days. Default 14 days.
    #[serde(serialize_with = "shared::write_duration", skip_serializing_if = "shared::is_default_expiry")]
    pub expires_after: Duration,
    /// Whether the settlement keeps this half's snapshots until they expire, instead of deleting them once the copy is available. Default false.
    #[serde(skip_serializing_if = "Not::not")]
    pub keep_snapshots: bool,
    /// How long the settlement waits for the destination's acknowledgement: 1 hour to 14 days, and no longer than `expires_after`. Default 48 hours.
    #[serde(serialize_with = "shared::write_duration", skip_serializing_if = "is_default_deadline")]
    pub ack_deadline: Duration,
    /// Tags for everything this half makes, beside its own.
    #[serde(skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

/// Which cluster snapshot a refresh starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SnapshotChoice {
    /// A new one, made and owned by the run. The default. Written `"create"`.
    #[default]
    Create,
    /// A manual one that exists. It is referenced: never owned, tagged, shared or deleted. Written `{ named = "…" }`.
    Named(DbIdentifier),
    /// The newest automated one, if it is not older than this, 1 minute to 35 days. Referenced as well. Written
    /// `{ automated_within = "6h" }`.
    AutomatedWithin(#[serde(serialize_with = "shared::write_duration")] Duration),
}

/// The temporary single-AZ instance in the source account. It holds production's data for the time of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
#[non_exhaustive]
pub struct TemporaryRequest {
    /// The DB subnet group to put it in.
    pub subnet_group: String,
    /// Its VPC security groups: at least one, because RDS's default is the VPC's default group.
    pub security_groups: Vec<String>,
    /// Its DB instance class, as `db.r6g.large`.
    pub class: String,
    /// Its DB parameter group, where the engine needs one to start on this data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter_group: Option<String>,
    /// The certificate authority of its server certificate, as `rds-ca-rsa2048-g1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
}

impl Fact for SourceRequest {
    const NAME: &'static str = "source-request";
}

/// Defaults are not stored, so changing one would change requests that are under way.
const ACK_DEADLINE: Duration = Duration::from_hours(48);

impl SourceRequest {
    /// Reads a half that stands alone.
    pub(super) fn read_alone(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let account = fields.glimpse("account", rules::id::<AccountId>);
        let share_with = fields.required("share_with", rules::id::<AccountId>);
        if account.is_some() && account == share_with {
            fields.object("share_with", "another account than the source's, because a refresh crosses accounts");
        }
        let shared = Shared::read(fields);
        Self::read(fields, share_with, shared)
    }

    /// Reads what only this half says.
    pub(super) fn read(fields: &mut Fields<'_, '_>, share_with: Option<AccountId>, shared: Shared) -> Option<Self> {
        let account = fields.required("account", rules::id);
        let region = fields.required("region", rules::id);
        let cluster = fields.required("cluster", rules::id);
        let snapshot = SnapshotChoice::read(fields);
        let temporary = fields.table("temporary", TemporaryRequest::read);
        let place = Place { account: account.clone(), region: region.clone() };
        let allow_unencrypted = fields.or("allow_unencrypted", false, rules::flag);
        let share_key = fields.optional("share_key", rules::source_key_in(&place));
        let keep_snapshots = fields.or("keep_snapshots", false, rules::flag);
        let ack_deadline = fields.or("ack_deadline", ACK_DEADLINE, rules::duration(HOUR..=14 * DAY));
        if let (Some(deadline), Some(expiry)) = (ack_deadline, shared.expires_after)
            && deadline > expiry
        {
            fields.object(
                "ack_deadline",
                "no longer than expires_after, because the snapshot must not expire while it may be copied",
            );
        }
        Some(Self {
            account: account?,
            region: region?,
            cluster: cluster?,
            snapshot: snapshot?,
            temporary: temporary?,
            share_with: share_with?,
            allow_unencrypted: allow_unencrypted?,
            share_key: share_key?,
            expires_after: shared.expires_after?,
            keep_snapshots: keep_snapshots?,
            ack_deadline: ack_deadline?,
            tags: shared.tags?,
        })
    }
}

impl SnapshotChoice {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        const RULE: &str = "\"create\", { named = \"a manual snapshot\" } or { automated_within = \"6h\" }";
        if !fields.get("snapshot").is_some_and(Value::is_object) {
            return fields.or("snapshot", Self::Create, |given| match given.as_str() {
                Some("create") => Ok(Self::Create),
                _ => Err(RULE.into()),
            });
        }
        fields.table("snapshot", |fields| {
            let named = fields.optional("named", rules::manual_snapshot);
            let within = fields.optional("automated_within", rules::duration(MINUTE..=35 * DAY));
            match (named?, within?) {
                (Some(named), None) => Some(Self::Named(named)),
                (None, Some(within)) => Some(Self::AutomatedWithin(within)),
                _ => {
                    fields.object_to_all(RULE);
                    None
                }
            }
        })
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl TemporaryRequest {
    pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let subnet_group = fields.required("subnet_group", rules::subnet_group);
        let security_groups = fields.filled_list("security_groups", rules::security_group);
        let class = fields.required("class", rules::class);
        let parameter_group = fields.optional("parameter_group", rules::parameter_group);
        let ca = fields.optional("ca", rules::certificate_authority);
        Some(Self {
            subnet_group: subnet_group?,
            security_groups: security_groups?,
            class: class?,
            parameter_group: parameter_group?,
            ca: ca?,
        })
    }
}

fn is_default_deadline(deadline: &Duration) -> bool {
    *deadline == ACK_DEADLINE
}
