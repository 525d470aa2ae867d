use rds_refresh_core::Secret;

use crate::world::agenda::{Happening, Kind, Target};
use crate::world::check::{password, required};
use crate::world::resource::DbInstance;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ModifyDBInstance`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDbInstance {
    /// `DBInstanceIdentifier`.
    pub identifier: String,
    /// `MasterUserPassword`.
    pub master_user_password: Option<Secret<String>>,
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `ApplyImmediately`.
    pub apply_immediately: Option<bool>,
}

impl Request for ModifyDbInstance {
    const OPERATION: Operation = Operation::ModifyDbInstance;
    type Answer = DbInstance;

    fn resource(&self) -> &str {
        &self.identifier
    }

    /// Password and deletion protection change at once, whatever `ApplyImmediately` says (RDS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbInstance, ApiError> {
        self.master_user_password.as_ref().map_or(Ok(()), |it| password(it, 41))?;
        let instance = world.instance(caller, required("DBInstanceIdentifier", &self.identifier)?)?;
        if instance.cluster.is_some() {
            return Err(ApiError::invalid_combination(
                "The specified DB Instance is a member of a cluster. Modify the DB cluster using the ModifyDbCluster API.",
            ));
        }
        if instance.status != "available" {
            return Err(ApiError::refused(
                "InvalidDBInstanceState",
                format!("Database instance {} is not in available state.", instance.identifier),
            ));
        }
        let id = instance.identifier.clone();
        if self.master_user_password.is_some() {
            world.change_password(&Target::new(&caller.place(), Kind::Instance, &id));
        }
        let instance = world.instance_mut(caller, &id)?;
        instance.pending.master_user_password |= self.master_user_password.is_some();
        instance.deletion_protection = self.deletion_protection.unwrap_or(instance.deletion_protection);
        world.instance(caller, &id).map(|instance| instance.shown(world.now()))
    }
}

impl World {
    /// The status follows the answer some seconds later: a caller that looks at once still sees `available`.
    pub(super) fn change_password(&mut self, target: &Target) {
        let name = format!("password at {}", self.now());
        let begins = self.now() + self.timing.modify_lag.sample(self.draw(&target.place, &target.id, &format!("{name}: lag")));
        let ends = begins + self.timing.password_change.sample(self.draw(&target.place, &target.id, &name));
        self.agenda.at(begins, target, Happening::Status("resetting-master-credentials"));
        self.agenda.at(ends, target, Happening::PasswordSet);
    }
}
