use async_trait::async_trait;
use rds_refresh_core::StepError;
use rds_refresh_core::ids::DbIdentifier;
use rds_refresh_core::ports::{DbCluster, DbInstance, DestinationClusters, ModifyDbCluster, Owned, RestoreDbCluster};

use super::{FakeDestination, convert};
use crate::world::{Filter, ops};

#[async_trait]
impl DestinationClusters for FakeDestination {
    async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError> {
        let request = ops::DescribeDbClusters { identifier: Some(cluster.to_string()), ..Default::default() };
        let found = self.0.find_one(&request, cluster, "DBClusterNotFoundFault").await?;
        Ok(found.map(convert::db_cluster))
    }

    async fn describe_members(&self, cluster: &DbIdentifier) -> Result<Vec<DbInstance>, StepError> {
        let filter = Filter { name: "db-cluster-id".to_owned(), values: vec![cluster.to_string()] };
        // A Multi-AZ DB cluster has three members: they fit on a page.
        let page = self.0.call(&ops::DescribeDbInstances { filters: vec![filter], ..Default::default() }, cluster).await?;
        Ok(page.items.into_iter().map(convert::db_instance).collect())
    }

    async fn restore_db_cluster_from_snapshot(&self, request: &RestoreDbCluster) -> Result<DbCluster, StepError> {
        let cluster = &request.cluster;
        let support =
            |enrolled| if enrolled { "open-source-rds-extended-support" } else { "open-source-rds-extended-support-disabled" };
        let call = ops::RestoreDbClusterFromSnapshot {
            identifier: cluster.identifier.to_string(),
            snapshot: request.snapshot.to_string(),
            engine: request.engine.clone(),
            engine_version: Some(request.engine_version.clone()),
            class: Some(cluster.class.clone()),
            storage_type: Some(cluster.storage_type.as_str().to_owned()),
            iops: cluster.iops.map(i64::from),
            subnet_group: Some(cluster.subnet_group.clone()),
            security_groups: cluster.security_groups.clone(),
            parameter_group: cluster.parameter_group.clone(),
            // The copy's key, which the cluster inherits.
            kms_key: None,
            port: cluster.port.map(i64::from),
            publicly_accessible: Some(false),
            deletion_protection: Some(false),
            copy_tags_to_snapshot: Some(cluster.copy_tags_to_snapshot),
            backup_retention_period: cluster.backup_retention_days.map(i64::from),
            preferred_backup_window: cluster.backup_window.clone(),
            log_exports: cluster.log_exports.clone(),
            engine_lifecycle_support: cluster.extended_support.map(|enrolled| support(enrolled).to_owned()),
            monitoring_interval: cluster.monitoring.as_ref().map(|monitoring| monitoring.interval_seconds.into()),
            monitoring_role_arn: cluster.monitoring.as_ref().map(|monitoring| monitoring.role_arn.clone()),
            performance_insights: cluster.performance_insights.as_ref().map(|_| true),
            performance_insights_key: cluster
                .performance_insights
                .as_ref()
                .and_then(|pi| pi.kms_key.as_ref())
                .map(ToString::to_string),
            performance_insights_retention: cluster.performance_insights.as_ref().and_then(|pi| pi.retention_days).map(i64::from),
            tags: convert::tag_list(&request.tags),
            ..Default::default()
        };
        self.0.call(&call, &cluster.identifier).await.map(convert::db_cluster)
    }

    async fn modify_db_cluster(&self, cluster: &Owned<DbCluster>, change: &ModifyDbCluster) -> Result<(), StepError> {
        let identifier = &cluster.observed().identifier;
        let call = ops::ModifyDbCluster {
            identifier: identifier.clone(),
            deletion_protection: change.deletion_protection,
            apply_immediately: Some(true),
            ..Default::default()
        };
        self.0.call(&call, identifier).await.map(drop)
    }

    async fn delete_db_cluster(&self, cluster: &Owned<DbCluster>) -> Result<(), StepError> {
        let identifier = &cluster.observed().identifier;
        let call = ops::DeleteDbCluster { identifier: identifier.clone(), skip_final_snapshot: Some(true), ..Default::default() };
        self.0.call(&call, identifier).await.map(drop)
    }
}
