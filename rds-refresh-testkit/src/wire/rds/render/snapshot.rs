use crate::wire::xml::Xml;
use crate::world::engine::license_of;
use crate::world::naming::default_option_group;
use crate::world::ops::SnapshotAttributes;
use crate::world::resource::DbSnapshot;

use super::tags;

/// The members of a `DBSnapshot`.
pub(in crate::wire::rds) fn snapshot(xml: &mut Xml, snapshot: &DbSnapshot) {
    xml.text("DBSnapshotIdentifier", &snapshot.identifier);
    xml.text("DBInstanceIdentifier", &snapshot.instance);
    xml.maybe("SnapshotCreateTime", snapshot.created_at);
    xml.text("Engine", &snapshot.engine);
    xml.text("AllocatedStorage", snapshot.allocated_storage);
    xml.text("Status", &snapshot.status);
    xml.text("Port", snapshot.port);
    xml.text("AvailabilityZone", &snapshot.availability_zone);
    xml.text("VpcId", &snapshot.vpc);
    xml.text("InstanceCreateTime", snapshot.instance_created_at);
    xml.text("MasterUsername", &snapshot.master_username);
    xml.text("EngineVersion", &snapshot.engine_version);
    xml.text("LicenseModel", license_of(&snapshot.engine));
    xml.text("SnapshotType", &snapshot.snapshot_type);
    xml.maybe("Iops", snapshot.iops);
    xml.text("OptionGroupName", default_option_group(&snapshot.engine, &snapshot.engine_version));
    xml.text("PercentProgress", snapshot.percent_progress);
    xml.maybe("SourceRegion", snapshot.source_region.as_ref());
    xml.maybe("SourceDBSnapshotIdentifier", snapshot.copied_from.as_ref());
    xml.text("StorageType", &snapshot.storage_type);
    xml.maybe("StorageThroughput", snapshot.storage_throughput);
    xml.text("Encrypted", snapshot.kms_key.is_some());
    xml.maybe("KmsKeyId", snapshot.kms_key.as_ref());
    xml.text("DBSnapshotArn", &snapshot.arn);
    xml.text("IAMDatabaseAuthenticationEnabled", snapshot.iam_authentication);
    xml.text("DbiResourceId", &snapshot.dbi_resource_id);
    tags(xml, &snapshot.tags);
    xml.maybe("OriginalSnapshotCreateTime", snapshot.original_created_at);
    xml.text("SnapshotTarget", "region");
    xml.text("BackupRetentionPeriod", snapshot.backup_retention_period);
    xml.texts("ProcessorFeatures", "ProcessorFeature", [""; 0]);
    xml.text("DedicatedLogVolume", false);
}

/// The attributes of a snapshot, in which RDS says "Result" twice. `kind` is `DBSnapshot` or `DBClusterSnapshot`.
pub(in crate::wire::rds) fn shared_with(xml: &mut Xml, kind: &str, attributes: &SnapshotAttributes) {
    xml.element(&format!("{kind}AttributesResult"), |xml| {
        xml.text(&format!("{kind}Identifier"), &attributes.identifier);
        xml.list(&format!("{kind}Attributes"), &format!("{kind}Attribute"), [&attributes.restore], |xml, accounts| {
            xml.text("AttributeName", "restore");
            xml.texts("AttributeValues", "AttributeValue", accounts);
        });
    });
}
