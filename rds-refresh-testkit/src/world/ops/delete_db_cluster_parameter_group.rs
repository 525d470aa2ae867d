use crate::world::check::required;
use crate::world::iam::Asks;
use crate::world::lookup::cluster_parameter_group_not_found;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DeleteDBClusterParameterGroup`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteDbClusterParameterGroup {
    /// `DBClusterParameterGroupName`.
    pub name: String,
}

impl Request for DeleteDbClusterParameterGroup {
    const OPERATION: Operation = Operation::DeleteDbClusterParameterGroup;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.name
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("cluster-pg", &self.name)
    }

    /// Neither a default group can be deleted nor one that a cluster uses (RDS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        let name = required("DBClusterParameterGroupName", &self.name)?.to_ascii_lowercase();
        let holdings = world.at_mut(&caller.place());
        let group = holdings.cluster_parameter_groups.get(&name).ok_or_else(|| cluster_parameter_group_not_found(&name))?;
        let refused = |why: String| Err(ApiError::refused("InvalidDBParameterGroupState", why));
        if group.is_default() {
            return refused(format!("Default DBClusterParameterGroup cannot be deleted: {name}"));
        }
        if holdings.clusters.values().any(|cluster| cluster.parameter_group == name) {
            return refused(format!(
                "One or more database clusters are still members of this parameter group {name}, so the group cannot be deleted"
            ));
        }
        holdings.cluster_parameter_groups.remove(&name);
        Ok(())
    }
}
