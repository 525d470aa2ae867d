use rds_refresh_core::Secret;

use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::ModifyDbInstance;
use crate::world::resource::DbInstance;

use super::foreign::refuse_of_other_engines;
use super::{Query, render};

impl Query for ModifyDbInstance {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        refuse_of_other_engines(params)?;
        // The model knows no connections that a restart would interrupt.
        params.ignore(&["CertificateRotationRestart"]);
        Ok(Self {
            identifier: params.required("DBInstanceIdentifier")?,
            new_identifier: params.string("NewDBInstanceIdentifier"),
            parameter_group: params.string("DBParameterGroupName"),
            subnet_group: params.string("DBSubnetGroupName"),
            license_model: params.string("LicenseModel"),
            class: params.string("DBInstanceClass"),
            storage_throughput: params.number("StorageThroughput")?,
            max_allocated_storage: params.number("MaxAllocatedStorage")?,
            multi_az: params.flag("MultiAZ")?,
            port: params.number("DBPortNumber")?,
            publicly_accessible: params.flag("PubliclyAccessible")?,
            apply_immediately: params.flag("ApplyImmediately")?,
            master_user_password: params.string("MasterUserPassword").map(Secret::new),
            manage_master_user_password: params.flag("ManageMasterUserPassword")?,
            master_user_secret_key: params.string("MasterUserSecretKmsKeyId"),
            rotate_master_user_password: params.flag("RotateMasterUserPassword")?,
            master_user_authentication_type: params.string("MasterUserAuthenticationType"),
            deletion_protection: params.flag("DeletionProtection")?,
            security_groups: params.strings("VpcSecurityGroupIds")?,
            engine_version: params.string("EngineVersion"),
            allow_major_version_upgrade: params.flag("AllowMajorVersionUpgrade")?,
            auto_minor_version_upgrade: params.flag("AutoMinorVersionUpgrade")?,
            allocated_storage: params.number("AllocatedStorage")?,
            storage_type: params.string("StorageType"),
            iops: params.number("Iops")?,
            copy_tags_to_snapshot: params.flag("CopyTagsToSnapshot")?,
            iam_authentication: params.flag("EnableIAMDatabaseAuthentication")?,
            ca: params.string("CACertificateIdentifier"),
            backup_retention_period: params.number("BackupRetentionPeriod")?,
            preferred_backup_window: params.string("PreferredBackupWindow"),
            preferred_maintenance_window: params.string("PreferredMaintenanceWindow"),
            enable_log_exports: params.strings("CloudwatchLogsExportConfiguration.EnableLogTypes")?,
            disable_log_exports: params.strings("CloudwatchLogsExportConfiguration.DisableLogTypes")?,
            monitoring_interval: params.number("MonitoringInterval")?,
            monitoring_role_arn: params.string("MonitoringRoleArn"),
            performance_insights: params.flag("EnablePerformanceInsights")?,
            performance_insights_key: params.string("PerformanceInsightsKMSKeyId"),
            performance_insights_retention: params.number("PerformanceInsightsRetentionPeriod")?,
            database_insights_mode: params.string("DatabaseInsightsMode"),
        })
    }

    fn write(xml: &mut Xml, answer: &DbInstance) {
        xml.element("DBInstance", |xml| render::instance(xml, answer));
    }
}
