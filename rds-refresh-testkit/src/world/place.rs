//! What one account holds in one Region.

use std::collections::{BTreeMap, BTreeSet};

use rds_refresh_core::ids::{AccountId, Arn, Partition, Region};
use serde::{Deserialize, Serialize};

use super::resource::{
    DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, EngineVersion, Key, OrderableOption, ParameterGroup, Subnet,
    SubnetGroup,
};

/// One account in one Region: the scope of every identifier and every quota.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
}

impl Place {
    /// The ARN of an RDS resource in this place; `kind` as ARNs spell it: `db`, `cluster`, `snapshot`, `cluster-snapshot`,
    /// `subgrp`, `pg`, `cluster-pg`.
    #[must_use]
    pub fn arn(&self, kind: &str, name: &str) -> String {
        Arn::rds(&self.region, &self.account, kind, name).to_string()
    }

    /// The place of a resource and what follows it in the ARN, as `snapshot:name`.
    #[must_use]
    pub fn of(arn: &Arn) -> Self {
        Self { account: arn.account.clone(), region: arn.region.clone() }
    }

    /// The partition of the Region.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.region.partition()
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.account, self.region)
    }
}

/// What an account holds in a Region, by identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Holdings {
    /// Multi-AZ DB clusters.
    pub clusters: BTreeMap<String, DbCluster>,
    /// Their snapshots.
    pub cluster_snapshots: BTreeMap<String, DbClusterSnapshot>,
    /// DB instances, members of clusters included.
    pub instances: BTreeMap<String, DbInstance>,
    /// Their snapshots.
    pub snapshots: BTreeMap<String, DbSnapshot>,
    /// KMS keys, by key id.
    pub keys: BTreeMap<String, Key>,
    /// VPC subnets.
    pub subnets: BTreeMap<String, Subnet>,
    /// The VPCs that have an internet gateway: what is made in one without `PubliclyAccessible` may be public.
    pub internet_gateways: BTreeSet<String>,
    /// DB subnet groups.
    pub subnet_groups: BTreeMap<String, SubnetGroup>,
    /// VPC security groups: the VPC of each.
    pub security_groups: BTreeMap<String, String>,
    /// DB parameter groups, with the default one of each family on offer.
    pub parameter_groups: BTreeMap<String, ParameterGroup>,
    /// DB cluster parameter groups, with the default one of each family on offer.
    pub cluster_parameter_groups: BTreeMap<String, ParameterGroup>,
    /// Which engine versions there are.
    pub engine_versions: Vec<EngineVersion>,
    /// Which classes can be had for which engine versions.
    pub orderable: Vec<OrderableOption>,
    /// The version that a new cluster of an engine gets if none is named.
    pub default_versions: BTreeMap<String, String>,
    /// What the account may use.
    pub quotas: Quotas,
}

/// What an account may use in a Region. The defaults are those of a new account (RDS user guide, quotas and constraints).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quotas {
    /// Manual DB snapshots, copies included.
    pub manual_snapshots: usize,
    /// Manual DB cluster snapshots.
    pub manual_cluster_snapshots: usize,
    /// DB instances. A Multi-AZ DB cluster counts three.
    pub instances: usize,
    /// DB clusters.
    pub clusters: usize,
    /// Storage allocated to instances and clusters, in GiB. A Multi-AZ DB cluster counts three times its size.
    pub allocated_storage: u64,
    /// Copies from other Regions in progress.
    pub copies_in_progress: usize,
    /// Accounts that one snapshot may be shared with.
    pub shared_accounts: usize,
    /// DB subnet groups.
    pub subnet_groups: usize,
    /// Subnets in one DB subnet group.
    pub subnets_per_group: usize,
    /// DB cluster parameter groups, besides the default ones.
    pub cluster_parameter_groups: usize,
    /// Tags on one resource.
    pub tags: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            manual_snapshots: 100,
            manual_cluster_snapshots: 100,
            instances: 40,
            clusters: 40,
            allocated_storage: 100_000,
            copies_in_progress: 20,
            shared_accounts: 20,
            subnet_groups: 50,
            subnets_per_group: 20,
            cluster_parameter_groups: 50,
            tags: 50,
        }
    }
}
