use async_trait::async_trait;
use rds_refresh_core::StepError;
use rds_refresh_core::ids::DbIdentifier;
use rds_refresh_core::ports::{DbInstance, ModifyDbInstance, Owned, RestoreTemporaryInstance, TemporaryInstances};

use super::{FakeSource, convert};
use crate::world::ops;

#[async_trait]
impl TemporaryInstances for FakeSource {
    async fn describe_db_instance(&self, instance: &DbIdentifier) -> Result<Option<DbInstance>, StepError> {
        let request = ops::DescribeDbInstances { identifier: Some(instance.to_string()), ..Default::default() };
        let found = self.0.find_one(&request, instance, "DBInstanceNotFound").await?;
        Ok(found.map(convert::db_instance))
    }

    async fn restore_temporary_instance(&self, request: &RestoreTemporaryInstance) -> Result<DbInstance, StepError> {
        let call = ops::RestoreDbInstanceFromDbSnapshot {
            identifier: request.identifier.to_string(),
            cluster_snapshot: Some(request.snapshot.clone()),
            engine: Some(request.engine.clone()),
            class: Some(request.class.clone()),
            subnet_group: Some(request.subnet_group.clone()),
            security_groups: request.security_groups.clone(),
            parameter_group: request.parameter_group.clone(),
            ca: request.ca.clone(),
            multi_az: Some(false),
            publicly_accessible: Some(false),
            auto_minor_version_upgrade: Some(false),
            deletion_protection: Some(false),
            copy_tags_to_snapshot: Some(false),
            backup_retention_period: Some(0),
            tags: convert::tag_list(&request.tags),
            ..Default::default()
        };
        self.0.call(&call, &request.identifier).await.map(convert::db_instance)
    }

    async fn modify_db_instance(&self, instance: &Owned<DbInstance>, change: &ModifyDbInstance) -> Result<(), StepError> {
        let identifier = &instance.observed().identifier;
        let call = ops::ModifyDbInstance {
            identifier: identifier.clone(),
            master_user_password: change.master_user_password.clone(),
            deletion_protection: change.deletion_protection,
            apply_immediately: Some(true),
            ..Default::default()
        };
        self.0.call(&call, identifier).await.map(drop)
    }

    async fn delete_db_instance(&self, instance: &Owned<DbInstance>) -> Result<(), StepError> {
        let identifier = &instance.observed().identifier;
        let call = ops::DeleteDbInstance {
            identifier: identifier.clone(),
            skip_final_snapshot: Some(true),
            final_snapshot: None,
            delete_automated_backups: Some(true),
        };
        self.0.call(&call, identifier).await.map(drop)
    }
}
