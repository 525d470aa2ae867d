use super::Stage;
use crate::world::agenda::{Kind, Target};
use crate::world::naming::{default_port, family};
use crate::world::place::Place;
use crate::world::resource::{Data, DbCluster, Tags, Work};
use crate::world::window::MAINTENANCE;

/// A Multi-AZ DB cluster that is there when the play begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceCluster {
    /// `DBClusterIdentifier`.
    pub identifier: String,
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: String,
    /// `DBClusterInstanceClass`.
    pub class: String,
    /// `AllocatedStorage`, in GiB.
    pub allocated_gib: u32,
    /// How much of that is used, in GiB.
    pub used_gib: u32,
    /// How much of that is rewritten in a day, in GiB.
    pub rewritten_gib_per_day: u32,
    /// `StorageType`.
    pub storage_type: String,
    /// `Iops`.
    pub iops: Option<u32>,
    /// `KmsKeyId`, an ARN. Without one the cluster is not encrypted.
    pub kms_key: Option<String>,
    /// `DBSubnetGroup`; it must be on the stage.
    pub subnet_group: String,
    /// `VpcSecurityGroups`.
    pub security_groups: Vec<String>,
    /// `BackupRetentionPeriod`, in days.
    pub backup_retention_period: u32,
    /// `PreferredBackupWindow`.
    pub preferred_backup_window: String,
    /// `CopyTagsToSnapshot`.
    pub copy_tags_to_snapshot: bool,
    /// `DeletionProtection`.
    pub deletion_protection: bool,
    /// `TagList`.
    pub tags: Tags,
}

impl Default for SourceCluster {
    fn default() -> Self {
        let tags = [("environment", "production"), ("team", "orders"), ("cost-center", "4711"), ("backup", "daily")];
        Self {
            identifier: "orders-production".to_owned(),
            engine: "postgres".to_owned(),
            engine_version: "16.4".to_owned(),
            class: "db.r6gd.large".to_owned(),
            allocated_gib: 500,
            used_gib: 300,
            rewritten_gib_per_day: 30,
            storage_type: "io1".to_owned(),
            iops: Some(6000),
            kms_key: None,
            subnet_group: "private".to_owned(),
            security_groups: Vec::new(),
            backup_retention_period: 7,
            preferred_backup_window: "03:00-03:30".to_owned(),
            copy_tags_to_snapshot: true,
            deletion_protection: true,
            tags: tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        }
    }
}

impl Stage {
    /// A cluster that was made a month ago and has been backed up every day since. Answers its ARN.
    pub fn cluster(&mut self, place: &Place, cluster: &SourceCluster) -> String {
        let made = self.long_ago();
        self.default_parameter_groups(place, &family(&cluster.engine, &cluster.engine_version));
        let group = self.world.at(place).subnet_groups.get(&cluster.subnet_group);
        let group = group.map(|group| (group.vpc.clone(), group.zones()));
        let (vpc, zones) = group.unwrap_or_else(|| (self.vpc(place), Vec::new()));
        let id = &cluster.identifier;
        let resource_id = self.world.resource_id("cluster", place, id, made);
        let work = Work { begins: made, ends: made };
        let arn = place.arn("cluster", id);
        let data = Data {
            volume: resource_id.clone(),
            used_gib: cluster.used_gib,
            rewritten_gib_per_day: cluster.rewritten_gib_per_day,
        };
        let made = DbCluster {
            identifier: id.clone(),
            arn: arn.clone(),
            resource_id,
            status: "creating".to_owned(),
            engine: cluster.engine.clone(),
            engine_version: cluster.engine_version.clone(),
            class: cluster.class.clone(),
            allocated_storage: cluster.allocated_gib,
            storage_type: cluster.storage_type.clone(),
            iops: cluster.iops,
            kms_key: cluster.kms_key.clone(),
            subnet_group: cluster.subnet_group.clone(),
            vpc,
            availability_zones: zones.clone(),
            security_groups: cluster.security_groups.clone(),
            parameter_group: format!("default.{}", family(&cluster.engine, &cluster.engine_version)),
            deletion_protection: cluster.deletion_protection,
            copy_tags_to_snapshot: cluster.copy_tags_to_snapshot,
            backup_retention_period: cluster.backup_retention_period,
            preferred_backup_window: cluster.preferred_backup_window.clone(),
            preferred_maintenance_window: MAINTENANCE.to_owned(),
            auto_minor_version_upgrade: true,
            ca: "rds-ca-rsa2048-g1".to_owned(),
            engine_lifecycle_support: "open-source-rds-extended-support".to_owned(),
            master_username: "orders".to_owned(),
            port: default_port(&cluster.engine),
            tags: cluster.tags.clone(),
            data,
            work: Some(work),
            ..DbCluster::default()
        };
        self.world.at_mut(place).clusters.insert(id.clone(), made);
        // From here on its history happens as that of a cluster that was restored then.
        self.world.schedule_cluster(&Target::new(place, Kind::Cluster, id), work, &zones);
        self.world.settle();
        arn
    }
}
