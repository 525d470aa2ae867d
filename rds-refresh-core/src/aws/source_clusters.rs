use async_trait::async_trait;

use super::call::Call;
use super::{AwsSource, convert, shared};
use crate::StepError;
use crate::ids::DbIdentifier;
use crate::ports::{CreateDbClusterSnapshot, DbCluster, DbClusterSnapshot, Owned, SourceClusters};

#[async_trait]
impl SourceClusters for AwsSource {
    async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError> {
        shared::describe_db_cluster(&self.rds, cluster).await
    }

    async fn describe_db_cluster_snapshot(&self, snapshot: &DbIdentifier) -> Result<Option<DbClusterSnapshot>, StepError> {
        let call = Call::read("DescribeDBClusterSnapshots", snapshot);
        let request = self.rds.describe_db_cluster_snapshots().db_cluster_snapshot_identifier(snapshot.as_str());
        match call.find("DBClusterSnapshotNotFound", request.send()).await? {
            Some(answer) => {
                let snapshot = call.only(answer.db_cluster_snapshots, "DBClusterSnapshot")?;
                Ok(Some(convert::db_cluster_snapshot(snapshot)))
            }
            None => Ok(None),
        }
    }

    async fn automated_db_cluster_snapshots(&self, cluster: &DbIdentifier) -> Result<Vec<DbClusterSnapshot>, StepError> {
        let call = Call::read("DescribeDBClusterSnapshots", cluster);
        let pages = self
            .rds
            .describe_db_cluster_snapshots()
            .db_cluster_identifier(cluster.as_str())
            .snapshot_type("automated")
            .into_paginator()
            .items()
            .send();
        let found = call.find("DBClusterSnapshotNotFound", pages.collect::<Result<Vec<_>, _>>()).await?;
        Ok(found.into_iter().flatten().map(convert::db_cluster_snapshot).collect())
    }

    async fn create_db_cluster_snapshot(&self, request: &CreateDbClusterSnapshot) -> Result<DbClusterSnapshot, StepError> {
        let CreateDbClusterSnapshot { identifier, cluster, tags } = request;
        let call = Call::mutation("CreateDBClusterSnapshot", identifier);
        let request = self
            .rds
            .create_db_cluster_snapshot()
            .db_cluster_snapshot_identifier(identifier.as_str())
            .db_cluster_identifier(cluster.as_str())
            .set_tags(Some(convert::tag_list(tags)));
        let answer = call.send(request.send()).await?;
        call.part(answer.db_cluster_snapshot, "DBClusterSnapshot").map(convert::db_cluster_snapshot)
    }

    async fn delete_db_cluster_snapshot(&self, snapshot: &Owned<DbClusterSnapshot>) -> Result<(), StepError> {
        let identifier = &snapshot.observed().identifier;
        let request = self.rds.delete_db_cluster_snapshot().db_cluster_snapshot_identifier(identifier);
        Call::mutation("DeleteDBClusterSnapshot", identifier).send(request.send()).await?;
        Ok(())
    }
}
