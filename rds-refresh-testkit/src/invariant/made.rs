//! Who made what, as the journal tells.

use rds_refresh_core::{Resource, ResourceKind};

use crate::world::Entry;

/// The kind of resource that an operation makes.
pub(super) fn makes(action: &str) -> Option<ResourceKind> {
    Some(match action {
        "CreateDBClusterSnapshot" => ResourceKind::DbClusterSnapshot,
        "RestoreDBInstanceFromDBSnapshot" => ResourceKind::DbInstance,
        "CreateDBSnapshot" | "CopyDBSnapshot" => ResourceKind::DbSnapshot,
        "RestoreDBClusterFromSnapshot" => ResourceKind::DbCluster,
        _ => return None,
    })
}

/// The kind of resource that an operation deletes or changes.
pub(super) fn touches(action: &str) -> Option<ResourceKind> {
    Some(match action {
        "DeleteDBClusterSnapshot" | "ModifyDBClusterSnapshotAttribute" => ResourceKind::DbClusterSnapshot,
        "DeleteDBInstance" | "ModifyDBInstance" => ResourceKind::DbInstance,
        "DeleteDBSnapshot" | "ModifyDBSnapshotAttribute" => ResourceKind::DbSnapshot,
        "DeleteDBCluster" | "ModifyDBCluster" => ResourceKind::DbCluster,
        _ => return None,
    })
}

pub(super) fn resource(kind: ResourceKind, entry: &Entry) -> Resource {
    Resource { kind, account: entry.account.clone(), region: entry.region.clone(), id: entry.resource.clone() }
}

/// The last call among these that made the resource, if one did.
pub(super) fn maker<'j>(journal: &'j [Entry], of: &Resource) -> Option<&'j Entry> {
    journal.iter().rev().find(|entry| entry.took_effect && makes(&entry.action).is_some_and(|kind| resource(kind, entry) == *of))
}
