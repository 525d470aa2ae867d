use rds_refresh_core::Secret;

use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::CreateDbCluster;
use crate::world::resource::DbCluster;

use super::foreign::refuse_of_aurora;
use super::{Query, render};

impl Query for CreateDbCluster {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        refuse_of_aurora(params)?;
        Ok(Self {
            identifier: params.required("DBClusterIdentifier")?,
            engine: params.required("Engine")?,
            engine_version: params.string("EngineVersion"),
            class: params.string("DBClusterInstanceClass"),
            allocated_storage: params.number("AllocatedStorage")?,
            storage_type: params.string("StorageType"),
            iops: params.number("Iops")?,
            storage_encrypted: params.flag("StorageEncrypted")?,
            kms_key: params.string("KmsKeyId"),
            master_username: params.string("MasterUsername"),
            master_user_password: params.string("MasterUserPassword").map(Secret::new),
            manage_master_user_password: params.flag("ManageMasterUserPassword")?,
            master_user_secret_key: params.string("MasterUserSecretKmsKeyId"),
            master_user_authentication_type: params.string("MasterUserAuthenticationType"),
            database_name: params.string("DatabaseName"),
            subnet_group: params.string("DBSubnetGroupName"),
            security_groups: params.strings("VpcSecurityGroupIds")?,
            parameter_group: params.string("DBClusterParameterGroupName"),
            port: params.number("Port")?,
            publicly_accessible: params.flag("PubliclyAccessible")?,
            auto_minor_version_upgrade: params.flag("AutoMinorVersionUpgrade")?,
            deletion_protection: params.flag("DeletionProtection")?,
            copy_tags_to_snapshot: params.flag("CopyTagsToSnapshot")?,
            iam_authentication: params.flag("EnableIAMDatabaseAuthentication")?,
            backup_retention_period: params.number("BackupRetentionPeriod")?,
            preferred_backup_window: params.string("PreferredBackupWindow"),
            preferred_maintenance_window: params.string("PreferredMaintenanceWindow"),
            log_exports: params.strings("EnableCloudwatchLogsExports")?,
            ca: params.string("CACertificateIdentifier"),
            engine_lifecycle_support: params.string("EngineLifecycleSupport"),
            monitoring_interval: params.number("MonitoringInterval")?,
            monitoring_role_arn: params.string("MonitoringRoleArn"),
            performance_insights: params.flag("EnablePerformanceInsights")?,
            performance_insights_key: params.string("PerformanceInsightsKMSKeyId"),
            performance_insights_retention: params.number("PerformanceInsightsRetentionPeriod")?,
            database_insights_mode: params.string("DatabaseInsightsMode"),
            tags: params.tags()?,
        })
    }

    fn write(xml: &mut Xml, answer: &DbCluster) {
        xml.element("DBCluster", |xml| render::cluster(xml, answer));
    }
}
