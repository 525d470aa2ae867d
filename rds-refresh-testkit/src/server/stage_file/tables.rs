//! The tables and keys of a stage file. Names are AWS's, in the spelling of TOML; unknown ones are refused.

use std::collections::BTreeMap;

use rds_refresh_core::ids::{AccountId, Region};
use rds_refresh_core::{Secret, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::world::resource::Tags;
use crate::world::{Quotas, Switches};
use crate::{SourceCluster, Timing};

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StageTable {
    /// What decides everything that AWS leaves to chance, unless the command line says otherwise.
    pub(super) seed: Option<u64>,
    /// When the world begins with a manual clock.
    #[serde(default, deserialize_with = "time")]
    pub(super) start: Option<Timestamp>,
    /// The Region that a client uses if nothing says another, and in which accounts are at home.
    pub(super) region: Option<Spanned<Region>>,
    #[serde(default)]
    pub(super) timing: Timing,
    #[serde(default)]
    pub(super) switches: Switches,
    pub(super) accounts: Spanned<BTreeMap<String, AccountTable>>,
}

/// `[accounts.NAME]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountTable {
    pub(super) id: Spanned<AccountId>,
    /// What a client signs with. If it is left out, it follows from the account and the user.
    pub(super) access_key_id: Option<Spanned<String>>,
    #[serde(default, deserialize_with = "hidden")]
    pub(super) secret_access_key: Option<Secret<String>>,
    /// The IAM user that calls come from.
    pub(super) user: Option<String>,
    /// Whether users and roles without a policy may do nothing.
    #[serde(default)]
    pub(super) enforce_iam: bool,
    /// Of users and roles, as `role/refresh`: their policies by name, as JSON text.
    #[serde(default)]
    pub(super) policies: BTreeMap<Spanned<String>, BTreeMap<String, Spanned<String>>>,
    pub(super) regions: Spanned<BTreeMap<Region, RegionTable>>,
}

/// `[accounts.NAME.regions.REGION]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegionTable {
    /// Customer managed keys by alias; for each, the other accounts that may use it, by name or id.
    #[serde(default)]
    pub(super) kms_keys: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    /// DB subnet groups; for each, its Availability Zones, with one subnet in each.
    #[serde(default)]
    pub(super) subnet_groups: BTreeMap<String, Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) security_groups: Vec<Spanned<String>>,
    /// DB parameter groups; for each, its family, as `postgres16`.
    #[serde(default)]
    pub(super) parameter_groups: BTreeMap<String, String>,
    /// DB cluster parameter groups; for each, its family.
    #[serde(default)]
    pub(super) cluster_parameter_groups: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) quotas: Quotas,
    /// What can be had, instead of what is usually on offer.
    pub(super) orderable: Option<Vec<OrderableTable>>,
    /// By engine: the version that a new cluster gets if none is named. Instead of the usual ones.
    pub(super) default_versions: Option<BTreeMap<String, String>>,
    #[serde(default)]
    pub(super) clusters: Vec<ClusterTable>,
}

/// `[[accounts.NAME.regions.REGION.orderable]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderableTable {
    pub(super) engine: String,
    pub(super) engine_version: String,
    pub(super) class: String,
    #[serde(default)]
    pub(super) supports_clusters: bool,
}

/// `[[accounts.NAME.regions.REGION.clusters]]`: a Multi-AZ DB cluster that is a month old. What is left out is as in
/// [`SourceCluster`], except that there are no tags, no key, and IOPS only with `io1` and `io2`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClusterTable {
    pub(super) identifier: Spanned<String>,
    engine: Option<String>,
    engine_version: Option<String>,
    class: Option<String>,
    /// GiB.
    allocated_storage: Option<u32>,
    /// GiB.
    used_storage: Option<Spanned<u32>>,
    /// GiB.
    rewritten_per_day: Option<u32>,
    storage_type: Option<String>,
    iops: Option<u32>,
    /// An alias of the same Region.
    pub(super) kms_key: Option<Spanned<String>>,
    pub(super) subnet_group: Spanned<String>,
    #[serde(default)]
    pub(super) security_groups: Vec<Spanned<String>>,
    /// Days.
    backup_retention_period: Option<Spanned<u32>>,
    preferred_backup_window: Option<Spanned<String>>,
    copy_tags_to_snapshot: Option<bool>,
    deletion_protection: Option<bool>,
    #[serde(default)]
    tags: Tags,
}

impl ClusterTable {
    /// How much is allocated and how much of it used, in GiB.
    pub(super) fn storage(&self) -> (u32, u32) {
        let allocated = self.allocated_storage.unwrap_or(SourceCluster::default().allocated_gib);
        let usual = SourceCluster::default().used_gib.min(allocated);
        (allocated, self.used().map_or(usual, |used| *used.as_ref()))
    }

    pub(super) fn used(&self) -> Option<&Spanned<u32>> {
        self.used_storage.as_ref()
    }

    pub(super) fn retention(&self) -> Option<&Spanned<u32>> {
        self.backup_retention_period.as_ref()
    }

    pub(super) fn window(&self) -> Option<&Spanned<String>> {
        self.preferred_backup_window.as_ref()
    }

    /// The cluster, with the ARN of the key that its alias stands for.
    pub(super) fn with_key(&self, kms_key: Option<String>) -> SourceCluster {
        let usual = SourceCluster::default();
        let (allocated_gib, used_gib) = self.storage();
        let storage_type = self.storage_type.clone().unwrap_or(usual.storage_type);
        let usual_iops = usual.iops.filter(|_| storage_type.starts_with("io"));
        SourceCluster {
            identifier: self.identifier.as_ref().clone(),
            engine: self.engine.clone().unwrap_or(usual.engine),
            engine_version: self.engine_version.clone().unwrap_or(usual.engine_version),
            class: self.class.clone().unwrap_or(usual.class),
            allocated_gib,
            used_gib,
            rewritten_gib_per_day: self.rewritten_per_day.unwrap_or(usual.rewritten_gib_per_day.min(used_gib)),
            storage_type,
            iops: self.iops.or(usual_iops),
            kms_key,
            subnet_group: self.subnet_group.as_ref().clone(),
            security_groups: self.security_groups.iter().map(|group| group.as_ref().clone()).collect(),
            backup_retention_period: self.retention().map_or(usual.backup_retention_period, |days| *days.as_ref()),
            preferred_backup_window: self.window().map_or(usual.preferred_backup_window, |window| window.as_ref().clone()),
            copy_tags_to_snapshot: self.copy_tags_to_snapshot.unwrap_or(usual.copy_tags_to_snapshot),
            deletion_protection: self.deletion_protection.unwrap_or(usual.deletion_protection),
            tags: self.tags.clone(),
        }
    }
}

fn hidden<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret<String>>, D::Error> {
    String::deserialize(deserializer).map(|text| Some(Secret::new(text)))
}

/// A time as TOML writes one, or the same in quotes.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = match toml::Value::deserialize(deserializer)? {
        toml::Value::String(text) => text,
        other => other.to_string(),
    };
    text.parse().map(Some).map_err(D::Error::custom)
}
