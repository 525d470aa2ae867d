use super::TagList;
use crate::world::check::{LONG, new_identifier, required, tags};
use crate::world::iam::Asks;
use crate::world::naming::family;
use crate::world::resource::ParameterGroup;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CreateDBClusterParameterGroup`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateDbClusterParameterGroup {
    /// `DBClusterParameterGroupName`.
    pub name: String,
    /// `DBParameterGroupFamily`, as `postgres16`.
    pub family: String,
    /// `Description`.
    pub description: String,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for CreateDbClusterParameterGroup {
    const OPERATION: Operation = Operation::CreateDbClusterParameterGroup;
    type Answer = ParameterGroup;

    fn resource(&self) -> &str {
        &self.name
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).making("cluster-pg", &self.name, &self.tags)
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<ParameterGroup, ApiError> {
        let place = caller.place();
        let name = new_identifier("DBClusterParameterGroupName", &self.name, LONG)?;
        let wanted = required("DBParameterGroupFamily", &self.family)?;
        let description = required("Description", &self.description)?.to_owned();
        let holdings = world.at(&place);
        let tags = tags(&self.tags, holdings.quotas.tags)?;
        // The families are those of the versions that can be had.
        if !holdings.orderable.iter().any(|row| family(&row.engine, &row.engine_version) == wanted) {
            return Err(ApiError::invalid_value(format!(
                "DBParameterGroupFamily {wanted} is not a valid parameter group family"
            )));
        }
        if holdings.cluster_parameter_groups.contains_key(&name) {
            return Err(ApiError::refused("DBParameterGroupAlreadyExists", format!("Parameter group {name} already exists")));
        }
        let own = holdings.cluster_parameter_groups.values().filter(|group| !group.is_default()).count();
        if own >= holdings.quotas.cluster_parameter_groups {
            return Err(ApiError::refused("DBParameterGroupQuotaExceeded", "The quota of parameter groups would be exceeded."));
        }
        let arn = place.arn("cluster-pg", &name);
        let group = ParameterGroup { name: name.clone(), arn, family: wanted.to_owned(), description, tags };
        world.at_mut(&place).cluster_parameter_groups.insert(name, group.clone());
        Ok(group)
    }
}
