use async_trait::async_trait;

use super::call::Call;
use super::{AwsSource, convert, shared};
use crate::StepError;
use crate::ids::{AccountId, DbSnapshotIdentifier};
use crate::ports::{CopyDbSnapshot, CreateDbSnapshot, DbSnapshot, Owned, SourceSnapshots};

#[async_trait]
impl SourceSnapshots for AwsSource {
    async fn describe_db_snapshot(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<DbSnapshot>, StepError> {
        shared::describe_db_snapshot(&self.rds, snapshot).await
    }

    async fn create_db_snapshot(&self, request: &CreateDbSnapshot) -> Result<DbSnapshot, StepError> {
        let CreateDbSnapshot { identifier, instance, tags } = request;
        let call = Call::mutation("CreateDBSnapshot", identifier);
        let request = self
            .rds
            .create_db_snapshot()
            .db_snapshot_identifier(identifier.as_str())
            .db_instance_identifier(instance.as_str())
            .set_tags(Some(convert::tag_list(tags)));
        let answer = call.send(request.send()).await?;
        call.part(answer.db_snapshot, "DBSnapshot").map(convert::db_snapshot)
    }

    async fn copy_db_snapshot(&self, request: &CopyDbSnapshot) -> Result<DbSnapshot, StepError> {
        shared::copy_db_snapshot(&self.rds, request).await
    }

    async fn restore_attribute(&self, snapshot: &DbSnapshotIdentifier) -> Result<Option<Vec<String>>, StepError> {
        let call = Call::read("DescribeDBSnapshotAttributes", snapshot);
        let request = self.rds.describe_db_snapshot_attributes().db_snapshot_identifier(snapshot.as_str());
        match call.find("DBSnapshotNotFound", request.send()).await? {
            Some(answer) => {
                let attributes = call.part(answer.db_snapshot_attributes_result, "DBSnapshotAttributesResult")?;
                Ok(Some(convert::restore_attribute(attributes)))
            }
            None => Ok(None),
        }
    }

    async fn share_db_snapshot(&self, snapshot: &Owned<DbSnapshot>, account: &AccountId) -> Result<(), StepError> {
        let identifier = &snapshot.observed().identifier;
        let request = self
            .rds
            .modify_db_snapshot_attribute()
            .db_snapshot_identifier(identifier)
            .attribute_name("restore")
            .values_to_add(account.as_str());
        Call::mutation("ModifyDBSnapshotAttribute", identifier).send(request.send()).await?;
        Ok(())
    }

    async fn unshare_db_snapshot(&self, snapshot: &Owned<DbSnapshot>, account: &AccountId) -> Result<(), StepError> {
        let identifier = &snapshot.observed().identifier;
        let request = self
            .rds
            .modify_db_snapshot_attribute()
            .db_snapshot_identifier(identifier)
            .attribute_name("restore")
            .values_to_remove(account.as_str());
        Call::mutation("ModifyDBSnapshotAttribute", identifier).send(request.send()).await?;
        Ok(())
    }

    async fn delete_db_snapshot(&self, snapshot: &Owned<DbSnapshot>) -> Result<(), StepError> {
        shared::delete_db_snapshot(&self.rds, snapshot).await
    }
}
