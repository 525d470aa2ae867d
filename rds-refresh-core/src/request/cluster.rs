use std::ops::Not;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fields::Fields;
use super::place::Place;
use super::rules;
use crate::ids::{DbIdentifier, KeyRef};

/// The Multi-AZ DB cluster to restore: the parameters of `RestoreDBClusterFromSnapshot` that a Multi-AZ DB cluster knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
#[non_exhaustive]
pub struct ClusterRequest {
    /// `DBClusterIdentifier`, at most 52 characters: RDS names the members `<identifier>-instance-1` to `-3`.
    pub identifier: DbIdentifier,
    /// `DBClusterInstanceClass`, as `db.r6gd.large`: what makes it a Multi-AZ DB cluster.
    pub class: String,
    /// `StorageType`. Default gp3.
    #[serde(skip_serializing_if = "StorageType::is_default")]
    pub storage_type: StorageType,
    /// `Iops`. Required for io1 and io2, 1000–256000; for gp3 legal from 400 GiB on, 12000–64000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iops: Option<u32>,
    /// `DBSubnetGroupName`: must cover three Availability Zones.
    pub subnet_group: String,
    /// `VpcSecurityGroupIds`: at least one.
    pub security_groups: Vec<String>,
    /// `DBClusterParameterGroupName`; RDS takes the default of engine and version otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter_group: Option<String>,
    /// `Port`, 1150–65535; cannot be changed later. RDS takes the engine's default otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `BackupRetentionPeriod`, 1–35 days; RDS takes the snapshot's otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_retention_days: Option<u8>,
    /// `PreferredBackupWindow` in UTC, at least 30 minutes, as `03:00-03:30`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_window: Option<String>,
    /// `EnableCloudwatchLogsExports`, as `postgresql`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log_exports: Vec<String>,
    /// `EngineLifecycleSupport`: false opts out of paid extended support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_support: Option<bool>,
    /// `CopyTagsToSnapshot`. Default false.
    #[serde(skip_serializing_if = "Not::not")]
    pub copy_tags_to_snapshot: bool,
    /// `MonitoringInterval` and `MonitoringRoleArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<EnhancedMonitoring>,
    /// `EnablePerformanceInsights` and what belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performance_insights: Option<PerformanceInsights>,
    /// Whether deletion protection is switched on once the cluster is ready. Default false.
    #[serde(skip_serializing_if = "Not::not")]
    pub deletion_protection: bool,
}

/// The storage types of a Multi-AZ DB cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum StorageType {
    /// General purpose. The default.
    #[default]
    Gp3,
    /// Provisioned IOPS.
    Io1,
    /// Provisioned IOPS, second generation.
    Io2,
}

/// Enhanced Monitoring of the restored cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EnhancedMonitoring {
    /// `MonitoringInterval`: 1, 5, 10, 15, 30 or 60 seconds.
    pub interval_seconds: u8,
    /// `MonitoringRoleArn`: a role of the destination's account.
    pub role_arn: String,
}

/// Performance Insights of the restored cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PerformanceInsights {
    /// `PerformanceInsightsKMSKeyId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<KeyRef>,
    /// `PerformanceInsightsRetentionPeriod`: 7, a multiple of 31 up to 713, or 731 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u16>,
}

impl ClusterRequest {
    /// Reads a cluster of which nobody knows yet where it will be.
    pub(super) fn read_alone(fields: &mut Fields<'_, '_>) -> Option<Self> {
        Self::read(fields, &Place::default())
    }

    pub(super) fn read(fields: &mut Fields<'_, '_>, place: &Place) -> Option<Self> {
        let identifier = fields.required("identifier", rules::new_cluster);
        let class = fields.required("class", rules::class);
        let storage_type = fields.or("storage_type", StorageType::Gp3, rules::one_of("gp3, io1 or io2"));
        let iops = match storage_type {
            Some(StorageType::Io1 | StorageType::Io2) => fields.required("iops", rules::provisioned_iops).map(Some),
            Some(StorageType::Gp3) => fields.optional("iops", rules::gp3_iops),
            None => fields.optional("iops", rules::number(1_000..=256_000)),
        };
        let subnet_group = fields.required("subnet_group", rules::subnet_group);
        let security_groups = fields.filled_list("security_groups", rules::security_group);
        let parameter_group = fields.optional("parameter_group", rules::parameter_group);
        let port = fields.optional("port", rules::number(1150..=65_535));
        let backup_retention_days = fields.optional("backup_retention_days", rules::number(1..=35));
        let backup_window = fields.optional("backup_window", rules::backup_window);
        let log_exports = fields.list("log_exports", rules::log_export);
        let extended_support = fields.optional("extended_support", rules::flag);
        let copy_tags_to_snapshot = fields.or("copy_tags_to_snapshot", false, rules::flag);
        let monitoring = fields.optional_table("monitoring", |fields| EnhancedMonitoring::read(fields, place));
        let performance_insights =
            fields.optional_table("performance_insights", |fields| PerformanceInsights::read(fields, place));
        let deletion_protection = fields.or("deletion_protection", false, rules::flag);
        Some(Self {
            identifier: identifier?,
            class: class?,
            storage_type: storage_type?,
            iops: iops?,
            subnet_group: subnet_group?,
            security_groups: security_groups?,
            parameter_group: parameter_group?,
            port: port?,
            backup_retention_days: backup_retention_days?,
            backup_window: backup_window?,
            log_exports: log_exports?,
            extended_support: extended_support?,
            copy_tags_to_snapshot: copy_tags_to_snapshot?,
            monitoring: monitoring?,
            performance_insights: performance_insights?,
            deletion_protection: deletion_protection?,
        })
    }
}

impl StorageType {
    /// The name as RDS spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gp3 => "gp3",
            Self::Io1 => "io1",
            Self::Io2 => "io2",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl EnhancedMonitoring {
    fn read(fields: &mut Fields<'_, '_>, place: &Place) -> Option<Self> {
        let interval_seconds = fields.required(
            "interval_seconds",
            rules::number_of(|seconds| [1, 5, 10, 15, 30, 60].contains(&seconds), "1, 5, 10, 15, 30 or 60, without quotes"),
        );
        let role_arn = fields.required("role_arn", rules::role_in(place));
        Some(Self { interval_seconds: interval_seconds?, role_arn: role_arn? })
    }
}

impl PerformanceInsights {
    fn read(fields: &mut Fields<'_, '_>, place: &Place) -> Option<Self> {
        let kms_key = fields.optional("kms_key", rules::key_in(place));
        let retention_days = fields.optional(
            "retention_days",
            rules::number_of(
                |days| days == 7 || days == 731 || (days % 31 == 0 && (1..=23).contains(&(days / 31))),
                "7, a multiple of 31 from 31 to 713, or 731, without quotes",
            ),
        );
        Some(Self { kms_key: kms_key?, retention_days: retention_days? })
    }
}
