use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::RestoreDbClusterFromSnapshot;
use crate::world::resource::DbCluster;

use super::foreign::refuse_of_aurora;
use super::{Query, render};

impl Query for RestoreDbClusterFromSnapshot {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        let request = Self {
            identifier: params.required("DBClusterIdentifier")?,
            snapshot: params.required("SnapshotIdentifier")?,
            engine: params.required("Engine")?,
            engine_version: params.string("EngineVersion"),
            class: params.string("DBClusterInstanceClass"),
            storage_type: params.string("StorageType"),
            iops: params.number("Iops")?,
            subnet_group: params.string("DBSubnetGroupName"),
            security_groups: params.strings("VpcSecurityGroupIds")?,
            parameter_group: params.string("DBClusterParameterGroupName"),
            kms_key: params.string("KmsKeyId"),
            port: params.number("Port")?,
            publicly_accessible: params.flag("PubliclyAccessible")?,
            deletion_protection: params.flag("DeletionProtection")?,
            copy_tags_to_snapshot: params.flag("CopyTagsToSnapshot")?,
            backup_retention_period: params.number("BackupRetentionPeriod")?,
            preferred_backup_window: params.string("PreferredBackupWindow"),
            iam_authentication: params.flag("EnableIAMDatabaseAuthentication")?,
            log_exports: params.strings("EnableCloudwatchLogsExports")?,
            engine_lifecycle_support: params.string("EngineLifecycleSupport"),
            monitoring_interval: params.number("MonitoringInterval")?,
            monitoring_role_arn: params.string("MonitoringRoleArn"),
            performance_insights: params.flag("EnablePerformanceInsights")?,
            performance_insights_key: params.string("PerformanceInsightsKMSKeyId"),
            performance_insights_retention: params.number("PerformanceInsightsRetentionPeriod")?,
            availability_zones: params.strings("AvailabilityZones")?,
            engine_mode: params.string("EngineMode"),
            option_group: params.string("OptionGroupName"),
            network_type: params.string("NetworkType"),
            tags: params.tags()?,
        };
        refuse_of_aurora(params)?;
        Ok(request)
    }

    fn write(xml: &mut Xml, answer: &DbCluster) {
        xml.element("DBCluster", |xml| render::cluster(xml, answer));
    }
}
