//! The JSON schema of the file: what editors check and complete by. The request itself is read by the library, under the same names;
//! a test holds the two against each other.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::connection::Connection;

/// The schema, as JSON with a line break at its end.
pub(crate) fn schema() -> String {
    let mut schema = schemars::schema_for!(File);
    schema.insert("title".into(), "rds-refresh".into());
    // A schema is maps of texts: nothing in it can fail to serialise.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// The configuration file of rds-refresh.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "it is a form, and never filled in")]
struct File {
    /// What a failed run removes of what it made. Default: what bills by the hour or exposes data.
    on_failure: Option<OnFailure>,
    /// How long snapshots may outlive the run: 3 to 366 days, as "14d". Default "14d".
    expires_after: Option<HumanDuration>,
    /// Tags for everything that is made: at most 40.
    tags: Option<BTreeMap<String, String>>,
    /// The account with production, and what to take from it.
    source: Source,
    /// The account that gets the refreshed cluster, and what it is to be.
    destination: Destination,
    /// How the accounts are reached. Default: the standard AWS environment and files.
    connection: Option<Connection>,
    /// Where runs are kept. Default: rds-refresh in the XDG state directory.
    state_dir: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(dead_code, reason = "it is a form, and never filled in")]
enum OnFailure {
    /// What bills by the hour or exposes data; snapshots stay until they expire.
    RemoveCostly,
    /// Everything, an available result included.
    RemoveAll,
    /// Nothing.
    KeepAll,
}

/// A duration with units, as "36h", "14d" or "1h 30m".
#[derive(Serialize, JsonSchema)]
#[allow(dead_code, reason = "it is a form, and never filled in")]
struct HumanDuration(#[schemars(regex(pattern = r"^([0-9]+ ?[a-zA-Z]+ ?)+$"))] String);

/// An AWS account id: 12 digits, in quotes.
#[derive(Serialize, JsonSchema)]
#[allow(dead_code, reason = "it is a form, and never filled in")]
struct AccountId(#[schemars(regex(pattern = "^[0-9]{12}$"))] String);

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "it is a form, and never filled in")]
struct Source {
    /// The account that holds the source cluster.
    account: AccountId,
    /// Its Region, as "eu-west-1".
    region: String,
    /// The Multi-AZ DB cluster to refresh from. It is read, and never changed.
    cluster: String,
    /// Which snapshot of it to start from. Default "create".
    snapshot: Option<SnapshotChoice>,
    /// Whether the source may be unencrypted. Default false.
    allow_unencrypted: Option<bool>,
    /// A customer managed key of this account to encrypt the shared snapshot with, where the source is encrypted with aws/rds or not at
    /// all: key id, key ARN, alias/name or alias ARN. Default none.
    share_key: Option<String>,
    /// Whether the snapshots made here are kept until they expire. Default false.
    keep_snapshots: Option<bool>,
    /// How long the settlement waits for the destination's acknowledgement: 1 hour to 14 days, and no longer than `expires_after`. Default "48h".
    ack_deadline: Option<HumanDuration>,
    /// The temporary single-AZ instance, which holds production's data for the time of the run.
    temporary: Temporary,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "it is a form, and never filled in")]
enum SnapshotChoice {
    /// A new one, made and owned by the run.
    Create,
    /// A manual one that exists.
    Named(String),
    /// The newest automated one, if it is not older than this: 1 minute to 35 days.
    AutomatedWithin(HumanDuration),
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "it is a form, and never filled in")]
struct Temporary {
    /// The DB subnet group to put it in.
    subnet_group: String,
    /// Its VPC security groups, at least one, as "sg-0123456789abcdef0".
    #[schemars(length(min = 1))]
    security_groups: Vec<String>,
    /// Its DB instance class, as "db.r6g.large".
    class: String,
    /// Its DB parameter group. Default: the engine's.
    parameter_group: Option<String>,
    /// The certificate authority of its server certificate. Default: the Region's.
    ca: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "it is a form, and never filled in")]
struct Destination {
    /// The account that gets the refreshed cluster: another one than the source's.
    account: AccountId,
    /// Its Region, in the partition of the source's.
    region: String,
    /// The key that the copy and the cluster are encrypted with: key id, key ARN, alias/name or alias ARN, in this Region.
    kms_key: String,
    /// ARNs of the keys with which a handed-over snapshot may be encrypted. Default: any key of the source account.
    source_keys: Option<Vec<String>>,
    /// Whether a handed-over snapshot may be unencrypted. Default false.
    allow_unencrypted_source: Option<bool>,
    /// How old a hand-over may be: 1 hour to 30 days. Default "7d".
    max_handover_age: Option<HumanDuration>,
    /// The Multi-AZ DB cluster to restore.
    cluster: Cluster,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "it is a form, and never filled in")]
struct Cluster {
    /// Its name: at most 52 characters, because its members are named …-instance-3.
    #[schemars(length(min = 1, max = 52))]
    identifier: String,
    /// Its DB cluster instance class, as "db.r6gd.large".
    class: String,
    /// Default "gp3".
    storage_type: Option<StorageType>,
    /// Required for io1 and io2: 1000–256000. For gp3 from 400 GiB on: 12000–64000.
    #[schemars(range(min = 1000, max = 256_000))]
    iops: Option<u32>,
    /// A DB subnet group that covers three Availability Zones.
    subnet_group: String,
    /// Its VPC security groups, at least one.
    #[schemars(length(min = 1))]
    security_groups: Vec<String>,
    /// Its DB cluster parameter group. Default: that of engine and version.
    parameter_group: Option<String>,
    /// Its port, which cannot be changed later. Default: the engine's.
    #[schemars(range(min = 1150, max = 65_535))]
    port: Option<u16>,
    /// Days for which automated backups are kept: 1–35. Default: the snapshot's.
    #[schemars(range(min = 1, max = 35))]
    backup_retention_days: Option<u8>,
    /// When it is backed up, UTC, at least 30 minutes, as "03:00-03:30".
    backup_window: Option<String>,
    /// Logs that go to CloudWatch.
    log_exports: Option<Vec<LogExport>>,
    /// false opts out of paid extended support. Default: RDS's.
    extended_support: Option<bool>,
    /// Default false.
    copy_tags_to_snapshot: Option<bool>,
    /// Whether deletion protection is switched on once it is ready. Default false.
    deletion_protection: Option<bool>,
    /// Enhanced Monitoring. Default: off.
    monitoring: Option<Monitoring>,
    /// Performance Insights; an empty table switches it on. Default: off.
    performance_insights: Option<PerformanceInsights>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "it is a form, and never filled in")]
enum StorageType {
    Gp3,
    Io1,
    Io2,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(dead_code, reason = "it is a form, and never filled in")]
enum LogExport {
    Audit,
    Error,
    General,
    IamDbAuthError,
    Instance,
    Postgresql,
    Slowquery,
    Upgrade,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "it is a form, and never filled in")]
struct Monitoring {
    /// 1, 5, 10, 15, 30 or 60.
    interval_seconds: u8,
    /// A role of the destination's account.
    role_arn: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "it is a form, and never filled in")]
struct PerformanceInsights {
    /// Its key. Default: RDS's.
    kms_key: Option<String>,
    /// 7, a multiple of 31 up to 713, or 731. Default: RDS's.
    retention_days: Option<u16>,
}
