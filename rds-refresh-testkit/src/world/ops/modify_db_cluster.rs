use rds_refresh_core::Secret;

use crate::world::agenda::{Happening, Kind, Target};
use crate::world::check::{password, required, security_groups};
use crate::world::resource::DbCluster;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ModifyDBCluster`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDbCluster {
    /// `DBClusterIdentifier`.
    pub identifier: String,
    /// `MasterUserPassword`.
    pub master_user_password: Option<Secret<String>>,
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `VpcSecurityGroupIds`.
    pub security_groups: Vec<String>,
    /// `ApplyImmediately`.
    pub apply_immediately: Option<bool>,
}

impl Request for ModifyDbCluster {
    const OPERATION: Operation = Operation::ModifyDbCluster;
    type Answer = DbCluster;

    fn resource(&self) -> &str {
        &self.identifier
    }

    /// Password and deletion protection change at once, whatever `ApplyImmediately` says; security groups wait for the maintenance
    /// window without it (RDS API reference), and no such window opens in the model.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbCluster, ApiError> {
        self.master_user_password.as_ref().map_or(Ok(()), |it| password(it, 41))?;
        let cluster = world.cluster(caller, required("DBClusterIdentifier", &self.identifier)?)?.clone();
        let (id, place) = (cluster.identifier, caller.place());
        if cluster.status != "available" {
            return Err(ApiError::refused(
                "InvalidDBClusterStateFault",
                format!("The cluster {id} is not currently in the available state."),
            ));
        }
        let target = Target::new(&place, Kind::Cluster, &id);
        if !self.security_groups.is_empty() {
            let groups = security_groups(world.at(&place), &cluster.vpc, &self.security_groups)?;
            if self.apply_immediately == Some(true) {
                world.change_security_groups(&target, groups);
            }
        }
        if self.master_user_password.is_some() {
            world.change_password(&target);
        }
        let cluster = world.cluster_mut(caller, &id)?;
        cluster.pending.master_user_password |= self.master_user_password.is_some();
        cluster.deletion_protection = self.deletion_protection.unwrap_or(cluster.deletion_protection);
        world.cluster(caller, &id).map(|cluster| cluster.shown(world.now()))
    }
}

impl World {
    fn change_security_groups(&mut self, target: &Target, groups: Vec<String>) {
        let name = format!("security groups at {}", self.now());
        let begins = self.now() + self.timing.modify_lag.sample(self.draw(&target.place, &target.id, &format!("{name}: lag")));
        let ends = begins + self.timing.security_group_change.sample(self.draw(&target.place, &target.id, &name));
        self.agenda.at(begins, target, Happening::Status("modifying"));
        self.agenda.at(ends, target, Happening::SecurityGroupsSet(groups));
    }
}
