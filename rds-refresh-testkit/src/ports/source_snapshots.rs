use async_trait::async_trait;
use rds_refresh_core::StepError;
use rds_refresh_core::ids::{AccountId, DbSnapshotIdentifier};
use rds_refresh_core::ports::{CopyDbSnapshot, CreateDbSnapshot, DbSnapshot, Owned, SourceSnapshots};

use super::{Door, FakeSource, convert};
use crate::world::ops;

const ABSENT: &str = "DBSnapshotNotFound";

impl Door {
    pub(super) async fn own_snapshot(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<DbSnapshot>, StepError> {
        let request = ops::DescribeDbSnapshots { identifier: Some(snapshot.to_string()), ..Default::default() };
        Ok(self.find_one(&request, snapshot, ABSENT).await?.map(convert::db_snapshot))
    }

    pub(super) async fn copy_snapshot(&self, request: &CopyDbSnapshot) -> Result<DbSnapshot, StepError> {
        let call = ops::CopyDbSnapshot {
            source: request.source.to_string(),
            target: request.identifier.to_string(),
            kms_key: Some(request.kms_key.to_string()),
            copy_tags: Some(false),
            tags: convert::tag_list(&request.tags),
        };
        self.call(&call, &request.identifier).await.map(convert::db_snapshot)
    }

    pub(super) async fn delete_snapshot(&self, snapshot: &Owned<DbSnapshot>) -> Result<(), StepError> {
        let identifier = &snapshot.observed().identifier;
        self.call(&ops::DeleteDbSnapshot { identifier: identifier.clone() }, identifier).await.map(drop)
    }

    async fn change_restore(&self, snapshot: &Owned<DbSnapshot>, add: Vec<String>, remove: Vec<String>) -> Result<(), StepError> {
        let identifier = &snapshot.observed().identifier;
        let call =
            ops::ModifyDbSnapshotAttribute { identifier: identifier.clone(), attribute: "restore".to_owned(), add, remove };
        self.call(&call, identifier).await.map(drop)
    }
}

#[async_trait]
impl SourceSnapshots for FakeSource {
    async fn describe_db_snapshot(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<DbSnapshot>, StepError> {
        self.0.own_snapshot(snapshot).await
    }

    async fn create_db_snapshot(&self, request: &CreateDbSnapshot) -> Result<DbSnapshot, StepError> {
        let call = ops::CreateDbSnapshot {
            identifier: request.identifier.to_string(),
            instance: request.instance.to_string(),
            tags: convert::tag_list(&request.tags),
        };
        self.0.call(&call, &request.identifier).await.map(convert::db_snapshot)
    }

    async fn copy_db_snapshot(&self, request: &CopyDbSnapshot) -> Result<DbSnapshot, StepError> {
        self.0.copy_snapshot(request).await
    }

    async fn restore_attribute(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<Vec<String>>, StepError> {
        let request = ops::DescribeDbSnapshotAttributes { identifier: snapshot.to_string() };
        Ok(self.0.find(&request, snapshot, ABSENT).await?.map(|attributes| attributes.restore))
    }

    async fn share_db_snapshot(&self, snapshot: &Owned<DbSnapshot>, account: &AccountId) -> Result<(), StepError> {
        self.0.change_restore(snapshot, vec![account.to_string()], Vec::new()).await
    }

    async fn unshare_db_snapshot(&self, snapshot: &Owned<DbSnapshot>, account: &AccountId) -> Result<(), StepError> {
        self.0.change_restore(snapshot, Vec::new(), vec![account.to_string()]).await
    }

    async fn delete_db_snapshot(&self, snapshot: &Owned<DbSnapshot>) -> Result<(), StepError> {
        self.0.delete_snapshot(snapshot).await
    }
}
