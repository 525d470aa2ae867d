use crate::world::iam::Asks;
use crate::world::lookup::{own_identifier, snapshot_not_found};
use crate::world::page::{Filter, Page, Paging, filtered, own_first};
use crate::world::resource::DbSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeDBSnapshots`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDbSnapshots {
    /// `DBSnapshotIdentifier`.
    pub identifier: Option<String>,
    /// `DBInstanceIdentifier`.
    pub instance: Option<String>,
    /// `DbiResourceId`.
    pub dbi_resource_id: Option<String>,
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

impl Request for DescribeDbSnapshots {
    const OPERATION: Operation = Operation::DescribeDbSnapshots;
    type Answer = Page<DbSnapshot>;

    fn resource(&self) -> &str {
        self.identifier.as_deref().unwrap_or("*")
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).on("snapshot", self.identifier.as_deref().unwrap_or("*"));
        asks.on_each("db", &self.instance)
    }

    /// A snapshot that another account shares is found by its full ARN, or in a listing that asks for shared ones (RDS API
    /// reference, `IncludeShared`).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<DbSnapshot>, ApiError> {
        let now = world.now();
        check_type(self.snapshot_type.as_deref())?;
        let found = if let Some(reference) = &self.identifier {
            let (place, snapshot) = world.readable_snapshot(caller, reference)?;
            // One endpoint speaks for one Region.
            if place.region != caller.region {
                return Err(snapshot_not_found(reference));
            }
            let snapshot = if place.account == caller.account { snapshot.shown(now) } else { snapshot.shown_abroad(now) };
            // An automated one is found only if the request says that it wants one (RDS API reference, the identifier's parameter).
            let wanted =
                self.snapshot_type.as_deref().map_or(snapshot.snapshot_type != "automated", |it| it == snapshot.snapshot_type);
            if !wanted || !self.wants(caller, &snapshot) {
                return Err(snapshot_not_found(reference));
            }
            vec![snapshot]
        } else {
            self.list(world, caller)
        };
        let known = ["db-instance-id", "db-snapshot-id", "dbi-resource-id", "snapshot-type", "engine"];
        let value = |it: &DbSnapshot, name: &str| match name {
            "db-instance-id" => vec![it.instance.clone(), caller.place().arn("db", &it.instance)],
            "db-snapshot-id" => vec![it.identifier.clone(), it.arn.clone()],
            "dbi-resource-id" => vec![it.dbi_resource_id.clone()],
            "snapshot-type" => vec![it.snapshot_type.clone()],
            _ => vec![it.engine.clone()],
        };
        self.paging.rds(filtered(found, &self.filters, value, &known)?, |it| own_first(&it.identifier))
    }
}

impl DescribeDbSnapshots {
    /// All snapshots of a type: one's own, those that other accounts share, those that are public. Without a type: one's own, and
    /// the others if they are asked for.
    fn list(&self, world: &World, caller: &Caller) -> Vec<DbSnapshot> {
        let now = world.now();
        let snapshot_type = self.snapshot_type.as_deref();
        let shared = self.include_shared == Some(true) && snapshot_type.is_none() || snapshot_type == Some("shared");
        let public = self.include_public == Some(true) && snapshot_type.is_none() || snapshot_type == Some("public");
        let mut found: Vec<DbSnapshot> =
            world.at(&caller.place()).snapshots.values().map(|snapshot| snapshot.shown(now)).collect();
        found.retain(|it| snapshot_type.is_none_or(|wanted| wanted == it.snapshot_type));
        let others = world.places().filter(|(place, _)| place.region == caller.region && place.account != caller.account);
        found.extend(others.flat_map(|(_, holdings)| holdings.snapshots.values()).filter_map(|snapshot| {
            let visible = snapshot.is_shared_with(&caller.account, now)
                && if snapshot.restore.contains_key("all") { public } else { shared };
            visible.then(|| snapshot.shown_abroad(now))
        }));
        found.retain(|it| self.wants(caller, it));
        found
    }

    /// Whether a snapshot is of the instance that the request names, if it names one.
    fn wants(&self, caller: &Caller, it: &DbSnapshot) -> bool {
        self.instance.as_ref().is_none_or(|instance| it.instance == own_identifier(caller, "db", instance))
            && self.dbi_resource_id.as_ref().is_none_or(|resource_id| it.dbi_resource_id == *resource_id)
    }
}

pub(super) fn check_type(snapshot_type: Option<&str>) -> Result<(), ApiError> {
    match snapshot_type {
        None | Some("automated" | "manual" | "shared" | "public" | "awsbackup") => Ok(()),
        Some(odd) => Err(ApiError::invalid_value(format!("Invalid snapshot type: {odd}"))),
    }
}
