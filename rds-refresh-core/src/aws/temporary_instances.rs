use async_trait::async_trait;

use super::call::Call;
use super::{AwsSource, convert};
use crate::StepError;
use crate::ids::DbIdentifier;
use crate::ports::{DbInstance, ModifyDbInstance, Owned, RestoreTemporaryInstance, TemporaryInstances};

#[async_trait]
impl TemporaryInstances for AwsSource {
    async fn describe_db_instance(&self, instance: &DbIdentifier) -> Result<Option<DbInstance>, StepError> {
        let call = Call::read("DescribeDBInstances", instance);
        let request = self.rds.describe_db_instances().db_instance_identifier(instance.as_str());
        match call.find("DBInstanceNotFound", request.send()).await? {
            Some(answer) => Ok(Some(convert::db_instance(call.only(answer.db_instances, "DBInstance")?))),
            None => Ok(None),
        }
    }

    async fn restore_temporary_instance(&self, request: &RestoreTemporaryInstance) -> Result<DbInstance, StepError> {
        let RestoreTemporaryInstance {
            identifier,
            snapshot,
            engine,
            class,
            subnet_group,
            security_groups,
            parameter_group,
            ca,
            tags,
        } = request;
        let call = Call::mutation("RestoreDBInstanceFromDBSnapshot", identifier);
        let request = self
            .rds
            .restore_db_instance_from_db_snapshot()
            .db_instance_identifier(identifier.as_str())
            .db_cluster_snapshot_identifier(snapshot)
            .engine(engine)
            .db_instance_class(class)
            .db_subnet_group_name(subnet_group)
            .set_vpc_security_group_ids(Some(security_groups.clone()))
            .set_db_parameter_group_name(parameter_group.clone())
            .set_ca_certificate_identifier(ca.clone())
            .set_tags(Some(convert::tag_list(tags)))
            .multi_az(false)
            .publicly_accessible(false)
            .auto_minor_version_upgrade(false)
            .deletion_protection(false)
            .copy_tags_to_snapshot(false)
            .backup_retention_period(0);
        let answer = call.send(request.send()).await?;
        call.part(answer.db_instance, "DBInstance").map(convert::db_instance)
    }

    async fn modify_db_instance(&self, instance: &Owned<DbInstance>, change: &ModifyDbInstance) -> Result<(), StepError> {
        let ModifyDbInstance { deletion_protection, master_user_password } = change;
        let identifier = &instance.observed().identifier;
        let call = Call::mutation("ModifyDBInstance", identifier);
        let request = self
            .rds
            .modify_db_instance()
            .db_instance_identifier(identifier)
            .set_deletion_protection(*deletion_protection)
            .apply_immediately(true);
        match master_user_password {
            Some(password) => call.send_in_secret(request.master_user_password(password.reveal()).send()).await?,
            None => call.send(request.send()).await?,
        };
        Ok(())
    }

    async fn delete_db_instance(&self, instance: &Owned<DbInstance>) -> Result<(), StepError> {
        let identifier = &instance.observed().identifier;
        let request = self
            .rds
            .delete_db_instance()
            .db_instance_identifier(identifier)
            .skip_final_snapshot(true)
            .delete_automated_backups(true);
        Call::mutation("DeleteDBInstance", identifier).send(request.send()).await?;
        Ok(())
    }
}
