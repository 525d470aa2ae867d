use crate::wire::xml::Xml;
use crate::world::engine::license_of;
use crate::world::resource::DbClusterSnapshot;

use super::tags;

/// The members of a `DBClusterSnapshot`. Encryption is `StorageEncrypted` here and `Encrypted` on a DB snapshot.
pub(in crate::wire::rds) fn cluster_snapshot(xml: &mut Xml, snapshot: &DbClusterSnapshot) {
    xml.texts("AvailabilityZones", "AvailabilityZone", &snapshot.availability_zones);
    xml.text("DBClusterSnapshotIdentifier", &snapshot.identifier);
    xml.text("DBClusterIdentifier", &snapshot.cluster);
    xml.maybe("SnapshotCreateTime", snapshot.created_at);
    xml.text("Engine", &snapshot.engine);
    xml.text("EngineMode", "provisioned");
    xml.text("AllocatedStorage", snapshot.allocated_storage);
    xml.text("Status", &snapshot.status);
    xml.text("Port", snapshot.port);
    xml.text("VpcId", &snapshot.vpc);
    xml.text("ClusterCreateTime", snapshot.cluster_created_at);
    xml.text("MasterUsername", &snapshot.master_username);
    xml.text("EngineVersion", &snapshot.engine_version);
    xml.text("LicenseModel", license_of(&snapshot.engine));
    xml.text("SnapshotType", &snapshot.snapshot_type);
    xml.text("PercentProgress", snapshot.percent_progress);
    xml.text("StorageEncrypted", snapshot.kms_key.is_some());
    xml.maybe("KmsKeyId", snapshot.kms_key.as_ref());
    xml.text("DBClusterSnapshotArn", &snapshot.arn);
    xml.text("IAMDatabaseAuthenticationEnabled", snapshot.iam_authentication);
    tags(xml, &snapshot.tags);
    xml.text("BackupRetentionPeriod", snapshot.backup_retention_period);
    xml.text("StorageType", &snapshot.storage_type);
    xml.maybe("StorageThroughput", snapshot.storage_throughput);
    xml.text("DbClusterResourceId", &snapshot.cluster_resource_id);
}
