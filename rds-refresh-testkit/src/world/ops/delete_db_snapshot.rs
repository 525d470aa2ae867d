use crate::world::agenda::{Kind, Target};
use crate::world::check::required;
use crate::world::events::Occurrence;
use crate::world::iam::Asks;
use crate::world::resource::DbSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DeleteDBSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteDbSnapshot {
    /// `DBSnapshotIdentifier`.
    pub identifier: String,
}

impl Request for DeleteDbSnapshot {
    const OPERATION: Operation = Operation::DeleteDbSnapshot;
    type Answer = DbSnapshot;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("snapshot", &self.identifier)
    }

    /// Only a manual snapshot can be deleted, and only by its owner (RDS API reference, `DeleteDBSnapshot`): an available one; a
    /// failed one, or it could never be got rid of; a copy in progress, which cancels the copy. Nothing protects the original of a
    /// copy in progress: the copy fails.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbSnapshot, ApiError> {
        let snapshot = world.own_snapshot(caller, required("DBSnapshotIdentifier", &self.identifier)?)?;
        let deletable = match snapshot.status.as_str() {
            "available" | "failed" => true,
            "pending" | "copying" => snapshot.copy_of.is_some(),
            _ => false,
        };
        if snapshot.snapshot_type != "manual" || !deletable {
            return Err(ApiError::refused(
                "InvalidDBSnapshotState",
                format!(
                    "The {} snapshot {} cannot be deleted: it is {}.",
                    snapshot.snapshot_type, self.identifier, snapshot.status
                ),
            ));
        }
        let id = snapshot.identifier.clone();
        let place = caller.place();
        let target = Target::new(&place, Kind::Snapshot, &id);
        if ["pending", "copying"].contains(&snapshot.status.as_str())
            && let Some((of, from)) = world.copied_from(&target)
        {
            world.tell(world.now(), &target, &Occurrence::CopyCanceled { of, from });
        }
        let lasting = world.timing.snapshot_deletion.sample(world.draw(&place, &id, "deletion"));
        world.begin_deletion(&target, lasting);
        // The answer says `deleted` (AWS CLI reference, delete-db-snapshot); who looks meanwhile sees `deleting`.
        let deleted = |snapshot: &DbSnapshot| DbSnapshot { status: "deleted".to_owned(), ..snapshot.shown(world.now()) };
        world.own_snapshot(caller, &id).map(deleted)
    }
}
