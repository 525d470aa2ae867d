use std::ops::Not;

use serde::{Deserialize, Serialize};

use crate::ids::KeyArn;

/// A DB subnet group, as `DescribeDBSubnetGroups` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubnetGroup {
    /// `DBSubnetGroupName`.
    pub name: String,
    /// `DBSubnetGroupArn`.
    pub arn: String,
    /// `SubnetGroupStatus`: `Complete` when it can be used.
    pub status: String,
    /// `VpcId`.
    pub vpc: String,
    /// The Availability Zones of its active subnets, sorted, each once.
    pub zones: Vec<String>,
}

/// A class that can be had for an engine version, as `DescribeOrderableDBInstanceOptions` shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrderableOption {
    /// `SupportsClusters`: whether a Multi-AZ DB cluster can have it.
    pub supports_clusters: bool,
    /// `StorageType`.
    pub storage_type: String,
    /// The Availability Zones that have it.
    pub zones: Vec<String>,
    /// `MinStorageSize`, in GiB.
    pub min_storage: Option<u32>,
    /// `MaxStorageSize`, in GiB.
    pub max_storage: Option<u32>,
    /// `MinIopsPerDbInstance`.
    pub min_iops: Option<u32>,
    /// `MaxIopsPerDbInstance`.
    pub max_iops: Option<u32>,
    /// `MinIopsPerGib`.
    pub min_iops_per_gib: Option<f64>,
    /// `MaxIopsPerGib`.
    pub max_iops_per_gib: Option<f64>,
}

/// An engine version, as `DescribeDBEngineVersions` shows it with `IncludeAll`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineVersion {
    /// `Status`: `available` or `deprecated`.
    pub status: String,
    /// `DBParameterGroupFamily`, as `postgres16`.
    pub family: String,
    /// `ExportableLogTypes`.
    pub log_types: Vec<String>,
}

/// A parameter group of either kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterGroup {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// `DBParameterGroupFamily`, as `postgres16`.
    pub family: String,
}

/// A quota of an account in a Region, as `DescribeAccountAttributes` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// `AccountQuotaName`, as `ManualSnapshots`.
    pub name: String,
    /// `Used`.
    pub used: u64,
    /// `Max`.
    pub max: u64,
}

/// A security group, as EC2's `DescribeSecurityGroups` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityGroup {
    /// `GroupId`.
    pub id: String,
    /// `VpcId`.
    pub vpc: String,
}

/// What the destination's checks must know of the source: the source half of a report carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSeen {
    /// Its engine.
    pub engine: String,
    /// Its engine version.
    pub engine_version: String,
    /// Its allocated storage, in GiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocated_storage: Option<u32>,
    /// Whether the snapshot that crosses to the destination is not encrypted.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub unencrypted: bool,
    /// The key that what crosses to the destination is encrypted with, where it was seen to be fit for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyArn>,
}
