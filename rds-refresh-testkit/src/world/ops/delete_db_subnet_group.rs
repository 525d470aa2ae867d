use crate::world::check::{required, subnet_group};
use crate::world::iam::Asks;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DeleteDBSubnetGroup`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteDbSubnetGroup {
    /// `DBSubnetGroupName`.
    pub name: String,
}

impl Request for DeleteDbSubnetGroup {
    const OPERATION: Operation = Operation::DeleteDbSubnetGroup;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.name
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("subgrp", &self.name)
    }

    /// Neither the default group can be deleted nor one that is in use, be it by something that is itself being deleted (RDS API
    /// reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        let holdings = world.at_mut(&caller.place());
        let name = subnet_group(holdings, Some(required("DBSubnetGroupName", &self.name)?))?.name.clone();
        let refused = |why: String| Err(ApiError::refused("InvalidDBSubnetGroupStateFault", why));
        if name == "default" {
            return refused("The default DB subnet group cannot be deleted.".to_owned());
        }
        let clusters = holdings.clusters.values().map(|it| (&it.subnet_group, &it.identifier));
        let instances = holdings.instances.values().map(|it| (&it.subnet_group, &it.identifier));
        if let Some((_, user)) = clusters.chain(instances).find(|(group, _)| **group == name) {
            return refused(format!(
                "Cannot delete the subnet group '{name}' because at least one database instance: {user} is still using it."
            ));
        }
        holdings.subnet_groups.remove(&name);
        Ok(())
    }
}
