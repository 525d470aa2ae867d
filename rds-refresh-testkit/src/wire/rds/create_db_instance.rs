use rds_refresh_core::Secret;

use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::CreateDbInstance;
use crate::world::resource::DbInstance;

use super::foreign::refuse_of_other_engines;
use super::{Query, render};

impl Query for CreateDbInstance {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        let engine = params.required("Engine")?;
        refuse_of_other_engines(params)?;
        params.only("BackupTarget", "region")?;
        params.refuse(
            &["DBClusterIdentifier"],
            "names an Aurora cluster; the members of a Multi-AZ DB cluster are created with it.",
        )?;
        Ok(Self {
            identifier: params.required("DBInstanceIdentifier")?,
            engine,
            engine_version: params.string("EngineVersion"),
            license_model: params.string("LicenseModel"),
            class: params.required("DBInstanceClass")?,
            allocated_storage: params.number("AllocatedStorage")?,
            storage_type: params.string("StorageType"),
            iops: params.number("Iops")?,
            storage_throughput: params.number("StorageThroughput")?,
            max_allocated_storage: params.number("MaxAllocatedStorage")?,
            storage_encrypted: params.flag("StorageEncrypted")?,
            kms_key: params.string("KmsKeyId"),
            master_username: params.string("MasterUsername"),
            master_user_password: params.string("MasterUserPassword").map(Secret::new),
            manage_master_user_password: params.flag("ManageMasterUserPassword")?,
            master_user_secret_key: params.string("MasterUserSecretKmsKeyId"),
            master_user_authentication_type: params.string("MasterUserAuthenticationType"),
            database_name: params.string("DBName"),
            subnet_group: params.string("DBSubnetGroupName"),
            security_groups: params.strings("VpcSecurityGroupIds")?,
            availability_zone: params.string("AvailabilityZone"),
            multi_az: params.flag("MultiAZ")?,
            parameter_group: params.string("DBParameterGroupName"),
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

    fn write(xml: &mut Xml, answer: &DbInstance) {
        xml.element("DBInstance", |xml| render::instance(xml, answer));
    }
}
