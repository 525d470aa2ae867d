//! Builders: the same tables that a document would hold, put together in code, and read by the same rules.

use std::time::Duration;

use serde_json::{Map, Value};

use super::fields::parse;
use super::rules::written;
use super::{ClusterRequest, DestinationRequest, InvalidRequest, Request, SourceRequest, StorageType, TemporaryRequest};
use crate::OnFailure;

macro_rules! builders {
    ($($builder:ident builds $request:ident by $read:ident),* $(,)?) => {
        $(
            #[doc = concat!("A [`", stringify!($request), "`] in the making. Nothing is checked before [`build`](Self::build).")]
            #[derive(Clone, Debug, Default, PartialEq)]
            #[must_use = "a builder does nothing until it is built"]
            pub struct $builder(Map<String, Value>);

            impl $builder {
                /// The request, if every field obeys its rule.
                pub fn build(self) -> Result<$request, InvalidRequest> {
                    Value::Object(self.0).try_into()
                }

                fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
                    self.0.insert(field.to_owned(), value.into());
                    self
                }
            }

            impl From<$builder> for Value {
                fn from(builder: $builder) -> Self {
                    Self::Object(builder.0)
                }
            }

            impl $request {
                /// No field set yet.
                pub fn builder() -> $builder {
                    $builder::default()
                }
            }

            /// Reads the request from JSON, or from what another format deserialises to JSON's values.
            impl TryFrom<Value> for $request {
                type Error = InvalidRequest;

                fn try_from(given: Value) -> Result<Self, InvalidRequest> {
                    parse(&given, Self::$read)
                }
            }
        )*
    };
}

builders! {
    RequestBuilder builds Request by read,
    SourceRequestBuilder builds SourceRequest by read_alone,
    TemporaryRequestBuilder builds TemporaryRequest by read,
    DestinationRequestBuilder builds DestinationRequest by read_alone,
    ClusterRequestBuilder builds ClusterRequest by read_alone,
}

impl RequestBuilder {
    /// The source's half, without what a joint request derives.
    pub fn with_source(self, source: SourceRequestBuilder) -> Self {
        self.set("source", source)
    }

    /// The destination's half, without what a joint request derives.
    pub fn with_destination(self, destination: DestinationRequestBuilder) -> Self {
        self.set("destination", destination)
    }

    /// What a failed run removes of what it made. Default [`OnFailure::RemoveCostly`].
    pub fn with_on_failure(self, on_failure: OnFailure) -> Self {
        self.set("on_failure", super::joint::name(on_failure))
    }

    /// How long what a run makes may outlive it: 3 to 366 days. Default 14 days.
    pub fn with_expires_after(self, expires_after: Duration) -> Self {
        self.set("expires_after", written(expires_after))
    }

    /// A tag for everything that a run makes.
    pub fn with_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        put(&mut self.0, "tags", &key.into(), value.into());
        self
    }
}

impl SourceRequestBuilder {
    /// The account that holds the source cluster. Required.
    pub fn with_account(self, account: impl Into<String>) -> Self {
        self.set("account", account.into())
    }

    /// Its Region. Required.
    pub fn with_region(self, region: impl Into<String>) -> Self {
        self.set("region", region.into())
    }

    /// The Multi-AZ DB cluster to refresh from. Required.
    pub fn with_cluster(self, cluster: impl Into<String>) -> Self {
        self.set("cluster", cluster.into())
    }

    /// Starts from this manual cluster snapshot, instead of a new one.
    pub fn with_named_snapshot(self, snapshot: impl Into<String>) -> Self {
        self.set("snapshot", Map::from_iter([("named".to_owned(), Value::from(snapshot.into()))]))
    }

    /// Starts from the newest automated cluster snapshot, if it is not older than this (1 minute to 35 days), instead of a new one.
    pub fn with_automated_snapshot_within(self, age: Duration) -> Self {
        self.set("snapshot", Map::from_iter([("automated_within".to_owned(), Value::from(written(age)))]))
    }

    /// The temporary instance. Required.
    pub fn with_temporary(self, temporary: TemporaryRequestBuilder) -> Self {
        self.set("temporary", temporary)
    }

    /// The destination's account. Required in a half that stands alone; a joint request derives it.
    pub fn with_share_with(self, account: impl Into<String>) -> Self {
        self.set("share_with", account.into())
    }

