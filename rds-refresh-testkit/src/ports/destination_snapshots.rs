use async_trait::async_trait;
use rds_refresh_core::StepError;
use rds_refresh_core::ids::{DbSnapshotIdentifier, SnapshotArn};
use rds_refresh_core::ports::{CopyDbSnapshot, DbSnapshot, DestinationSnapshots, Owned};

use super::{FakeDestination, convert};
use crate::world::ops;

#[async_trait]
impl DestinationSnapshots for FakeDestination {
    async fn describe_shared_db_snapshot(&self, snapshot: &SnapshotArn) -> Result<Option<DbSnapshot>, StepError> {
        let request =
            ops::DescribeDbSnapshots { identifier: Some(snapshot.to_string()), include_shared: Some(true), ..Default::default() };
        // One endpoint speaks for one Region: the snapshot's, which need not be the copy's.
        let found = self.0.in_region(snapshot.region()).find_one(&request, snapshot, "DBSnapshotNotFound").await?;
        Ok(found.map(convert::db_snapshot))
    }

    async fn describe_db_snapshot(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<DbSnapshot>, StepError> {
        self.0.own_snapshot(snapshot).await
    }

    async fn copy_db_snapshot(&self, request: &CopyDbSnapshot) -> Result<DbSnapshot, StepError> {
        self.0.copy_snapshot(request).await
    }

    async fn delete_db_snapshot(&self, snapshot: &Owned<DbSnapshot>) -> Result<(), StepError> {
        self.0.delete_snapshot(snapshot).await
    }
}
