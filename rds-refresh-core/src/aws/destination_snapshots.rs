use async_trait::async_trait;
use aws_types::region::Region;

use super::call::Call;
use super::{AwsDestination, convert, shared};
use crate::StepError;
use crate::ids::{DbSnapshotIdentifier, SnapshotArn};
use crate::ports::{CopyDbSnapshot, DbSnapshot, DestinationSnapshots, Owned};

#[async_trait]
impl DestinationSnapshots for AwsDestination {
    async fn describe_shared_db_snapshot(&self, snapshot: &SnapshotArn) -> Result<Option<DbSnapshot>, StepError> {
        let call = Call::read("DescribeDBSnapshots", snapshot);
        let request = self.rds.describe_db_snapshots().db_snapshot_identifier(snapshot.to_string()).include_shared(true);
        // One endpoint speaks for one Region: the snapshot's, which need not be the copy's.
        let there = aws_sdk_rds::Config::builder().region(Region::new(snapshot.region().to_string()));
        let request = request.customize().config_override(there);
        match call.find("DBSnapshotNotFound", request.send()).await? {
            Some(answer) => Ok(Some(convert::db_snapshot(call.only(answer.db_snapshots, "DBSnapshot")?))),
            None => Ok(None),
        }
    }

    async fn describe_db_snapshot(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<DbSnapshot>, StepError> {
        shared::describe_db_snapshot(&self.rds, snapshot).await
    }

    async fn copy_db_snapshot(&self, request: &CopyDbSnapshot) -> Result<DbSnapshot, StepError> {
        shared::copy_db_snapshot(&self.rds, request).await
    }

    async fn delete_db_snapshot(&self, snapshot: &Owned<DbSnapshot>) -> Result<(), StepError> {
        shared::delete_db_snapshot(&self.rds, snapshot).await
    }
}
