//! What the SDK shows, as what the ports observe: one function per type.
//!
//! RDS marks no field as required, so what is missing becomes the type's empty value; steps read an empty status as an unknown one.

use aws_sdk_kms::types::{GrantListEntry, KeyManagerType, KeyMetadata};
use aws_sdk_rds::types as rds;
use aws_smithy_types::DateTime;

use crate::Timestamp;
use crate::ports::{ClusterMember, DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, Grant, Key, KeyManager, Tags};

pub(super) fn db_cluster(cluster: rds::DbCluster) -> DbCluster {
    DbCluster {
        identifier: cluster.db_cluster_identifier.unwrap_or_default(),
        arn: cluster.db_cluster_arn.unwrap_or_default(),
        resource_id: cluster.db_cluster_resource_id.unwrap_or_default(),
        status: cluster.status.unwrap_or_default(),
        engine: cluster.engine.unwrap_or_default(),
        engine_version: cluster.engine_version.unwrap_or_default(),
        encrypted: cluster.storage_encrypted.unwrap_or_default(),
        kms_key: cluster.kms_key_id,
        class: cluster.db_cluster_instance_class,
        allocated_storage: unsigned(cluster.allocated_storage),
        members: cluster.db_cluster_members.into_iter().flatten().map(cluster_member).collect(),
        deletion_protection: cluster.deletion_protection.unwrap_or_default(),
        // An empty element is sent when nothing is pending.
        has_pending_changes: cluster
            .pending_modified_values
            .is_some_and(|pending| pending != rds::ClusterPendingModifiedValues::builder().build()),
        backup_retention_days: unsigned(cluster.backup_retention_period),
        endpoint: cluster.endpoint,
        reader_endpoint: cluster.reader_endpoint,
        port: port(cluster.port),
        percent: percent_in_words(cluster.percent_progress.as_deref()),
        created_at: timestamp(cluster.cluster_create_time),
        tags: tags(cluster.tag_list),
    }
}

fn cluster_member(member: rds::DbClusterMember) -> ClusterMember {
    ClusterMember {
        instance: member.db_instance_identifier.unwrap_or_default(),
        is_writer: member.is_cluster_writer.unwrap_or_default(),
    }
}

pub(super) fn db_cluster_snapshot(snapshot: rds::DbClusterSnapshot) -> DbClusterSnapshot {
    DbClusterSnapshot {
        identifier: snapshot.db_cluster_snapshot_identifier.unwrap_or_default(),
        arn: snapshot.db_cluster_snapshot_arn.unwrap_or_default(),
        cluster: snapshot.db_cluster_identifier.unwrap_or_default(),
        status: snapshot.status.unwrap_or_default(),
        snapshot_type: snapshot.snapshot_type.unwrap_or_default(),
        engine: snapshot.engine.unwrap_or_default(),
        engine_version: snapshot.engine_version.unwrap_or_default(),
        encrypted: snapshot.storage_encrypted.unwrap_or_default(),
        kms_key: snapshot.kms_key_id,
        allocated_storage: unsigned(snapshot.allocated_storage),
        percent: percent(snapshot.percent_progress),
        created_at: timestamp(snapshot.snapshot_create_time),
        tags: tags(snapshot.tag_list),
    }
}

pub(super) fn db_instance(instance: rds::DbInstance) -> DbInstance {
    let endpoint = instance.endpoint;
    DbInstance {
        identifier: instance.db_instance_identifier.unwrap_or_default(),
        arn: instance.db_instance_arn.unwrap_or_default(),
        resource_id: instance.dbi_resource_id.unwrap_or_default(),
        status: instance.db_instance_status.unwrap_or_default(),
        cluster: instance.db_cluster_identifier,
        engine: instance.engine.unwrap_or_default(),
        engine_version: instance.engine_version.unwrap_or_default(),
        encrypted: instance.storage_encrypted.unwrap_or_default(),
        kms_key: instance.kms_key_id,
        class: instance.db_instance_class.unwrap_or_default(),
        allocated_storage: unsigned(instance.allocated_storage),
        deletion_protection: instance.deletion_protection.unwrap_or_default(),
        has_pending_changes: instance
            .pending_modified_values
            .is_some_and(|pending| pending != rds::PendingModifiedValues::builder().build()),
        percent: percent_in_words(instance.percent_progress.as_deref()),
        port: port(endpoint.as_ref().and_then(|endpoint| endpoint.port)),
        endpoint: endpoint.and_then(|endpoint| endpoint.address),
        created_at: timestamp(instance.instance_create_time),
        tags: tags(instance.tag_list),
    }
}

