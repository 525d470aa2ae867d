use async_trait::async_trait;

use super::{DbInstance, Owned, Tags};
use crate::StepError;
use crate::ids::DbIdentifier;
use crate::secret::Secret;

/// Restores, reads, modifies and deletes the temporary instance, and no other.
#[async_trait]
pub trait TemporaryInstances: Send + Sync {
    /// `DescribeDBInstances` for one instance.
    async fn describe_db_instance(&self, instance: &DbIdentifier) -> Result<Option<DbInstance>, StepError>;

    /// `RestoreDBInstanceFromDBSnapshot` with `DBClusterSnapshotIdentifier`.
    async fn restore_temporary_instance(&self, request: &RestoreTemporaryInstance) -> Result<DbInstance, StepError>;

    /// `ModifyDBInstance`, with `ApplyImmediately`.
    async fn modify_db_instance(&self, instance: &Owned<DbInstance>, change: &ModifyDbInstance) -> Result<(), StepError>;

    /// `DeleteDBInstance`, with `SkipFinalSnapshot` and `DeleteAutomatedBackups`.
    async fn delete_db_instance(&self, instance: &Owned<DbInstance>) -> Result<(), StepError>;
}

/// The parameters of `RestoreDBInstanceFromDBSnapshot` that differ from run to run.
///
/// The others are the same always and every implementation sends them, because RDS's defaults are dangerous or slow:
/// `MultiAZ`, `PubliclyAccessible`, `AutoMinorVersionUpgrade` and `DeletionProtection` are false, `BackupRetentionPeriod` is 0 (or
/// RDS makes a baseline backup first, which takes hours), `CopyTagsToSnapshot` is false. Storage type, IOPS and size are not sent:
/// they are inherited, because changing them makes the restore slower.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreTemporaryInstance {
    /// `DBInstanceIdentifier`.
    pub identifier: DbIdentifier,
    /// `DBClusterSnapshotIdentifier`: manual, or automated with its `rds:` name.
    pub snapshot: String,
    /// `Engine`: the snapshot's.
    pub engine: String,
    /// `DBInstanceClass`.
    pub class: String,
    /// `DBSubnetGroupName`.
    pub subnet_group: String,
    /// `VpcSecurityGroupIds`.
    pub security_groups: Vec<String>,
    /// `DBParameterGroupName`; RDS takes the engine's default otherwise.
    pub parameter_group: Option<String>,
    /// `CACertificateIdentifier`; RDS takes the Region's default otherwise.
    pub ca: Option<String>,
    /// Its tags. Never empty: without any, RDS would give it production's.
    pub tags: Tags,
}

/// What `ModifyDBInstance` is asked to change. Fields left at their default are not sent.
#[derive(Clone, Debug, Default)]
pub struct ModifyDbInstance {
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `MasterUserPassword`, for a masking step that must log in.
    pub master_user_password: Option<Secret<String>>,
}
