use super::TagList;
use crate::timing::transfer;
use crate::world::check::{
    MULTI_AZ_CLUSTER, authority, cluster_parameter_group, free_cluster_name, new_identifier, number, port, required, tags,
};
use crate::world::engine::{cluster_class, engine, is_older, lifecycle_support, log_exports, version};
use crate::world::iam::Asks;
use crate::world::kms::Purpose;
use crate::world::monitoring::{MONITORING, MonitoringSettings};
use crate::world::naming::default_port;
use crate::world::network::Network;
use crate::world::origin::{CLUSTER_SNAPSHOT_STATE, Origin};
use crate::world::place::Holdings;
use crate::world::resource::{DbCluster, Monitoring};
use crate::world::storage::StorageSettings;
use crate::world::window::{backup_window, maintenance_window};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `RestoreDBClusterFromSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestoreDbClusterFromSnapshot {
    /// `DBClusterIdentifier`.
    pub identifier: String,
    /// `SnapshotIdentifier`.
    pub snapshot: String,
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: Option<String>,
    /// `DBClusterInstanceClass`.
    pub class: Option<String>,
    /// `StorageType`.
    pub storage_type: Option<String>,
    /// `Iops`.
    pub iops: Option<i64>,
    /// `DBSubnetGroupName`.
    pub subnet_group: Option<String>,
    /// `VpcSecurityGroupIds`.
    pub security_groups: Vec<String>,
    /// `DBClusterParameterGroupName`.
    pub parameter_group: Option<String>,
    /// `KmsKeyId`.
    pub kms_key: Option<String>,
    /// `Port`.
    pub port: Option<i64>,
    /// `PubliclyAccessible`.
    pub publicly_accessible: Option<bool>,
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `CopyTagsToSnapshot`.
    pub copy_tags_to_snapshot: Option<bool>,
    /// `BackupRetentionPeriod`.
    pub backup_retention_period: Option<i64>,
    /// `PreferredBackupWindow`.
    pub preferred_backup_window: Option<String>,
    /// `EnableIAMDatabaseAuthentication`.
    pub iam_authentication: Option<bool>,
    /// `EnableCloudwatchLogsExports`.
    pub log_exports: Vec<String>,
    /// `EngineLifecycleSupport`.
    pub engine_lifecycle_support: Option<String>,
    /// `MonitoringInterval`.
    pub monitoring_interval: Option<i64>,
    /// `MonitoringRoleArn`.
    pub monitoring_role_arn: Option<String>,
    /// `EnablePerformanceInsights`.
    pub performance_insights: Option<bool>,
    /// `PerformanceInsightsKMSKeyId`.
    pub performance_insights_key: Option<String>,
    /// `PerformanceInsightsRetentionPeriod`.
    pub performance_insights_retention: Option<i64>,
    /// `AvailabilityZones`.
    pub availability_zones: Vec<String>,
    /// `EngineMode`.
    pub engine_mode: Option<String>,
    /// `OptionGroupName`.
    pub option_group: Option<String>,
    /// `NetworkType`.
    pub network_type: Option<String>,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for RestoreDbClusterFromSnapshot {
    const OPERATION: Operation = Operation::RestoreDbClusterFromSnapshot;
    type Answer = DbCluster;

    fn resource(&self) -> &str {
        &self.identifier
    }

    /// RDS makes the members in the name of whoever restores the cluster (service authorization reference, dependent actions).
    fn asks(&self, world: &World, caller: &Caller) -> Asks {
        let kind = if self.snapshot.contains(":snapshot:") { "snapshot" } else { "cluster-snapshot" };
        let asks = Asks::of(caller, Self::OPERATION).making("cluster", &self.identifier, &self.tags).on(kind, &self.snapshot);
        let asks = asks.on("subgrp", self.subnet_group.as_deref().unwrap_or("default"));
        let asks = asks.given("rds:DatabaseClass", self.class.as_ref());
        let asks =
            asks.passing(self.monitoring_role_arn.as_deref(), MONITORING).with_members("rds:CreateDBInstance", &self.identifier);
        let version = self.origin(world, caller).and_then(|origin| self.version(world.at(&caller.place()), &origin)).ok();
        let version = version.as_deref().map(|version| (self.engine.as_str(), version));
        asks.in_groups("cluster-pg", self.parameter_group.as_deref(), version)
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbCluster, ApiError> {
        let place = caller.place();
        let id = new_identifier("DBClusterIdentifier", &self.identifier, MULTI_AZ_CLUSTER)?;
        let mut tags = tags(&self.tags, world.at(&place).quotas.tags)?;
        self.check_parameters()?;
        let origin = self.origin(world, caller)?;
        let holdings = world.at(&place);
        free_cluster_name(holdings, &id)?;
        let engine_version = self.version(holdings, &origin)?;
        let class = cluster_class(holdings, &self.engine, &engine_version, self.class.as_deref())?;
        let network = Network::of_cluster(holdings, self.subnet_group.as_deref(), &self.security_groups)?;
        let parameter_group = cluster_parameter_group(holdings, self.parameter_group.as_deref(), &self.engine, &engine_version)?;
        let storage_type = self.storage_type.as_deref();
        let storage = StorageSettings { storage_type, iops: self.iops, ..Default::default() }.of_restored_cluster(&origin)?;
        let retention = number("BackupRetentionPeriod", self.backup_retention_period, 1, 35)?;
        let kms_key = self.key(world, caller, &origin)?;
        if let Some(named) = &self.performance_insights_key {
            world.usable_key(caller, named, Purpose::Data, "specified KMS")?;
        }
        world.room_for_cluster(caller, storage.allocated)?;

        // Without tags of its own the cluster gets those that the source had (RDS user guide, tagging).
        if tags.is_empty() {
            tags.clone_from(&origin.source_tags);
        }
        let cluster = DbCluster {
            identifier: id.clone(),
            engine: self.engine.clone(),
            engine_version,
            class,
            allocated_storage: storage.allocated,
            storage_type: storage.storage_type,
            iops: storage.iops,
            kms_key,
            publicly_accessible: network.public(self.publicly_accessible)?,
            subnet_group: network.group.name,
            vpc: network.group.vpc,
            availability_zones: network.zones.into_iter().take(3).collect(),
            security_groups: network.security_groups,
            parameter_group,
            deletion_protection: self.deletion_protection.unwrap_or(false),
            auto_minor_version_upgrade: true,
            iam_authentication: self.iam_authentication.unwrap_or(false),
            ca: authority(None)?,
            copy_tags_to_snapshot: self.copy_tags_to_snapshot.unwrap_or(false),
            backup_retention_period: retention.unwrap_or(origin.backup_retention_period).max(1),
            preferred_backup_window: backup_window(self.preferred_backup_window.as_deref())?,
            preferred_maintenance_window: maintenance_window(None)?,
            log_exports: log_exports(&self.engine, &self.log_exports)?,
            engine_lifecycle_support: lifecycle_support(self.engine_lifecycle_support.as_deref())?,
            monitoring: self.monitoring().change(&Monitoring::default())?,
            master_username: origin.master_username,
            port: port(self.port)?.unwrap_or_else(|| default_port(&self.engine)),
            tags,
            ..DbCluster::default()
        };
        let fixed = world.timing.cluster_restore.sample(world.draw(&place, &id, "restore"));
        let seeding =
            world.timing.reader_seed_mib_per_second.map_or_else(Default::default, |rate| transfer(origin.data.used_mib(), rate));
        Ok(world.begin_cluster(&place, cluster, origin.data.used_gib, fixed + seeding))
    }
}

impl RestoreDbClusterFromSnapshot {
    /// What the request alone shows to be wrong.
    fn check_parameters(&self) -> Result<(), ApiError> {
        required("SnapshotIdentifier", &self.snapshot)?;
        engine(&self.engine)?;
        // Parameters that only Aurora knows (RDS API reference: "Valid for: Aurora DB clusters only").
        let aurora = [
            ("AvailabilityZones", !self.availability_zones.is_empty()),
            ("EngineMode", self.engine_mode.as_deref().is_some_and(|mode| mode != "provisioned")),
            ("OptionGroupName", self.option_group.is_some()),
            ("NetworkType", self.network_type.is_some()),
        ];
        match aurora.iter().find(|(_, sent)| *sent) {
            Some((name, _)) => Err(ApiError::invalid_combination(format!("{name} isn't supported for Multi-AZ DB clusters."))),
            None => Ok(()),
        }
    }

    /// A DB snapshot is named by ARN; a bare name is looked up among cluster snapshots only (RDS API reference,
    /// `SnapshotIdentifier`).
    fn origin(&self, world: &World, caller: &Caller) -> Result<Origin, ApiError> {
        let origin = if self.snapshot.contains(":snapshot:") {
            world.origin_in_snapshot(caller, &self.snapshot)?
        } else {
            world.origin_in_cluster_snapshot(caller, &self.snapshot, CLUSTER_SNAPSHOT_STATE)?
        };
        if origin.engine == self.engine {
            Ok(origin)
        } else {
            Err(ApiError::invalid_combination(format!("The snapshot's engine is {}, not {}.", origin.engine, self.engine)))
        }
    }

    /// The version asked for, or the Region's default for the engine, which may be newer than the snapshot's: RDS then upgrades
    /// without a word. An older one is refused (RDS API reference, `EngineVersion`).
    fn version(&self, holdings: &Holdings, origin: &Origin) -> Result<String, ApiError> {
        let version = version(holdings, &self.engine, self.engine_version.as_deref(), Some(&origin.engine_version))?;
        if is_older(&version, &origin.engine_version) {
            return Err(ApiError::invalid_combination(format!(
                "Cannot restore a snapshot of version {} to the older version {version}.",
                origin.engine_version
            )));
        }
        Ok(version)
    }

    /// The key asked for, or the snapshot's (RDS API reference, `KmsKeyId`).
    fn key(&self, world: &World, caller: &Caller, origin: &Origin) -> Result<Option<String>, ApiError> {
        if let Some(arn) = &origin.kms_key {
            world.usable_key(caller, arn, Purpose::Store, "source snapshot KMS")?;
        }
        let named = self.kms_key.as_ref().or(origin.kms_key.as_ref());
        named.map(|named| world.usable_key(caller, named, Purpose::Store, "specified KMS")).transpose()
    }

    fn monitoring(&self) -> MonitoringSettings<'_> {
        MonitoringSettings {
            interval: self.monitoring_interval,
            role_arn: self.monitoring_role_arn.as_deref(),
            performance_insights: self.performance_insights,
            performance_insights_key: self.performance_insights_key.as_deref(),
            performance_insights_retention: self.performance_insights_retention,
            database_insights_mode: None,
        }
    }
}
