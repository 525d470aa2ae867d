//! What the model shows, as what the ports observe.

use rds_refresh_core::ids::InvalidValue;
use rds_refresh_core::{StepError, ports};

use crate::world::ops::TagList;
use crate::world::resource;

pub(super) fn tag_list(tags: &ports::Tags) -> TagList {
    tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

pub(super) fn db_cluster(cluster: resource::DbCluster) -> ports::DbCluster {
    ports::DbCluster {
        identifier: cluster.identifier,
        arn: cluster.arn,
        resource_id: cluster.resource_id,
        status: cluster.status,
        engine: cluster.engine,
        engine_version: cluster.engine_version,
        encrypted: cluster.kms_key.is_some(),
        kms_key: cluster.kms_key,
        class: Some(cluster.class),
        allocated_storage: Some(cluster.allocated_storage),
        members: cluster
            .members
            .into_iter()
            .map(|member| ports::ClusterMember { instance: member.instance, is_writer: member.is_writer })
            .collect(),
        deletion_protection: cluster.deletion_protection,
        has_pending_changes: !cluster.pending.is_empty(),
        backup_retention_days: Some(cluster.backup_retention_period),
        endpoint: cluster.endpoint,
        reader_endpoint: cluster.reader_endpoint,
        port: Some(cluster.port),
        percent: cluster.percent_progress,
        created_at: cluster.created_at,
        tags: cluster.tags,
    }
}

pub(super) fn db_cluster_snapshot(snapshot: resource::DbClusterSnapshot) -> ports::DbClusterSnapshot {
    ports::DbClusterSnapshot {
        identifier: snapshot.identifier,
        arn: snapshot.arn,
        cluster: snapshot.cluster,
        status: snapshot.status,
        snapshot_type: snapshot.snapshot_type,
        engine: snapshot.engine,
        engine_version: snapshot.engine_version,
        encrypted: snapshot.kms_key.is_some(),
        kms_key: snapshot.kms_key,
        allocated_storage: Some(snapshot.allocated_storage),
        percent: Some(snapshot.percent_progress),
        created_at: snapshot.created_at,
        tags: snapshot.tags,
    }
}

pub(super) fn db_instance(instance: resource::DbInstance) -> ports::DbInstance {
    ports::DbInstance {
        identifier: instance.identifier,
        arn: instance.arn,
        resource_id: instance.resource_id,
        status: instance.status,
        cluster: instance.cluster,
        engine: instance.engine,
        engine_version: instance.engine_version,
        encrypted: instance.kms_key.is_some(),
        kms_key: instance.kms_key,
        class: instance.class,
        allocated_storage: Some(instance.allocated_storage),
        deletion_protection: instance.deletion_protection,
        has_pending_changes: !instance.pending.is_empty(),
        percent: instance.percent_progress,
        // RDS shows the port with the host name only.
        port: instance.endpoint.as_ref().map(|_| instance.port),
        endpoint: instance.endpoint,
        created_at: instance.created_at,
        tags: instance.tags,
    }
}

pub(super) fn db_snapshot(snapshot: resource::DbSnapshot) -> ports::DbSnapshot {
    ports::DbSnapshot {
        identifier: snapshot.identifier,
        arn: snapshot.arn,
        instance: snapshot.instance,
        status: snapshot.status,
        snapshot_type: snapshot.snapshot_type,
        engine: snapshot.engine,
        engine_version: snapshot.engine_version,
        encrypted: snapshot.kms_key.is_some(),
        kms_key: snapshot.kms_key,
        allocated_storage: Some(snapshot.allocated_storage),
        storage_type: Some(snapshot.storage_type),
        percent: Some(snapshot.percent_progress),
        copied_from: snapshot.copied_from,
        created_at: snapshot.created_at,
        tags: snapshot.tags,
    }
}

pub(super) fn key(key: resource::Key) -> Result<ports::Key, StepError> {
    let arn = key.arn.parse().map_err(|error: InvalidValue| StepError::invalid(error.to_string()))?;
    let manager = match key.manager {
        resource::KeyManager::Aws => ports::KeyManager::Aws,
        resource::KeyManager::Customer => ports::KeyManager::Customer,
    };
    Ok(ports::Key { arn, state: key.state, manager, spec: key.spec })
}

pub(super) fn grant(grant: resource::Grant) -> ports::Grant {
    ports::Grant { id: grant.id, name: grant.name.unwrap_or_default(), grantee: grant.grantee }
}
