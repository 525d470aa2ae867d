//! What an account has used up (RDS user guide, quotas and constraints).

use super::place::Holdings;
use super::resource::DbInstance;
use super::{ApiError, Caller, World};

/// A Multi-AZ DB cluster is three instances with a copy of the storage each.
const MEMBERS: usize = 3;

impl World {
    /// Whether one more manual DB snapshot is allowed. Automated ones do not count.
    pub(crate) fn room_for_snapshot(&self, caller: &Caller) -> Result<(), ApiError> {
        let holdings = self.at(&caller.place());
        let used = holdings.snapshots.values().filter(|it| it.snapshot_type == "manual").count();
        snapshot_quota(used, holdings.quotas.manual_snapshots)
    }

    /// Whether one more manual DB cluster snapshot is allowed.
    pub(crate) fn room_for_cluster_snapshot(&self, caller: &Caller) -> Result<(), ApiError> {
        let holdings = self.at(&caller.place());
        let used = holdings.cluster_snapshots.values().filter(|it| it.snapshot_type == "manual").count();
        snapshot_quota(used, holdings.quotas.manual_cluster_snapshots)
    }

    /// Whether one more instance of this size, in GiB, is allowed.
    pub(crate) fn room_for_instance(&self, caller: &Caller, allocated_storage: u32) -> Result<(), ApiError> {
        room(self.at(&caller.place()), 1, allocated_storage.into())
    }

    /// Whether that much more storage, in GiB, is allowed: of an instance, or of all members of a cluster together.
    pub(crate) fn room_to_grow(&self, caller: &Caller, more: u64) -> Result<(), ApiError> {
        room(self.at(&caller.place()), 0, more)
    }

    /// Whether one more Multi-AZ DB cluster of this size, in GiB, is allowed.
    pub(crate) fn room_for_cluster(&self, caller: &Caller, allocated_storage: u32) -> Result<(), ApiError> {
        let holdings = self.at(&caller.place());
        if holdings.clusters.len() >= holdings.quotas.clusters {
            return Err(ApiError::new("DBClusterQuotaExceededFault", 403, "DB cluster quota exceeded."));
        }
        room(holdings, MEMBERS, 3 * u64::from(allocated_storage))
    }
}

fn snapshot_quota(used: usize, quota: usize) -> Result<(), ApiError> {
    if used < quota {
        Ok(())
    } else {
        Err(ApiError::refused("SnapshotQuotaExceeded", format!("Cannot create more than {quota} manual snapshots")))
    }
}

fn room(holdings: &Holdings, more_instances: usize, more_storage: u64) -> Result<(), ApiError> {
    if instances(holdings) + more_instances > holdings.quotas.instances {
        return Err(ApiError::refused("InstanceQuotaExceeded", "DB Instance quota exceeded."));
    }
    if allocated_storage(holdings) + more_storage > holdings.quotas.allocated_storage {
        return Err(ApiError::refused("StorageQuotaExceeded", "The allocated storage quota would be exceeded."));
    }
    Ok(())
}

/// How many instances count. A cluster's members are counted from the start, though they appear one by one.
pub(crate) fn instances(holdings: &Holdings) -> usize {
    single(holdings).count() + MEMBERS * holdings.clusters.len()
}

/// How much storage is allocated, in GiB.
pub(crate) fn allocated_storage(holdings: &Holdings) -> u64 {
    let allocated: u64 = single(holdings).map(|it| u64::from(it.allocated_storage)).sum();
    let in_clusters: u64 = holdings.clusters.values().map(|it| 3 * u64::from(it.allocated_storage)).sum();
    allocated + in_clusters
}

fn single(holdings: &Holdings) -> impl Iterator<Item = &DbInstance> {
    holdings.instances.values().filter(|it| it.cluster.is_none())
}
