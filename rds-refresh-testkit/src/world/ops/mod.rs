//! The operations, one file each: parameters as a caller sends them, rules with their source, effect.
//!
//! Texts, numbers and lists are taken as they come; the rules check them as AWS does. A parameter that is `None`, or a list that is
//! empty, was not sent.

mod add_tags_to_resource;
mod alias;
mod assume_role;
mod copy_db_cluster_snapshot;
mod copy_db_snapshot;
mod create_db_cluster_snapshot;
mod create_db_snapshot;
mod create_grant;
mod create_key;
mod delete_db_cluster;
mod delete_db_cluster_snapshot;
mod delete_db_instance;
mod delete_db_snapshot;
mod describe_db_cluster_snapshots;
mod describe_db_clusters;
mod describe_db_instances;
mod describe_db_snapshot_attributes;
mod describe_db_snapshots;
mod describe_key;
mod get_caller_identity;
mod key_deletion;
mod key_policy;
mod key_state;
mod list_grants;
mod list_keys;
mod list_resource_tags;
mod list_tags_for_resource;
mod modify_db_cluster;
mod modify_db_cluster_snapshot_attribute;
mod modify_db_instance;
mod modify_db_snapshot_attribute;
mod restore_db_cluster_from_snapshot;
mod restore_db_instance_from_db_snapshot;
mod retire_grant;
mod revoke_grant;

pub use add_tags_to_resource::AddTagsToResource;
pub use alias::{CreateAlias, DeleteAlias, ListAliases, ListedAlias};
pub use assume_role::{AssumeRole, AssumedRole};
pub use copy_db_cluster_snapshot::CopyDbClusterSnapshot;
pub use copy_db_snapshot::CopyDbSnapshot;
pub use create_db_cluster_snapshot::CreateDbClusterSnapshot;
pub use create_db_snapshot::CreateDbSnapshot;
pub use create_grant::{CreateGrant, CreatedGrant};
pub use create_key::CreateKey;
pub use delete_db_cluster::DeleteDbCluster;
pub use delete_db_cluster_snapshot::DeleteDbClusterSnapshot;
pub use delete_db_instance::DeleteDbInstance;
pub use delete_db_snapshot::DeleteDbSnapshot;
pub use describe_db_cluster_snapshots::DescribeDbClusterSnapshots;
pub use describe_db_clusters::DescribeDbClusters;
pub use describe_db_instances::DescribeDbInstances;
pub use describe_db_snapshot_attributes::{DescribeDbSnapshotAttributes, SnapshotAttributes};
pub use describe_db_snapshots::DescribeDbSnapshots;
pub use describe_key::DescribeKey;
pub use get_caller_identity::{CallerIdentity, GetCallerIdentity};
pub use key_deletion::{CancelKeyDeletion, ScheduleKeyDeletion, ScheduledDeletion};
pub use key_policy::{GetKeyPolicy, ListKeyPolicies, PutKeyPolicy};
pub use key_state::{DisableKey, EnableKey};
pub use list_grants::ListGrants;
pub use list_keys::ListKeys;
pub use list_resource_tags::ListResourceTags;
pub use list_tags_for_resource::ListTagsForResource;
pub use modify_db_cluster::ModifyDbCluster;
pub use modify_db_cluster_snapshot_attribute::ModifyDbClusterSnapshotAttribute;
pub use modify_db_instance::ModifyDbInstance;
pub use modify_db_snapshot_attribute::ModifyDbSnapshotAttribute;
pub use restore_db_cluster_from_snapshot::RestoreDbClusterFromSnapshot;
pub use restore_db_instance_from_db_snapshot::RestoreDbInstanceFromDbSnapshot;
pub use retire_grant::RetireGrant;
pub use revoke_grant::RevokeGrant;

/// Tags as they are sent: `Tags.Tag.N`.
pub type TagList = Vec<(String, String)>;
