//! Which resource a call is about, and whether it is still that one later.

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::Arn;

use crate::world::agenda::{Kind, Target};
use crate::world::resource::Work;
use crate::world::{Caller, Operation, Place, World};

/// What tells a resource from another one that has its name later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Incarnation {
    /// The resource id of a cluster or an instance.
    Id(String),
    /// When a snapshot was begun.
    Begun(Timestamp),
}

/// The resource that a call is about, where it lives through time.
pub(super) fn target_of(operation: Operation, caller: &Caller, resource: &str) -> Option<Target> {
    let kind = match operation {
        Operation::CreateDbClusterSnapshot
        | Operation::DescribeDbClusterSnapshots
        | Operation::DeleteDbClusterSnapshot
        | Operation::ModifyDbClusterSnapshotAttribute
        | Operation::DescribeDbClusterSnapshotAttributes => Kind::ClusterSnapshot,
        Operation::CreateDbSnapshot
        | Operation::DescribeDbSnapshots
        | Operation::CopyDbSnapshot
        | Operation::DeleteDbSnapshot
        | Operation::ModifyDbSnapshotAttribute
        | Operation::DescribeDbSnapshotAttributes => Kind::Snapshot,
        Operation::CreateDbInstance
        | Operation::RestoreDbInstanceFromDbSnapshot
        | Operation::DescribeDbInstances
        | Operation::ModifyDbInstance
        | Operation::DeleteDbInstance => Kind::Instance,
        Operation::CreateDbCluster
        | Operation::RestoreDbClusterFromSnapshot
        | Operation::DescribeDbClusters
        | Operation::ModifyDbCluster
        | Operation::DeleteDbCluster => Kind::Cluster,
        // What the others are about has no status.
        _ => return None,
    };
    let place = match resource.parse() {
        Ok(Arn { account, region, .. }) => Place { account, region },
        Err(_) => caller.place(),
    };
    // An ARN names its resource last; identifiers are stored in lower case. Those of automated snapshots begin with `rds:`.
    let (before, name) = resource.rsplit_once(':').unwrap_or(("", resource));
    let automated = before == "rds" || before.ends_with(":rds");
    let id = format!("{}{}", if automated { "rds:" } else { "" }, name.to_ascii_lowercase());
    Some(Target::new(&place, kind, &id))
}

impl World {
    /// What tells a resource from a later one of its name, if it is there.
    pub(super) fn incarnation(&self, target: &Target) -> Option<Incarnation> {
        let holdings = self.at(&target.place);
        let begun = |work: Option<Work>, created_at| work.map(|work| work.begins).or(created_at).map(Incarnation::Begun);
        match target.kind {
            Kind::Cluster => holdings.clusters.get(&target.id).map(|it| Incarnation::Id(it.resource_id.clone())),
            Kind::Instance => holdings.instances.get(&target.id).map(|it| Incarnation::Id(it.resource_id.clone())),
            Kind::ClusterSnapshot => holdings.cluster_snapshots.get(&target.id).and_then(|it| begun(it.work, it.created_at)),
            Kind::Snapshot => holdings.snapshots.get(&target.id).and_then(|it| begun(it.work, it.created_at)),
            Kind::Key => None,
        }
    }

    /// When what is being made will be made.
    pub(super) fn ready_at(&self, target: &Target) -> Option<Timestamp> {
        let holdings = self.at(&target.place);
        let work = match target.kind {
            Kind::Cluster => holdings.clusters.get(&target.id)?.work,
            Kind::ClusterSnapshot => holdings.cluster_snapshots.get(&target.id)?.work,
            Kind::Instance => holdings.instances.get(&target.id)?.work,
            Kind::Snapshot => holdings.snapshots.get(&target.id)?.work,
            Kind::Key => None,
        };
        work.map(|work| work.ends)
    }
}
