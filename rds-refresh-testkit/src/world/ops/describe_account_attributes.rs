use std::collections::BTreeMap;

use crate::world::place::Holdings;
use crate::world::quota;
use crate::world::resource::ParameterGroup;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// `DescribeAccountAttributes`, which has no parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DescribeAccountAttributes;

/// A quota of an account in a Region, and how much of it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountQuota {
    /// `AccountQuotaName`.
    pub name: &'static str,
    /// `Used`.
    pub used: u64,
    /// `Max`.
    pub max: u64,
}

impl Request for DescribeAccountAttributes {
    const OPERATION: Operation = Operation::DescribeAccountAttributes;
    type Answer = Vec<AccountQuota>;

    fn resource(&self) -> &'static str {
        "*"
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Vec<AccountQuota>, ApiError> {
        Ok(quotas(world.at(&caller.place())))
    }
}

/// All quotas that RDS tells of (RDS API reference, `AccountQuota`). Of what the model has not, nothing is used; those quotas are a new
/// account's (RDS user guide, quotas and constraints).
fn quotas(holdings: &Holdings) -> Vec<AccountQuota> {
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let quota = |name, used: usize, max: usize| AccountQuota { name, used: count(used), max: count(max) };
    let limits = &holdings.quotas;
    let snapshots = holdings.snapshots.values().filter(|it| it.snapshot_type == "manual").count();
    let cluster_snapshots = holdings.cluster_snapshots.values().filter(|it| it.snapshot_type == "manual").count();
    let subnets = holdings.subnet_groups.values().map(|group| group.subnets.len()).max().unwrap_or(0);
    vec![
        quota("DBInstances", quota::instances(holdings), limits.instances),
        quota("ReservedDBInstances", 0, 40),
        AccountQuota { name: "AllocatedStorage", used: quota::allocated_storage(holdings), max: limits.allocated_storage },
        quota("DBSecurityGroups", 0, 25),
        quota("AuthorizationsPerDBSecurityGroup", 0, 20),
        quota("DBParameterGroups", made(&holdings.parameter_groups), 50),
        quota("ManualSnapshots", snapshots, limits.manual_snapshots),
        quota("EventSubscriptions", 0, 20),
        quota("DBSubnetGroups", holdings.subnet_groups.len(), limits.subnet_groups),
        quota("OptionGroups", 0, 20),
        quota("SubnetsPerDBSubnetGroup", subnets, limits.subnets_per_group),
        quota("ReadReplicasPerMaster", 0, 15),
        quota("DBClusters", holdings.clusters.len(), limits.clusters),
        quota("DBClusterParameterGroups", made(&holdings.cluster_parameter_groups), limits.cluster_parameter_groups),
        quota("DBClusterRoles", 0, 5),
        quota("DBInstanceRoles", 0, 5),
        quota("ManualClusterSnapshots", cluster_snapshots, limits.manual_cluster_snapshots),
        quota("CustomEndpointsPerDBCluster", 0, 5),
    ]
}

/// How many groups there are besides the default ones, which do not count.
fn made(groups: &BTreeMap<String, ParameterGroup>) -> usize {
    groups.values().filter(|group| !group.is_default()).count()
}
