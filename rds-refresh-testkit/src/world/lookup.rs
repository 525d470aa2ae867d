//! Finding what a request names, and what RDS says if it is not there.

use rds_refresh_core::ids::Arn;

use super::place::Place;
use super::resource::{DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, Tags};
use super::{ApiError, Caller, Identity, World};

pub(crate) fn cluster_not_found(id: &str) -> ApiError {
    ApiError::not_found("DBClusterNotFoundFault", format!("DBCluster {id} not found."))
}

pub(crate) fn cluster_snapshot_not_found(id: &str) -> ApiError {
    ApiError::not_found("DBClusterSnapshotNotFoundFault", format!("DBClusterSnapshot {id} not found."))
}

pub(crate) fn instance_not_found(id: &str) -> ApiError {
    ApiError::not_found("DBInstanceNotFound", format!("DBInstance {id} not found."))
}

pub(crate) fn snapshot_not_found(id: &str) -> ApiError {
    ApiError::not_found("DBSnapshotNotFound", format!("DBSnapshot {id} not found."))
}

/// The operations on DB cluster parameter groups say so (RDS API reference, their errors); those on clusters say
/// `DBClusterParameterGroupNotFound`.
pub(crate) fn cluster_parameter_group_not_found(name: &str) -> ApiError {
    ApiError::not_found("DBParameterGroupNotFound", format!("DBClusterParameterGroup not found: {name}"))
}

pub(crate) fn parameter_group_not_found(name: &str) -> ApiError {
    ApiError::not_found("DBParameterGroupNotFound", format!("DBParameterGroup not found: {name}"))
}

pub(crate) fn subnet_group_not_found(name: &str) -> ApiError {
    ApiError::not_found("DBSubnetGroupNotFoundFault", format!("DB subnet group '{name}' does not exist."))
}

/// The identifier that a name or an ARN of the caller's own account and Region stands for, in lower case.
pub(crate) fn own_identifier(caller: &Caller, kind: &str, reference: &str) -> String {
    let name = reference
        .parse::<Arn>()
        .ok()
        .filter(|arn| arn.service == "rds" && Place::of(arn) == caller.place())
        .and_then(|arn| arn.resource.strip_prefix(kind)?.strip_prefix(':').map(str::to_owned));
    name.unwrap_or_else(|| reference.to_owned()).to_ascii_lowercase()
}

impl World {
    pub(crate) fn cluster(&self, caller: &Caller, reference: &str) -> Result<&DbCluster, ApiError> {
        let id = own_identifier(caller, "cluster", reference);
        self.at(&caller.place()).clusters.get(&id).ok_or_else(|| cluster_not_found(reference))
    }

    pub(crate) fn cluster_mut(&mut self, caller: &Caller, id: &str) -> Result<&mut DbCluster, ApiError> {
        self.at_mut(&caller.place()).clusters.get_mut(id).ok_or_else(|| cluster_not_found(id))
    }

    pub(crate) fn instance(&self, caller: &Caller, reference: &str) -> Result<&DbInstance, ApiError> {
        let id = own_identifier(caller, "db", reference);
        self.at(&caller.place()).instances.get(&id).ok_or_else(|| instance_not_found(reference))
    }

    pub(crate) fn instance_mut(&mut self, caller: &Caller, id: &str) -> Result<&mut DbInstance, ApiError> {
        self.at_mut(&caller.place()).instances.get_mut(id).ok_or_else(|| instance_not_found(id))
    }

    pub(crate) fn own_cluster_snapshot(&self, caller: &Caller, reference: &str) -> Result<&DbClusterSnapshot, ApiError> {
        let id = own_identifier(caller, "cluster-snapshot", reference);
        self.at(&caller.place()).cluster_snapshots.get(&id).ok_or_else(|| cluster_snapshot_not_found(reference))
    }

    pub(crate) fn own_snapshot(&self, caller: &Caller, reference: &str) -> Result<&DbSnapshot, ApiError> {
        let id = own_identifier(caller, "snapshot", reference);
        self.at(&caller.place()).snapshots.get(&id).ok_or_else(|| snapshot_not_found(reference))
    }

    /// An own snapshot by name or ARN, or one that another account shares by its full ARN, in whatever Region the ARN names
    /// (RDS API reference, `CopyDBSnapshot`). What is not shared is not found.
    pub(crate) fn readable_snapshot(&self, caller: &Caller, reference: &str) -> Result<(Place, &DbSnapshot), ApiError> {
        let place = reference
            .parse::<Arn>()
            .ok()
            .filter(|arn| arn.service == "rds")
            .map_or_else(|| caller.place(), |arn| Place::of(&arn));
        let owner = Caller { account: place.account.clone(), region: place.region.clone(), identity: Identity::Root };
        let snapshot = self.own_snapshot(&owner, reference).map_err(|_| snapshot_not_found(reference))?;
        if place.account == caller.account || snapshot.is_shared_with(&caller.account, self.now()) {
            Ok((place, snapshot))
        } else {
            Err(snapshot_not_found(reference))
        }
    }

