//! What a test does to resources behind the services' backs.

use rds_refresh_core::{Resource, ResourceKind};

use super::World;
use super::agenda::{Kind, Target};
use super::place::Place;

impl World {
    /// Puts a cluster, an instance or a snapshot into a status for good: nothing else happens to it by itself any more, as in
    /// `incompatible-restore`, or in a status that nobody has heard of. Deleting it stays possible where its operation allows.
    /// Answers whether there is such a resource that is not being deleted already.
    pub fn force_status(&mut self, resource: &Resource, status: &str) -> bool {
        self.settle();
        let kind = match resource.kind {
            ResourceKind::DbCluster => Kind::Cluster,
            ResourceKind::DbClusterSnapshot => Kind::ClusterSnapshot,
            ResourceKind::DbInstance => Kind::Instance,
            ResourceKind::DbSnapshot => Kind::Snapshot,
            _ => return false,
        };
        let place = Place { account: resource.account.clone(), region: resource.region.clone() };
        let target = Target::new(&place, kind, &resource.id);
        self.end_in(&target, status)
    }
}