    /// How long what this half makes may outlive the run: 3 to 366 days. Default 14 days. A joint request says it once for both.
    pub fn with_expires_after(self, expires_after: Duration) -> Self {
        self.set("expires_after", written(expires_after))
    }

    /// Whether the source may be unencrypted. Default false.
    pub fn with_allow_unencrypted(self, allow: bool) -> Self {
        self.set("allow_unencrypted", allow)
    }

    /// The key to encrypt the shared snapshot with, where the source has none, or AWS manages it. Default none.
    pub fn with_share_key(self, key: impl Into<String>) -> Self {
        self.set("share_key", key.into())
    }

    /// Whether the settlement keeps this half's snapshots until they expire. Default false.
    pub fn with_keep_snapshots(self, keep: bool) -> Self {
        self.set("keep_snapshots", keep)
    }

    /// How long the settlement waits for the destination's acknowledgement: 1 hour to 14 days, and no longer than `expires_after`. Default 48 hours.
    pub fn with_ack_deadline(self, deadline: Duration) -> Self {
        self.set("ack_deadline", written(deadline))
    }

    /// A tag for everything this half makes. A joint request says tags once for both.
    pub fn with_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        put(&mut self.0, "tags", &key.into(), value.into());
        self
    }
}

impl TemporaryRequestBuilder {
    /// The DB subnet group to put it in. Required.
    pub fn with_subnet_group(self, subnet_group: impl Into<String>) -> Self {
        self.set("subnet_group", subnet_group.into())
    }

    /// Its VPC security groups. Required.
    pub fn with_security_groups(self, groups: impl IntoIterator<Item: Into<String>>) -> Self {
        self.set("security_groups", texts(groups))
    }

    /// Its DB instance class. Required.
    pub fn with_class(self, class: impl Into<String>) -> Self {
        self.set("class", class.into())
    }

    /// Its DB parameter group. RDS takes the engine's default otherwise.
    pub fn with_parameter_group(self, group: impl Into<String>) -> Self {
        self.set("parameter_group", group.into())
    }

    /// The certificate authority of its server certificate. RDS takes the Region's default otherwise.
    pub fn with_ca(self, ca: impl Into<String>) -> Self {
        self.set("ca", ca.into())
    }
}

impl DestinationRequestBuilder {
    /// The account that gets the refreshed cluster. Required.
    pub fn with_account(self, account: impl Into<String>) -> Self {
        self.set("account", account.into())
    }

    /// Its Region. Required.
    pub fn with_region(self, region: impl Into<String>) -> Self {
        self.set("region", region.into())
    }

    /// The account from which a hand-over is accepted. Required in a half that stands alone; a joint request derives it.
    pub fn with_source_account(self, account: impl Into<String>) -> Self {
        self.set("source_account", account.into())
    }

    /// The Region from which a hand-over is accepted. Required in a half that stands alone; a joint request derives it.
    pub fn with_source_region(self, region: impl Into<String>) -> Self {
        self.set("source_region", region.into())
    }

    /// The ARNs of the keys with which a handed-over snapshot may be encrypted. Default: any key of the source account in its Region.
    pub fn with_source_keys(self, keys: impl IntoIterator<Item: Into<String>>) -> Self {
        self.set("source_keys", texts(keys))
    }

    /// Whether a handed-over snapshot may be unencrypted. Default false.
    pub fn with_allow_unencrypted_source(self, allow: bool) -> Self {
        self.set("allow_unencrypted_source", allow)
    }

    /// How old a hand-over may be: 1 hour to 30 days. Default 7 days.
    pub fn with_max_handover_age(self, age: Duration) -> Self {
        self.set("max_handover_age", written(age))
    }

    /// The key that the copy, and with it the cluster, is encrypted with. Required.
    pub fn with_kms_key(self, key: impl Into<String>) -> Self {
        self.set("kms_key", key.into())
    }

    /// The cluster to restore. Required.
    pub fn with_cluster(self, cluster: ClusterRequestBuilder) -> Self {
        self.set("cluster", cluster)
    }

    /// How long the snapshot copy may outlive the run: 3 to 366 days. Default 14 days. A joint request says it once for both.
    pub fn with_expires_after(self, expires_after: Duration) -> Self {
        self.set("expires_after", written(expires_after))
    }

    /// A tag for everything this half makes. A joint request says tags once for both.
    pub fn with_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        put(&mut self.0, "tags", &key.into(), value.into());
        self
    }
}

