//! RDS: from parameters to a request of the model, from its answer to XML. One file for each operation.

mod add_tags_to_resource;
mod copy_db_cluster_snapshot;
mod copy_db_snapshot;
mod create_db_cluster;
mod create_db_cluster_parameter_group;
mod create_db_cluster_snapshot;
mod create_db_instance;
mod create_db_snapshot;
mod create_db_subnet_group;
mod delete_db_cluster;
mod delete_db_cluster_parameter_group;
mod delete_db_cluster_snapshot;
mod delete_db_instance;
mod delete_db_snapshot;
mod delete_db_subnet_group;
mod describe_account_attributes;
mod describe_db_cluster_parameter_groups;
mod describe_db_cluster_snapshot_attributes;
mod describe_db_cluster_snapshots;
mod describe_db_clusters;
mod describe_db_engine_versions;
mod describe_db_instances;
mod describe_db_parameter_groups;
mod describe_db_snapshot_attributes;
mod describe_db_snapshots;
mod describe_db_subnet_groups;
mod describe_events;
mod describe_orderable_db_instance_options;
mod foreign;
mod list_tags_for_resource;
mod modify_db_cluster;
mod modify_db_cluster_snapshot_attribute;
mod modify_db_instance;
mod modify_db_snapshot_attribute;
mod remove_tags_from_resource;
mod render;
mod restore_db_cluster_from_snapshot;
mod restore_db_instance_from_db_snapshot;

use crate::wire::query::Params;
use crate::wire::xml::{NAMESPACE, Xml, document, error_of};
use crate::world::{ApiError, Caller, Operation, Request, World, ops};

/// The only version of the API that there is.
const VERSION: &str = "2014-10-31";

/// How a request of the model is read from parameters and its answer written as XML.
trait Query: Request + Sized {
    /// Whether a success has the element `<Operation>Result`.
    const HAS_RESULT: bool = true;

    /// Takes from `params` all that the model honours for this operation.
    fn read(params: &mut Params) -> Result<Self, ApiError>;

    /// Writes what stands in the result.
    fn write(xml: &mut Xml, answer: &Self::Answer);
}

type Handler = fn(Params, &mut World, &Caller, request_id: &str) -> Result<String, ApiError>;

const OPERATIONS: &[(Operation, Handler)] = &[
    entry::<ops::AddTagsToResource>(),
    entry::<ops::CopyDbClusterSnapshot>(),
    entry::<ops::CopyDbSnapshot>(),
    entry::<ops::CreateDbCluster>(),
    entry::<ops::CreateDbClusterParameterGroup>(),
    entry::<ops::CreateDbClusterSnapshot>(),
    entry::<ops::CreateDbInstance>(),
    entry::<ops::CreateDbSnapshot>(),
    entry::<ops::CreateDbSubnetGroup>(),
    entry::<ops::DeleteDbCluster>(),
    entry::<ops::DeleteDbClusterParameterGroup>(),
    entry::<ops::DeleteDbClusterSnapshot>(),
    entry::<ops::DeleteDbInstance>(),
    entry::<ops::DeleteDbSnapshot>(),
    entry::<ops::DescribeAccountAttributes>(),
    entry::<ops::DeleteDbSubnetGroup>(),
    entry::<ops::DescribeDbClusterParameterGroups>(),
    entry::<ops::DescribeDbParameterGroups>(),
    entry::<ops::DescribeDbClusterSnapshotAttributes>(),
    entry::<ops::DescribeDbClusterSnapshots>(),
    entry::<ops::DescribeDbClusters>(),
    entry::<ops::DescribeDbEngineVersions>(),
    entry::<ops::DescribeDbInstances>(),
    entry::<ops::DescribeDbSnapshotAttributes>(),
    entry::<ops::DescribeDbSnapshots>(),
    entry::<ops::DescribeDbSubnetGroups>(),
    entry::<ops::DescribeEvents>(),
    entry::<ops::DescribeOrderableDbInstanceOptions>(),
    entry::<ops::ListTagsForResource>(),
    entry::<ops::ModifyDbCluster>(),
    entry::<ops::ModifyDbClusterSnapshotAttribute>(),
    entry::<ops::ModifyDbInstance>(),
    entry::<ops::ModifyDbSnapshotAttribute>(),
    entry::<ops::RemoveTagsFromResource>(),
    entry::<ops::RestoreDbClusterFromSnapshot>(),
    entry::<ops::RestoreDbInstanceFromDbSnapshot>(),
];

/// Carries out the request that `params` hold and answers the document of its success.
pub(super) fn answer(mut params: Params, world: &mut World, caller: &Caller, request_id: &str) -> Result<String, ApiError> {
    let Some(action) = params.string("Action") else {
        return Err(world.refuse(caller, "", ApiError::refused("MissingAction", "The request must contain an action")));
    };
    let version = params.string("Version").unwrap_or_default();
    let handler = OPERATIONS.iter().find(|(operation, _)| operation.name() == action && version == VERSION);
    let Some((_, handler)) = handler else {
        let unknown = ApiError::refused("InvalidAction", format!("Could not find operation {action} for version {version}"));
        return Err(world.refuse(caller, &action, unknown));
    };
    handler(params, world, caller, request_id)
}

/// The document that tells of an error.
pub(super) fn error(error: &ApiError, request_id: &str) -> String {
    error_of(NAMESPACE, error, request_id)
}

const fn entry<R: Query>() -> (Operation, Handler) {
    (R::OPERATION, handle::<R>)
}

fn handle<R: Query>(params: Params, world: &mut World, caller: &Caller, request_id: &str) -> Result<String, ApiError> {
    let request = read::<R>(params).map_err(|error| world.refuse(caller, R::OPERATION.name(), error))?;
    let answer = world.call(caller, &request)?;
    let name = R::OPERATION.name();
    Ok(document(&format!("{name}Response"), |xml| {
        if R::HAS_RESULT {
            xml.element(&format!("{name}Result"), |xml| R::write(xml, &answer));
        }
        xml.element("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    }))
}

fn read<R: Query>(mut params: Params) -> Result<R, ApiError> {
    let request = R::read(&mut params)?;
    params.finish()?;
    Ok(request)
}