    /// The same for cluster snapshots.
    pub(crate) fn readable_cluster_snapshot(
        &self,
        caller: &Caller,
        reference: &str,
    ) -> Result<(Place, &DbClusterSnapshot), ApiError> {
        let place = reference
            .parse::<Arn>()
            .ok()
            .filter(|arn| arn.service == "rds")
            .map_or_else(|| caller.place(), |arn| Place::of(&arn));
        let owner = Caller { account: place.account.clone(), region: place.region.clone(), identity: Identity::Root };
        let snapshot = self.own_cluster_snapshot(&owner, reference).map_err(|_| cluster_snapshot_not_found(reference))?;
        let shared = snapshot.restore.contains(caller.account.as_str()) || snapshot.restore.contains("all");
        if place.account == caller.account || shared { Ok((place, snapshot)) } else { Err(cluster_snapshot_not_found(reference)) }
    }

    /// The tags of the caller's own resource that an ARN names (RDS API reference, `ListTagsForResource`).
    pub(crate) fn tags_of(&mut self, caller: &Caller, arn: &str) -> Result<&mut Tags, ApiError> {
        self.tagged(caller, arn).map(|(tags, _)| tags)
    }

    /// The same, to be changed: those of something that is being deleted cannot be (RDS API reference, `AddTagsToResource`).
    pub(crate) fn tags_of_lasting(&mut self, caller: &Caller, arn: &str) -> Result<&mut Tags, ApiError> {
        let (tags, status) = self.tagged(caller, arn)?;
        if status != Some("deleting") {
            return Ok(tags);
        }
        let code = match arn.split(':').nth(5) {
            Some("db") => "InvalidDBInstanceState",
            Some("cluster") => "InvalidDBClusterStateFault",
            _ => return Err(ApiError::not_found("DBSnapshotNotFound", format!("{arn} not found."))),
        };
        Err(ApiError::refused(code, format!("{arn} is being deleted.")))
    }

    /// The tags of an RDS resource, as `snapshot:name` in its place, if it exists and has such.
    pub(crate) fn tags_at(&self, place: &Place, resource: &str) -> Option<&Tags> {
        let (kind, id) = resource.split_once(':')?;
        let holdings = self.at(place);
        match kind {
            "cluster" => holdings.clusters.get(id).map(|it| &it.tags),
            "cluster-pg" => holdings.cluster_parameter_groups.get(id).map(|it| &it.tags),
            "cluster-snapshot" => holdings.cluster_snapshots.get(id).map(|it| &it.tags),
            "db" => holdings.instances.get(id).map(|it| &it.tags),
            "pg" => holdings.parameter_groups.get(id).map(|it| &it.tags),
            "snapshot" => holdings.snapshots.get(id).map(|it| &it.tags),
            "subgrp" => holdings.subnet_groups.get(id).map(|it| &it.tags),
            _ => None,
        }
    }

    /// Tags and status of what an ARN names. Groups have no status.
    fn tagged(&mut self, caller: &Caller, arn: &str) -> Result<(&mut Tags, Option<&str>), ApiError> {
        let invalid = || ApiError::invalid_value(format!("Invalid resource name: {arn}"));
        let parsed: Arn = arn.parse().map_err(|_| invalid())?;
        if parsed.service != "rds" || Place::of(&parsed) != caller.place() {
            return Err(invalid());
        }
        let (kind, id) = parsed.resource.split_once(':').ok_or_else(invalid)?;
        let holdings = self.at_mut(&caller.place());
        macro_rules! living {
            ($of:ident, $not_found:expr) => {
                holdings.$of.get_mut(id).map(|it| (&mut it.tags, Some(it.status.as_str()))).ok_or_else(|| $not_found(id))
            };
        }
        macro_rules! group {
            ($of:ident, $not_found:expr) => {
                holdings.$of.get_mut(id).map(|it| (&mut it.tags, None)).ok_or_else(|| $not_found(id))
            };
        }
        match kind {
            "cluster" => living!(clusters, cluster_not_found),
            "cluster-pg" => group!(cluster_parameter_groups, cluster_parameter_group_not_found),
            "cluster-snapshot" => living!(cluster_snapshots, cluster_snapshot_not_found),
            "db" => living!(instances, instance_not_found),
            "pg" => group!(parameter_groups, parameter_group_not_found),
            "snapshot" => living!(snapshots, snapshot_not_found),
            "subgrp" => group!(subnet_groups, subnet_group_not_found),
            _ => Err(invalid()),
        }
    }
}
