use rds_refresh_core::Secret;

use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::ModifyDbCluster;
use crate::world::resource::DbCluster;

use super::foreign::refuse_of_aurora;
use super::{Query, render};

impl Query for ModifyDbCluster {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        refuse_of_aurora(params)?;
        params.refuse(&["Port"], "of a Multi-AZ DB cluster cannot be changed.")?;
        Ok(Self {
            identifier: params.required("DBClusterIdentifier")?,
            new_identifier: params.string("NewDBClusterIdentifier"),
            parameter_group: params.string("DBClusterParameterGroupName"),
            class: params.string("DBClusterInstanceClass"),
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

    fn write(xml: &mut Xml, answer: &DbCluster) {
        xml.element("DBCluster", |xml| render::cluster(xml, answer));
    }
}
