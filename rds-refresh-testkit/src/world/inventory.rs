//! Everything that exists, named as runs name it.

use rds_refresh_core::{Resource, ResourceKind};

use super::World;

impl World {
    /// Everything that a run could have made and that exists now, in order: clusters without their members, instances, snapshots,
    /// shares as `snapshot:account`, grants as `key ARN#name`.
    #[must_use]
    pub fn resources(&self) -> Vec<Resource> {
        let mut found = Vec::new();
        for (place, holdings) in self.places() {
            let mut add = |kind, id: String| {
                found.push(Resource { kind, account: place.account.clone(), region: place.region.clone(), id });
            };
            holdings.cluster_snapshots.keys().for_each(|id| add(ResourceKind::DbClusterSnapshot, id.clone()));
            let single = holdings.instances.values().filter(|it| it.cluster.is_none());
            single.for_each(|it| add(ResourceKind::DbInstance, it.identifier.clone()));
            for snapshot in holdings.snapshots.values() {
                add(ResourceKind::DbSnapshot, snapshot.identifier.clone());
                snapshot
                    .restore
                    .keys()
                    .for_each(|with| add(ResourceKind::SnapshotShare, format!("{}:{with}", snapshot.identifier)));
            }
            holdings.clusters.keys().for_each(|id| add(ResourceKind::DbCluster, id.clone()));
            for (key, grant) in holdings.keys.values().flat_map(|key| key.grants.iter().map(move |grant| (key, grant))) {
                let name = grant.name.as_ref().unwrap_or(&grant.id);
                add(ResourceKind::KmsGrant, format!("{}#{name}", key.arn));
            }
        }
        found.sort();
        found
    }
}
