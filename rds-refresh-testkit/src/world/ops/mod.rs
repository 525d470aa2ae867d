//! The operations, one file each: parameters as a caller sends them, rules with their source, effect.
//!
//! Texts, numbers and lists are taken as they come; the rules check them as AWS does. A parameter that is `None`, or a list that is
//! empty, was not sent.

mod add_tags_to_resource;
mod copy_db_cluster_snapshot;
mod copy_db_snapshot;
mod create_db_cluster;
mod create_db_cluster_parameter_group;
mod create_db_cluster_snapshot;
mod create_db_instance;
mod create_db_snapshot;
mod create_db_subnet_group;
mod create_grant;
mod delete_db_cluster;
mod delete_db_cluster_parameter_group;
mod delete_db_cluster_snapshot;
mod delete_db_instance;
mod delete_db_snapshot;
mod delete_db_subnet_group;
mod describe_db_cluster_parameter_groups;
mod describe_db_cluster_snapshot_attributes;
mod describe_db_cluster_snapshots;
mod describe_db_clusters;
mod describe_db_instances;
mod describe_db_snapshot_attributes;
mod describe_db_snapshots;
mod describe_db_subnet_groups;
mod describe_key;
mod key_policy;
mod key_state;
mod list_grants;
mod list_tags_for_resource;
mod modify_db_cluster;
mod modify_db_cluster_snapshot_attribute;
mod modify_db_instance;
mod modify_db_snapshot_attribute;
mod remove_tags_from_resource;
mod restore_db_cluster_from_snapshot;
mod restore_db_instance_from_db_snapshot;
mod revoke_grant;

pub use add_tags_to_resource::AddTagsToResource;
pub use copy_db_cluster_snapshot::CopyDbClusterSnapshot;
pub use copy_db_snapshot::CopyDbSnapshot;
pub use create_db_cluster::CreateDbCluster;
pub use create_db_cluster_parameter_group::CreateDbClusterParameterGroup;
pub use create_db_cluster_snapshot::CreateDbClusterSnapshot;
pub use create_db_instance::CreateDbInstance;
pub use create_db_snapshot::CreateDbSnapshot;
pub use create_db_subnet_group::CreateDbSubnetGroup;
pub use create_grant::{CreateGrant, CreatedGrant};
pub use delete_db_cluster::DeleteDbCluster;
pub use delete_db_cluster_parameter_group::DeleteDbClusterParameterGroup;
pub use delete_db_cluster_snapshot::DeleteDbClusterSnapshot;
pub use delete_db_instance::DeleteDbInstance;
pub use delete_db_snapshot::DeleteDbSnapshot;
pub use delete_db_subnet_group::DeleteDbSubnetGroup;
pub use describe_db_cluster_parameter_groups::DescribeDbClusterParameterGroups;
pub use describe_db_cluster_snapshot_attributes::DescribeDbClusterSnapshotAttributes;
pub use describe_db_cluster_snapshots::DescribeDbClusterSnapshots;
pub use describe_db_clusters::DescribeDbClusters;
pub use describe_db_instances::DescribeDbInstances;
pub use describe_db_snapshot_attributes::{DescribeDbSnapshotAttributes, SnapshotAttributes};
pub use describe_db_snapshots::DescribeDbSnapshots;
pub use describe_db_subnet_groups::DescribeDbSubnetGroups;
pub use describe_key::DescribeKey;
pub use key_policy::{GetKeyPolicy, PutKeyPolicy};
pub use key_state::{DisableKey, EnableKey};
pub use list_grants::ListGrants;
pub use list_tags_for_resource::ListTagsForResource;
pub use modify_db_cluster::ModifyDbCluster;
pub use modify_db_cluster_snapshot_attribute::ModifyDbClusterSnapshotAttribute;
pub use modify_db_instance::ModifyDbInstance;
pub use modify_db_snapshot_attribute::ModifyDbSnapshotAttribute;
pub use remove_tags_from_resource::RemoveTagsFromResource;
pub use restore_db_cluster_from_snapshot::RestoreDbClusterFromSnapshot;
pub use restore_db_instance_from_db_snapshot::RestoreDbInstanceFromDbSnapshot;
pub use revoke_grant::RevokeGrant;

/// Tags as they are sent: `Tags.Tag.N`.
pub type TagList = Vec<(String, String)>;
