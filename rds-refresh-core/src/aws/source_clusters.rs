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
        shared::describe_db_cluster_snapshot(&self.rds, snapshot).await
    }

    async fn automated_db_cluster_snapshots(&self, cluster: &DbIdentifier) -> Result<Vec<DbClusterSnapshot>, StepError> {
        shared::automated_db_cluster_snapshots(&self.rds, cluster).await
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
