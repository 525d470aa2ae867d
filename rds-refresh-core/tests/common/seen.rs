//! What a look at either account shows when all is well, and what statuses there are.

use std::time::Duration;

use rds_refresh_core::Role;
use rds_refresh_core::ports::{
    ClusterMember, DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, Grant, Key, KeyManager, Tags,
};

use super::{CLUSTER_SNAPSHOT, COPY, COPY_ARN, DESTINATION_KEY, GRANT, INSTANCE, KEY, SNAPSHOT, SNAPSHOT_ARN, began, owner};

pub fn source_cluster() -> DbCluster {
    DbCluster {
        identifier: "orders".into(),
        status: "available".into(),
        engine: "postgres".into(),
        encrypted: true,
        kms_key: Some(KEY.into()),
        class: Some("db.r6gd.large".into()),
        backup_retention_days: Some(7),
        ..DbCluster::default()
    }
}

pub fn seen_cluster_snapshot() -> DbClusterSnapshot {
    DbClusterSnapshot {
        identifier: CLUSTER_SNAPSHOT.into(),
        cluster: "orders".into(),
        status: "available".into(),
        engine: "postgres".into(),
        engine_version: "16.4".into(),
        encrypted: true,
        kms_key: Some(KEY.into()),
        allocated_storage: Some(100),
        created_at: Some(began() + Duration::from_mins(2)),
        tags: owner(Role::Scratch, CLUSTER_SNAPSHOT),
        ..DbClusterSnapshot::default()
    }
}

pub fn seen_instance() -> DbInstance {
    DbInstance {
        identifier: INSTANCE.into(),
        resource_id: "db-T1".into(),
        status: "available".into(),
        engine: "postgres".into(),
        encrypted: true,
        kms_key: Some(KEY.into()),
        created_at: Some(began() + Duration::from_mins(10)),
        tags: owner(Role::Scratch, INSTANCE),
        ..DbInstance::default()
    }
}

pub fn seen_snapshot() -> DbSnapshot {
    DbSnapshot {
        identifier: SNAPSHOT.into(),
        arn: SNAPSHOT_ARN.into(),
        instance: INSTANCE.into(),
        status: "available".into(),
        engine: "postgres".into(),
        engine_version: "16.4".into(),
        encrypted: true,
        kms_key: Some(KEY.into()),
        allocated_storage: Some(100),
        created_at: Some(began() + Duration::from_mins(30)),
        tags: owner(Role::Handover, SNAPSHOT),
        ..DbSnapshot::default()
    }
}

/// The same, as the destination sees it: without tags, and with its ARN for a name.
pub fn seen_shared_snapshot() -> DbSnapshot {
    DbSnapshot { identifier: SNAPSHOT_ARN.into(), snapshot_type: "shared".into(), tags: Tags::new(), ..seen_snapshot() }
}

pub fn seen_copy() -> DbSnapshot {
    DbSnapshot {
        identifier: COPY.into(),
        arn: COPY_ARN.into(),
        kms_key: Some(DESTINATION_KEY.into()),
        copied_from: Some(SNAPSHOT_ARN.into()),
        tags: owner(Role::Handover, COPY),
        ..seen_snapshot()
    }
}

pub fn seen_restored_cluster() -> DbCluster {
    DbCluster {
        identifier: "staging".into(),
        resource_id: "cluster-C1".into(),
        kms_key: Some(DESTINATION_KEY.into()),
        members: (1..=3).map(|n| ClusterMember { instance: format!("staging-instance-{n}"), is_writer: n == 1 }).collect(),
        created_at: Some(began() + Duration::from_mins(55)),
        tags: owner(Role::Result, "staging"),
        ..source_cluster()
    }
}

pub fn seen_members() -> Vec<DbInstance> {
    (1..=3)
        .map(|n| DbInstance { identifier: format!("staging-instance-{n}"), status: "available".into(), ..DbInstance::default() })
        .collect()
}

pub fn seen_key() -> Key {
    Key { arn: KEY.parse().unwrap(), state: "Enabled".into(), manager: KeyManager::Customer, spec: "SYMMETRIC_DEFAULT".into() }
}

pub fn seen_grant() -> Grant {
    Grant { id: "g-1".into(), name: GRANT.into(), grantee: "222222222222".into() }
}

/// What a step says of its own snapshot in each status.
pub const SNAPSHOT_STATUSES: [(&str, &str); 10] = [
    ("available", "ready"),
    ("creating", "wait creating"),
    ("copying", "wait copying"),
    ("pending", "wait pending"),
    ("a-new-status", "wait a-new-status"),
    ("failed", "fail terminal-status"),
    ("incompatible-restore", "fail terminal-status"),
    ("incompatible-parameters", "fail terminal-status"),
    ("deleting", "fail terminal-status"),
    ("deleted", "fail terminal-status"),
];

pub const FAILED_INSTANCES: [&str; 15] = [
    "failed",
    "incompatible-restore",
    "incompatible-network",
    "incompatible-create",
    "incompatible-credentials",
    "incompatible-option-group",
    "incompatible-parameters",
    "restore-error",
    "insufficient-capacity",
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "modify-failed",
    "upgrade-failed",
    "storage-full",
    "stopped",
];

pub const FAILED_CLUSTERS: [&str; 11] = [
    "failed",
    "incompatible-restore",
    "incompatible-network",
    "incompatible-parameters",
    "restore-failed",
    "migration-failed",
    "cloning-failed",
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "storage-full",
    "stopped",
];
