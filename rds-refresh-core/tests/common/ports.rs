//! Ports that answer what a test says, and panic at any other call.
#![allow(clippy::struct_field_names, reason = "the fields are mockall's")]

use std::time::Duration;

use async_trait::async_trait;
use mockall::mock;
use rds_refresh_core::ids::{AccountId, DbIdentifier, DbSnapshotIdentifier, KeyArn, SnapshotArn};
use rds_refresh_core::ports::{
    CopyDbSnapshot, CreateDbClusterSnapshot, CreateDbSnapshot, CreateGrant, DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot,
    DestinationClusters, DestinationSnapshots, Events, Grant, Key, ModifyDbCluster, ModifyDbInstance, Owned, RestoreDbCluster,
    RestoreTemporaryInstance, SourceClusters, SourceKeys, SourceSnapshots, TemporaryInstances,
};
use rds_refresh_core::steps::{Acknowledgement, Acknowledgements};
use rds_refresh_core::{RdsEvent, Resource, RunId, StepError};

mock! {
    pub Source {}

    #[async_trait]
    impl SourceClusters for Source {
        async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError>;
        async fn describe_db_cluster_snapshot(&self, snapshot: &DbIdentifier) -> Result<Option<DbClusterSnapshot>, StepError>;
        async fn automated_db_cluster_snapshots(&self, cluster: &DbIdentifier) -> Result<Vec<DbClusterSnapshot>, StepError>;
        async fn create_db_cluster_snapshot(&self, request: &CreateDbClusterSnapshot) -> Result<DbClusterSnapshot, StepError>;
        async fn delete_db_cluster_snapshot(&self, snapshot: &Owned<DbClusterSnapshot>) -> Result<(), StepError>;
    }

    #[async_trait]
    impl TemporaryInstances for Source {
        async fn describe_db_instance(&self, instance: &DbIdentifier) -> Result<Option<DbInstance>, StepError>;
        async fn restore_temporary_instance(&self, request: &RestoreTemporaryInstance) -> Result<DbInstance, StepError>;
        async fn modify_db_instance(&self, instance: &Owned<DbInstance>, change: &ModifyDbInstance) -> Result<(), StepError>;
        async fn delete_db_instance(&self, instance: &Owned<DbInstance>) -> Result<(), StepError>;
    }

    #[async_trait]
    impl SourceSnapshots for Source {
        async fn describe_db_snapshot(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<DbSnapshot>, StepError>;
        async fn create_db_snapshot(&self, request: &CreateDbSnapshot) -> Result<DbSnapshot, StepError>;
        async fn copy_db_snapshot(&self, request: &CopyDbSnapshot) -> Result<DbSnapshot, StepError>;
        async fn restore_attribute(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<Vec<String>>, StepError>;
        async fn share_db_snapshot(&self, snapshot: &Owned<DbSnapshot>, account: &AccountId) -> Result<(), StepError>;
        async fn unshare_db_snapshot(&self, snapshot: &Owned<DbSnapshot>, account: &AccountId) -> Result<(), StepError>;
        async fn delete_db_snapshot(&self, snapshot: &Owned<DbSnapshot>) -> Result<(), StepError>;
    }

    #[async_trait]
    impl SourceKeys for Source {
        async fn describe_key(&self, key: &KeyArn) -> Result<Option<Key>, StepError>;
        async fn key_policy(&self, key: &KeyArn) -> Result<String, StepError>;
        async fn grants_named(&self, key: &KeyArn, name: &str) -> Result<Vec<Grant>, StepError>;
        async fn create_grant(&self, request: &CreateGrant) -> Result<Grant, StepError>;
        async fn revoke_grant(&self, key: &KeyArn, grant_id: &str) -> Result<(), StepError>;
    }

    #[async_trait]
    impl Events for Source {
        async fn recent_events(&self, resource: &Resource, within: Duration) -> Result<Vec<RdsEvent>, StepError>;
    }
}

mock! {
    pub Destination {}

    #[async_trait]
    impl DestinationSnapshots for Destination {
        async fn describe_shared_db_snapshot(&self, snapshot: &SnapshotArn) -> Result<Option<DbSnapshot>, StepError>;
        async fn describe_db_snapshot(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<DbSnapshot>, StepError>;
        async fn copy_db_snapshot(&self, request: &CopyDbSnapshot) -> Result<DbSnapshot, StepError>;
        async fn delete_db_snapshot(&self, snapshot: &Owned<DbSnapshot>) -> Result<(), StepError>;
    }

    #[async_trait]
    impl DestinationClusters for Destination {
        async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError>;
        async fn describe_members(&self, cluster: &DbIdentifier) -> Result<Vec<DbInstance>, StepError>;
        async fn restore_db_cluster_from_snapshot(&self, request: &RestoreDbCluster) -> Result<DbCluster, StepError>;
        async fn modify_db_cluster(&self, cluster: &Owned<DbCluster>, change: &ModifyDbCluster) -> Result<(), StepError>;
        async fn delete_db_cluster(&self, cluster: &Owned<DbCluster>) -> Result<(), StepError>;
    }

    #[async_trait]
    impl Events for Destination {
        async fn recent_events(&self, resource: &Resource, within: Duration) -> Result<Vec<RdsEvent>, StepError>;
    }
}

mock! {
    pub Acknowledged {}

    #[async_trait]
    impl Acknowledgements for Acknowledged {
        async fn acknowledgement(&self, run: &RunId) -> Result<Option<Acknowledgement>, StepError>;
    }
}
