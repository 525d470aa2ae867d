use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ApiError;
use crate::world::ops::RestoreDbInstanceFromDbSnapshot;
use crate::world::resource::DbInstance;

use super::foreign::refuse_of_other_engines;
use super::{Query, render};

impl Query for RestoreDbInstanceFromDbSnapshot {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        let engine = params.string("Engine");
        refuse_of_other_engines(params)?;
        params.only("BackupTarget", "region")?;
        params.only("DedicatedLogVolume", "false")?;
        // Only Oracle's restores take it (RDS API reference).
        params.only("ManageMasterUserPassword", "false")?;
        Ok(Self {
            identifier: params.required("DBInstanceIdentifier")?,
            cluster_snapshot: params.string("DBClusterSnapshotIdentifier"),
            snapshot: params.string("DBSnapshotIdentifier"),
            engine,
            license_model: params.string("LicenseModel"),
            storage_throughput: params.number("StorageThroughput")?,
            iam_authentication: params.flag("EnableIAMDatabaseAuthentication")?,
            log_exports: params.strings("EnableCloudwatchLogsExports")?,
            class: params.string("DBInstanceClass"),
            subnet_group: params.string("DBSubnetGroupName"),
            security_groups: params.strings("VpcSecurityGroupIds")?,
            parameter_group: params.string("DBParameterGroupName"),
            ca: params.string("CACertificateIdentifier"),
            availability_zone: params.string("AvailabilityZone"),
            multi_az: params.flag("MultiAZ")?,
            publicly_accessible: params.flag("PubliclyAccessible")?,
            auto_minor_version_upgrade: params.flag("AutoMinorVersionUpgrade")?,
            deletion_protection: params.flag("DeletionProtection")?,
            copy_tags_to_snapshot: params.flag("CopyTagsToSnapshot")?,
            backup_retention_period: params.number("BackupRetentionPeriod")?,
            preferred_backup_window: params.string("PreferredBackupWindow"),
            storage_type: params.string("StorageType"),
            iops: params.number("Iops")?,
            allocated_storage: params.number("AllocatedStorage")?,
            port: params.number("Port")?,
            engine_lifecycle_support: params.string("EngineLifecycleSupport"),
            tags: params.tags()?,
        })
    }

    fn write(xml: &mut Xml, answer: &DbInstance) {
        xml.element("DBInstance", |xml| render::instance(xml, answer));
    }
}
