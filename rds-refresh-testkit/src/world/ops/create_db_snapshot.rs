use super::TagList;
use crate::world::agenda::{Kind, Target};
use crate::world::check::{LONG, new_identifier, required, tags};
use crate::world::events::Occurrence;
use crate::world::iam::Asks;
use crate::world::lifecycle::SnapshotKind;
use crate::world::resource::DbSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CreateDBSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateDbSnapshot {
    /// `DBSnapshotIdentifier`.
    pub identifier: String,
    /// `DBInstanceIdentifier`.
    pub instance: String,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for CreateDbSnapshot {
    const OPERATION: Operation = Operation::CreateDbSnapshot;
    type Answer = DbSnapshot;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).making("snapshot", &self.identifier, &self.tags);
        asks.on("db", &self.instance)
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbSnapshot, ApiError> {
        let place = caller.place();
        let id = new_identifier("DBSnapshotIdentifier", &self.identifier, LONG)?;
        let mut tags = tags(&self.tags, world.at(&place).quotas.tags)?;
        let instance = world.instance(caller, required("DBInstanceIdentifier", &self.instance)?)?.clone();
        if instance.cluster.is_some() {
            return Err(ApiError::invalid_value(
                "The specified instance is a member of a cluster and a snapshot cannot be created directly. Please use the \
                 CreateDBClusterSnapshot API instead.",
            ));
        }
        if world.at(&place).snapshots.contains_key(&id) {
            return Err(already_exists(&id));
        }
        // The API reference: available or storage-optimization.
        if !["available", "storage-optimization"].contains(&instance.status.as_str()) {
            if instance.status == "backing-up" {
                let target = Target::new(&place, Kind::Instance, &instance.identifier);
                world.tell(world.now(), &target, &Occurrence::BackupUnderWay);
            }
            return Err(ApiError::refused(
                "InvalidDBInstanceState",
                format!(
                    "Cannot create a snapshot because the database instance {} is not currently in the available state.",
                    instance.identifier
                ),
            ));
        }
        world.room_for_snapshot(caller)?;
        // Tags of the request switch the copying of the instance's off (RDS user guide, tagging).
        if tags.is_empty() && instance.copy_tags_to_snapshot {
            tags.clone_from(&instance.tags);
        }
        let now = world.now();
        world.begin_snapshot(now, &place, &instance, &id, SnapshotKind::Manual, tags);
        world.set_status(&Target::new(&place, Kind::Instance, &instance.identifier), "backing-up");
        world.own_snapshot(caller, &id).map(|snapshot| snapshot.shown(now))
    }
}

pub(super) fn already_exists(id: &str) -> ApiError {
    ApiError::refused(
        "DBSnapshotAlreadyExists",
        format!("Cannot create the snapshot because a snapshot with the identifier {id} already exists."),
    )
}
