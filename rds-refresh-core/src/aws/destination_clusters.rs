use async_trait::async_trait;
use aws_sdk_rds::types::Filter;

use super::call::Call;
use super::{AwsDestination, convert, shared};
use crate::StepError;
use crate::ids::DbIdentifier;
use crate::ports::{DbCluster, DbInstance, DestinationClusters, ModifyDbCluster, Owned, RestoreDbCluster};
use crate::request::ClusterRequest;

#[async_trait]
impl DestinationClusters for AwsDestination {
    async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError> {
        shared::describe_db_cluster(&self.rds, cluster).await
    }

    async fn describe_members(&self, cluster: &DbIdentifier) -> Result<Vec<DbInstance>, StepError> {
        let call = Call::read("DescribeDBInstances", cluster);
        let of_cluster = Filter::builder().name("db-cluster-id").values(cluster.as_str()).build();
        let pages = self.rds.describe_db_instances().filters(of_cluster).into_paginator().items().send();
        let found = call.find("DBInstanceNotFound", pages.collect::<Result<Vec<_>, _>>()).await?;
        Ok(found.into_iter().flatten().map(convert::db_instance).collect())
    }

    async fn restore_db_cluster_from_snapshot(&self, request: &RestoreDbCluster) -> Result<DbCluster, StepError> {
        let RestoreDbCluster { snapshot, engine, engine_version, cluster, tags } = request;
        // Taken apart by name, so that a new field cannot be forgotten here.
        let ClusterRequest {
            identifier,
            class,
            storage_type,
            iops,
            subnet_group,
            security_groups,
            parameter_group,
            port,
            backup_retention_days,
            backup_window,
            log_exports,
            extended_support,
            copy_tags_to_snapshot,
            monitoring,
            performance_insights,
            // Switched on when the cluster is ready: until then a failed run must be able to remove it.
            deletion_protection: _,
        } = cluster;
        let call = Call::mutation("RestoreDBClusterFromSnapshot", identifier);
        let request = self
            .rds
            .restore_db_cluster_from_snapshot()
            .db_cluster_identifier(identifier.as_str())
            .snapshot_identifier(snapshot.to_string())
            .engine(engine)
            .engine_version(engine_version)
            .db_cluster_instance_class(class)
            .storage_type(storage_type.as_str())
            .set_iops(iops.map(saturated))
            .db_subnet_group_name(subnet_group)
            .set_vpc_security_group_ids(Some(security_groups.clone()))
            .set_db_cluster_parameter_group_name(parameter_group.clone())
            .set_port(port.map(i32::from))
            .set_backup_retention_period(backup_retention_days.map(i32::from))
            .set_preferred_backup_window(backup_window.clone())
            .set_enable_cloudwatch_logs_exports((!log_exports.is_empty()).then(|| log_exports.clone()))
            .set_engine_lifecycle_support(extended_support.map(lifecycle_support))
            .copy_tags_to_snapshot(*copy_tags_to_snapshot)
            .set_monitoring_interval(monitoring.as_ref().map(|monitoring| monitoring.interval_seconds.into()))
            .set_monitoring_role_arn(monitoring.as_ref().map(|monitoring| monitoring.role_arn.clone()))
            .set_enable_performance_insights(performance_insights.as_ref().map(|_| true))
            .set_performance_insights_kms_key_id(
                performance_insights.as_ref().and_then(|insights| insights.kms_key.clone()).map(String::from),
            )
            .set_performance_insights_retention_period(
                performance_insights.as_ref().and_then(|insights| insights.retention_days).map(i32::from),
            )
            .set_tags(Some(convert::tag_list(tags)))
            .publicly_accessible(false)
            .deletion_protection(false);
        let answer = call.send(request.send()).await?;
        call.part(answer.db_cluster, "DBCluster").map(convert::db_cluster)
    }

    async fn modify_db_cluster(&self, cluster: &Owned<DbCluster>, change: &ModifyDbCluster) -> Result<(), StepError> {
        let ModifyDbCluster { deletion_protection } = change;
        let identifier = &cluster.observed().identifier;
        let request = self
            .rds
            .modify_db_cluster()
            .db_cluster_identifier(identifier)
            .set_deletion_protection(*deletion_protection)
            .apply_immediately(true);
        Call::mutation("ModifyDBCluster", identifier).send(request.send()).await?;
        Ok(())
    }

    async fn delete_db_cluster(&self, cluster: &Owned<DbCluster>) -> Result<(), StepError> {
        let identifier = &cluster.observed().identifier;
        let request = self.rds.delete_db_cluster().db_cluster_identifier(identifier).skip_final_snapshot(true);
        Call::mutation("DeleteDBCluster", identifier).send(request.send()).await?;
        Ok(())
    }
}

/// `EngineLifecycleSupport`, as RDS spells it.
fn lifecycle_support(extended: bool) -> String {
    if extended { "open-source-rds-extended-support" } else { "open-source-rds-extended-support-disabled" }.to_owned()
}

/// RDS counts in signed integers; what does not fit is far beyond its limits, and it says so.
fn saturated(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
