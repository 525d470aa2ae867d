use super::describe_db_snapshots::check_type;
use crate::world::iam::Asks;
use crate::world::lookup::{cluster_snapshot_not_found, own_identifier};
use crate::world::page::{Filter, Page, Paging, filtered, own_first};
use crate::world::resource::DbClusterSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeDBClusterSnapshots`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDbClusterSnapshots {
    /// `DBClusterSnapshotIdentifier`.
    pub identifier: Option<String>,
    /// `DBClusterIdentifier`.
    pub cluster: Option<String>,
    /// `DbClusterResourceId`.
    pub cluster_resource_id: Option<String>,
    /// `SnapshotType`.
    pub snapshot_type: Option<String>,
    /// `IncludeShared`.
    pub include_shared: Option<bool>,
    /// `IncludePublic`.
    pub include_public: Option<bool>,
    /// `Filters`.
    pub filters: Vec<Filter>,
    /// `Marker` and `MaxRecords`.
    pub paging: Paging,
}

impl Request for DescribeDbClusterSnapshots {
    const OPERATION: Operation = Operation::DescribeDbClusterSnapshots;
    type Answer = Page<DbClusterSnapshot>;

    fn resource(&self) -> &str {
        self.identifier.as_deref().unwrap_or("*")
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).on("cluster-snapshot", self.identifier.as_deref().unwrap_or("*"));
        asks.on_each("cluster", &self.cluster)
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<DbClusterSnapshot>, ApiError> {
        let now = world.now();
        check_type(self.snapshot_type.as_deref())?;
        let found = if let Some(reference) = &self.identifier {
            // The API reference: cannot be used with the cluster's identifier.
            if self.cluster.is_some() {
                return Err(ApiError::invalid_combination(
                    "DBClusterIdentifier and DBClusterSnapshotIdentifier cannot be specified together.",
                ));
            }
            let (place, snapshot) = world.readable_cluster_snapshot(caller, reference)?;
            // One endpoint speaks for one Region.
            if place.region != caller.region {
                return Err(cluster_snapshot_not_found(reference));
            }
            let snapshot = if place.account == caller.account { snapshot.shown(now) } else { snapshot.shown_abroad(now) };
            // An automated one is found only if the request says that it wants one (RDS API reference, the identifier's parameter).
            let wanted =
                self.snapshot_type.as_deref().map_or(snapshot.snapshot_type != "automated", |it| it == snapshot.snapshot_type);
            if !wanted || !self.wants(caller, &snapshot) {
                return Err(cluster_snapshot_not_found(reference));
            }
            vec![snapshot]
        } else {
            self.list(world, caller)
        };
        let known = ["db-cluster-id", "db-cluster-snapshot-id", "snapshot-type", "engine"];
        let value = |it: &DbClusterSnapshot, name: &str| match name {
            "db-cluster-id" => vec![it.cluster.clone(), caller.place().arn("cluster", &it.cluster)],
            "db-cluster-snapshot-id" => vec![it.identifier.clone(), it.arn.clone()],
            "snapshot-type" => vec![it.snapshot_type.clone()],
            _ => vec![it.engine.clone()],
        };
        self.paging.rds(filtered(found, &self.filters, value, &known)?, |it| own_first(&it.identifier))
    }
}

impl DescribeDbClusterSnapshots {
    /// All snapshots of a type: one's own, those that other accounts share, those that are public. Without a type: one's own, and
    /// the others if they are asked for.
    fn list(&self, world: &World, caller: &Caller) -> Vec<DbClusterSnapshot> {
        let now = world.now();
        let snapshot_type = self.snapshot_type.as_deref();
        let shared = self.include_shared == Some(true) && snapshot_type.is_none() || snapshot_type == Some("shared");
        let public = self.include_public == Some(true) && snapshot_type.is_none() || snapshot_type == Some("public");
        let mut found: Vec<DbClusterSnapshot> =
            world.at(&caller.place()).cluster_snapshots.values().map(|snapshot| snapshot.shown(now)).collect();
        found.retain(|it| snapshot_type.is_none_or(|wanted| wanted == it.snapshot_type));
        let others = world.places().filter(|(place, _)| place.region == caller.region && place.account != caller.account);
        found.extend(others.flat_map(|(_, holdings)| holdings.cluster_snapshots.values()).filter_map(|snapshot| {
            let visible =
                shared && snapshot.restore.contains(caller.account.as_str()) || public && snapshot.restore.contains("all");
            visible.then(|| snapshot.shown_abroad(now))
        }));
        found.retain(|it| self.wants(caller, it));
        found
    }

    /// Whether a snapshot is of the cluster that the request names, if it names one.
    fn wants(&self, caller: &Caller, it: &DbClusterSnapshot) -> bool {
        self.cluster.as_ref().is_none_or(|cluster| it.cluster == own_identifier(caller, "cluster", cluster))
            && self.cluster_resource_id.as_ref().is_none_or(|resource_id| it.cluster_resource_id == *resource_id)
    }
}
