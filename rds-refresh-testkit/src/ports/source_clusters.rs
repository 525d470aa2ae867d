use async_trait::async_trait;
use rds_refresh_core::StepError;
use rds_refresh_core::ids::DbIdentifier;
use rds_refresh_core::ports::{CreateDbClusterSnapshot, DbCluster, DbClusterSnapshot, Owned, SourceClusters};

use super::{Door, FakeSource, convert};
use crate::world::{Paging, ops};

impl Door {
    /// All pages of what `DescribeDBClusterSnapshots` lists of a cluster's automated snapshots.
    pub(super) async fn automated_cluster_snapshots(&self, cluster: &DbIdentifier) -> Result<Vec<DbClusterSnapshot>, StepError> {
        let mut request = ops::DescribeDbClusterSnapshots {
            cluster: Some(cluster.to_string()),
            snapshot_type: Some("automated".to_owned()),
            ..Default::default()
        };
        let mut found = Vec::new();
        loop {
            let page = self.call(&request, cluster).await?;
            found.extend(page.items.into_iter().map(convert::db_cluster_snapshot));
            if page.marker.is_none() {
                return Ok(found);
            }
            request.paging = Paging { marker: page.marker, max_records: None };
        }
    }
}

#[async_trait]
impl SourceClusters for FakeSource {
    async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError> {
        let request = ops::DescribeDbClusters { identifier: Some(cluster.to_string()), ..Default::default() };
        let found = self.0.find_one(&request, cluster, "DBClusterNotFoundFault").await?;
        Ok(found.map(convert::db_cluster))
    }

    async fn describe_db_cluster_snapshot(&self, snapshot: &DbIdentifier) -> Result<Option<DbClusterSnapshot>, StepError> {
        let request = ops::DescribeDbClusterSnapshots { identifier: Some(snapshot.to_string()), ..Default::default() };
        let found = self.0.find_one(&request, snapshot, "DBClusterSnapshotNotFoundFault").await?;
        Ok(found.map(convert::db_cluster_snapshot))
    }

    async fn automated_db_cluster_snapshots(&self, cluster: &DbIdentifier) -> Result<Vec<DbClusterSnapshot>, StepError> {
        self.0.automated_cluster_snapshots(cluster).await
    }

    async fn create_db_cluster_snapshot(&self, request: &CreateDbClusterSnapshot) -> Result<DbClusterSnapshot, StepError> {
        let call = ops::CreateDbClusterSnapshot {
            identifier: request.identifier.to_string(),
            cluster: request.cluster.to_string(),
            tags: convert::tag_list(&request.tags),
        };
        self.0.call(&call, &request.identifier).await.map(convert::db_cluster_snapshot)
    }

    async fn delete_db_cluster_snapshot(&self, snapshot: &Owned<DbClusterSnapshot>) -> Result<(), StepError> {
        let identifier = &snapshot.observed().identifier;
        self.0.call(&ops::DeleteDbClusterSnapshot { identifier: identifier.clone() }, identifier).await.map(drop)
    }
}