pub(super) fn db_snapshot(snapshot: rds::DbSnapshot) -> DbSnapshot {
    DbSnapshot {
        identifier: snapshot.db_snapshot_identifier.unwrap_or_default(),
        arn: snapshot.db_snapshot_arn.unwrap_or_default(),
        instance: snapshot.db_instance_identifier.unwrap_or_default(),
        status: snapshot.status.unwrap_or_default(),
        snapshot_type: snapshot.snapshot_type.unwrap_or_default(),
        engine: snapshot.engine.unwrap_or_default(),
        engine_version: snapshot.engine_version.unwrap_or_default(),
        encrypted: snapshot.encrypted.unwrap_or_default(),
        kms_key: snapshot.kms_key_id,
        allocated_storage: unsigned(snapshot.allocated_storage),
        storage_type: snapshot.storage_type,
        percent: percent(snapshot.percent_progress),
        copied_from: snapshot.source_db_snapshot_identifier,
        created_at: timestamp(snapshot.snapshot_create_time),
        tags: tags(snapshot.tag_list),
    }
}

/// The accounts of the attribute `restore`, and not those of any other.
pub(super) fn restore_attribute(attributes: rds::DbSnapshotAttributesResult) -> Vec<String> {
    attributes
        .db_snapshot_attributes
        .into_iter()
        .flatten()
        .filter(|attribute| attribute.attribute_name.as_deref() == Some("restore"))
        .flat_map(|attribute| attribute.attribute_values.unwrap_or_default())
        .collect()
}

/// `None` if KMS gave no ARN of a key.
pub(super) fn key(key: KeyMetadata) -> Option<Key> {
    Some(Key {
        arn: key.arn?.parse().ok()?,
        state: key.key_state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
        // Whatever is not said to be the customer's cannot be relied on to be shareable.
        manager: match key.key_manager {
            Some(KeyManagerType::Customer) => KeyManager::Customer,
            _ => KeyManager::Aws,
        },
        spec: key.key_spec.map(|spec| spec.as_str().to_owned()).unwrap_or_default(),
    })
}

pub(super) fn grant(grant: GrantListEntry) -> Grant {
    Grant {
        id: grant.grant_id.unwrap_or_default(),
        name: grant.name.unwrap_or_default(),
        grantee: grant.grantee_principal.unwrap_or_default(),
    }
}

/// The other way round, for the parameter `Tags`.
pub(super) fn tag_list(tags: &Tags) -> Vec<rds::Tag> {
    tags.iter().map(|(key, value)| rds::Tag::builder().key(key).value(value).build()).collect()
}

fn tags(list: Option<Vec<rds::Tag>>) -> Tags {
    list.into_iter().flatten().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}

pub(super) fn timestamp(time: Option<DateTime>) -> Option<Timestamp> {
    let millis = time?.to_millis().ok()?;
    u64::try_from(millis).ok().map(Timestamp::from_millis)
}

fn unsigned(number: Option<i32>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

fn port(number: Option<i32>) -> Option<u16> {
    number.and_then(|number| u16::try_from(number).ok())
}

fn percent(number: Option<i32>) -> Option<u8> {
    number.and_then(|number| u8::try_from(number).ok()).map(|percent| percent.min(100))
}

/// Clusters and instances show their progress as text.
fn percent_in_words(text: Option<&str>) -> Option<u8> {
    percent(text?.trim_end_matches('%').parse().ok())
}
