use super::create_db_snapshot::already_exists;
use crate::world::agenda::{Kind, Target};
use crate::world::check::{LONG, final_snapshot, required};
use crate::world::iam::Asks;
use crate::world::lifecycle::SnapshotKind;
use crate::world::resource::{DbInstance, Tags};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DeleteDBInstance`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteDbInstance {
    /// `DBInstanceIdentifier`.
    pub identifier: String,
    /// `SkipFinalSnapshot`.
    pub skip_final_snapshot: Option<bool>,
    /// `FinalDBSnapshotIdentifier`.
    pub final_snapshot: Option<String>,
    /// `DeleteAutomatedBackups`.
    pub delete_automated_backups: Option<bool>,
}

impl Request for DeleteDbInstance {
    const OPERATION: Operation = Operation::DeleteDbInstance;
    type Answer = DbInstance;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).on("db", &self.identifier);
        match &self.final_snapshot {
            Some(last) => {
                asks.also("rds:CreateDBSnapshot", "snapshot", last).also("rds:CreateDBSnapshot", "db", &self.identifier)
            }
            None => asks,
        }
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbInstance, ApiError> {
        let place = caller.place();
        let instance = world.instance(caller, required("DBInstanceIdentifier", &self.identifier)?)?.clone();
        let id = &instance.identifier;
        let busy = |why: String| Err(ApiError::refused("InvalidDBInstanceState", why));
        if instance.cluster.is_some() {
            if self.final_snapshot.is_some() {
                return Err(ApiError::invalid_combination(
                    "FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance",
                ));
            }
            // The only thing a member allows is a reboot (RDS user guide, modifying a Multi-AZ DB cluster).
            if !world.switches.member_deletion {
                return busy(format!("The instance {id} is a member of a Multi-AZ DB cluster and cannot be deleted."));
            }
        }
        let last = if instance.cluster.is_some() {
            None
        } else {
            final_snapshot(self.skip_final_snapshot, self.final_snapshot.as_deref(), LONG)?
        };
        if instance.status == "deleting" {
            return busy(format!("Instance {id} is already being deleted."));
        }
        if instance.deletion_protection {
            return Err(ApiError::invalid_combination(
                "Cannot delete protected DB Instance, please disable deletion protection and try again.",
            ));
        }
        let mut lasting = world.timing.instance_deletion.sample(world.draw(&place, id, "deletion"));
        if let Some(last) = last {
            // A failed instance and one that is still being made cannot be snapshotted (RDS user guide, deleting a DB instance).
            let unfit = [
                "creating",
                "failed",
                "inaccessible-encryption-credentials",
                "incompatible-network",
                "incompatible-restore",
                "restore-error",
            ];
            if unfit.contains(&instance.status.as_str()) {
                return busy(format!("A final snapshot of {id} cannot be created: it is {}.", instance.status));
            }
            if world.at(&place).snapshots.contains_key(&last) {
                return Err(already_exists(&last));
            }
            world.room_for_snapshot(caller)?;
            let now = world.now();
            let tags = if instance.copy_tags_to_snapshot { instance.tags.clone() } else { Tags::new() };
            let ready = world.begin_snapshot(now, &place, &instance, &last, SnapshotKind::Manual, tags);
            lasting += ready.since(now);
        }
        let target = Target::new(&place, Kind::Instance, id);
        if self.delete_automated_backups.unwrap_or(true) {
            world.delete_automated_backups(&target, lasting);
        } else {
            world.retain_automated_backups(&target);
        }
        world.begin_deletion(&target, lasting);
        world.instance(caller, id).map(|instance| instance.shown(world.now()))
    }
}