impl ClusterRequestBuilder {
    /// `DBClusterIdentifier`, at most 52 characters. Required.
    pub fn with_identifier(self, identifier: impl Into<String>) -> Self {
        self.set("identifier", identifier.into())
    }

    /// `DBClusterInstanceClass`. Required.
    pub fn with_class(self, class: impl Into<String>) -> Self {
        self.set("class", class.into())
    }

    /// `StorageType`. Default gp3.
    pub fn with_storage_type(self, storage_type: StorageType) -> Self {
        self.set("storage_type", storage_type.as_str())
    }

    /// `Iops`. Required for io1 and io2.
    pub fn with_iops(self, iops: u32) -> Self {
        self.set("iops", iops)
    }

    /// `DBSubnetGroupName`. Required.
    pub fn with_subnet_group(self, subnet_group: impl Into<String>) -> Self {
        self.set("subnet_group", subnet_group.into())
    }

    /// `VpcSecurityGroupIds`. Required.
    pub fn with_security_groups(self, groups: impl IntoIterator<Item: Into<String>>) -> Self {
        self.set("security_groups", texts(groups))
    }

    /// `DBClusterParameterGroupName`. RDS takes the default of engine and version otherwise.
    pub fn with_parameter_group(self, group: impl Into<String>) -> Self {
        self.set("parameter_group", group.into())
    }

    /// `Port`, 1150–65535. RDS takes the engine's default otherwise.
    pub fn with_port(self, port: u16) -> Self {
        self.set("port", port)
    }

    /// `BackupRetentionPeriod`, 1–35 days. RDS takes the snapshot's otherwise.
    pub fn with_backup_retention_days(self, days: u8) -> Self {
        self.set("backup_retention_days", days)
    }

    /// `PreferredBackupWindow`, as `03:00-03:30`.
    pub fn with_backup_window(self, window: impl Into<String>) -> Self {
        self.set("backup_window", window.into())
    }

    /// `EnableCloudwatchLogsExports`. Default none.
    pub fn with_log_exports(self, logs: impl IntoIterator<Item: Into<String>>) -> Self {
        self.set("log_exports", texts(logs))
    }

    /// `EngineLifecycleSupport`: false opts out of paid extended support.
    pub fn with_extended_support(self, extended_support: bool) -> Self {
        self.set("extended_support", extended_support)
    }

    /// `CopyTagsToSnapshot`. Default false.
    pub fn with_copy_tags_to_snapshot(self, copy: bool) -> Self {
        self.set("copy_tags_to_snapshot", copy)
    }

    /// Enhanced Monitoring: `MonitoringInterval` (1, 5, 10, 15, 30 or 60 seconds) and `MonitoringRoleArn`. Default off.
    pub fn with_monitoring(mut self, interval_seconds: u8, role_arn: impl Into<String>) -> Self {
        put(&mut self.0, "monitoring", "interval_seconds", interval_seconds);
        put(&mut self.0, "monitoring", "role_arn", role_arn.into());
        self
    }

    /// `EnablePerformanceInsights`, with RDS's key and retention. Default off.
    pub fn with_performance_insights(mut self) -> Self {
        self.0.entry("performance_insights").or_insert_with(|| Map::new().into());
        self
    }

    /// Performance Insights with this `PerformanceInsightsKMSKeyId`.
    pub fn with_performance_insights_key(mut self, key: impl Into<String>) -> Self {
        put(&mut self.0, "performance_insights", "kms_key", key.into());
        self
    }

    /// Performance Insights with this `PerformanceInsightsRetentionPeriod`: 7, a multiple of 31 up to 713, or 731 days.
    pub fn with_performance_insights_retention(mut self, days: u16) -> Self {
        put(&mut self.0, "performance_insights", "retention_days", days);
        self
    }

    /// Whether deletion protection is switched on once the cluster is ready. Default false.
    pub fn with_deletion_protection(self, protection: bool) -> Self {
        self.set("deletion_protection", protection)
    }
}

fn put(fields: &mut Map<String, Value>, table: &str, field: &str, value: impl Into<Value>) {
    if let Value::Object(table) = fields.entry(table).or_insert_with(|| Map::new().into()) {
        table.insert(field.to_owned(), value.into());
    }
}

fn texts(values: impl IntoIterator<Item: Into<String>>) -> Vec<String> {
    values.into_iter().map(Into::into).collect()
}
