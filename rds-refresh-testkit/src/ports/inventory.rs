use async_trait::async_trait;
use rds_refresh_core::StepError;
use rds_refresh_core::ports::{DbClusterSnapshot, DbInstance, DbSnapshot, Inventory};

use super::{Door, FakeDestination, FakeSource, convert};
use crate::world::{Page, Paging, Request, ops};

#[async_trait]
impl Inventory for FakeSource {
    async fn db_instances(&self) -> Result<Vec<DbInstance>, StepError> {
        self.0.db_instances().await
    }

    async fn manual_db_snapshots(&self) -> Result<Vec<DbSnapshot>, StepError> {
        self.0.manual_db_snapshots().await
    }

    async fn manual_db_cluster_snapshots(&self) -> Result<Vec<DbClusterSnapshot>, StepError> {
        self.0.manual_db_cluster_snapshots().await
    }
}

#[async_trait]
impl Inventory for FakeDestination {
    async fn db_instances(&self) -> Result<Vec<DbInstance>, StepError> {
        self.0.db_instances().await
    }

    async fn manual_db_snapshots(&self) -> Result<Vec<DbSnapshot>, StepError> {
        self.0.manual_db_snapshots().await
    }

    async fn manual_db_cluster_snapshots(&self) -> Result<Vec<DbClusterSnapshot>, StepError> {
        self.0.manual_db_cluster_snapshots().await
    }
}

impl Door {
    async fn db_instances(&self) -> Result<Vec<DbInstance>, StepError> {
        let page = |paging| ops::DescribeDbInstances { paging, ..Default::default() };
        Ok(self.pages(page).await?.into_iter().map(convert::db_instance).collect())
    }

    async fn manual_db_snapshots(&self) -> Result<Vec<DbSnapshot>, StepError> {
        let manual = Some("manual".to_owned());
        let page = |paging| ops::DescribeDbSnapshots { snapshot_type: manual.clone(), paging, ..Default::default() };
        Ok(self.pages(page).await?.into_iter().map(convert::db_snapshot).collect())
    }

    async fn manual_db_cluster_snapshots(&self) -> Result<Vec<DbClusterSnapshot>, StepError> {
        let manual = Some("manual".to_owned());
        let page = |paging| ops::DescribeDbClusterSnapshots { snapshot_type: manual.clone(), paging, ..Default::default() };
        Ok(self.pages(page).await?.into_iter().map(convert::db_cluster_snapshot).collect())
    }

    /// All pages of a describe operation.
    async fn pages<T: Send, R: Request<Answer = Page<T>>>(
        &self,
        request: impl Fn(Paging) -> R + Send + Sync,
    ) -> Result<Vec<T>, StepError> {
        let (mut found, mut paging) = (Vec::new(), Paging::default());
        loop {
            let page = self.call(&request(paging), &"*").await?;
            found.extend(page.items);
            if page.marker.is_none() {
                return Ok(found);
            }
            paging = Paging { marker: page.marker, max_records: None };
        }
    }
}
