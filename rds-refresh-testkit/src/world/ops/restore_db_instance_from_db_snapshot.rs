use std::time::Duration;

use super::TagList;
use crate::timing::transfer;
use crate::world::agenda::{Happening, Kind, Target};
use crate::world::check::{SHORT, authority, free_instance_name, instance_parameter_group, new_identifier, number, port, tags};
use crate::world::engine::{instance_class, license_model, lifecycle_support, log_exports};
use crate::world::events::Occurrence;
use crate::world::iam::Asks;
use crate::world::kms::Purpose;
use crate::world::naming::default_port;
use crate::world::network::Network;
use crate::world::origin::{INSTANCE_SNAPSHOT_STATE, Origin};
use crate::world::place::Place;
use crate::world::resource::DbInstance;
use crate::world::storage::StorageSettings;
use crate::world::window::{backup_window, maintenance_window};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `RestoreDBInstanceFromDBSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestoreDbInstanceFromDbSnapshot {
    /// `DBInstanceIdentifier`.
    pub identifier: String,
    /// `DBClusterSnapshotIdentifier`.
    pub cluster_snapshot: Option<String>,
    /// `DBSnapshotIdentifier`.
    pub snapshot: Option<String>,
    /// `Engine`.
    pub engine: Option<String>,
    /// `DBInstanceClass`.
    pub class: Option<String>,
    /// `DBSubnetGroupName`.
    pub subnet_group: Option<String>,
    /// `VpcSecurityGroupIds`.
    pub security_groups: Vec<String>,
    /// `DBParameterGroupName`.
    pub parameter_group: Option<String>,
    /// `CACertificateIdentifier`.
    pub ca: Option<String>,
    /// `AvailabilityZone`.
    pub availability_zone: Option<String>,
    /// `MultiAZ`.
    pub multi_az: Option<bool>,
    /// `PubliclyAccessible`.
    pub publicly_accessible: Option<bool>,
    /// `AutoMinorVersionUpgrade`.
    pub auto_minor_version_upgrade: Option<bool>,
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `CopyTagsToSnapshot`.
    pub copy_tags_to_snapshot: Option<bool>,
    /// `BackupRetentionPeriod`.
    pub backup_retention_period: Option<i64>,
    /// `PreferredBackupWindow`.
    pub preferred_backup_window: Option<String>,
    /// `StorageType`.
    pub storage_type: Option<String>,
    /// `LicenseModel`.
    pub license_model: Option<String>,
    /// `StorageThroughput`.
    pub storage_throughput: Option<i64>,
    /// `EnableIAMDatabaseAuthentication`.
    pub iam_authentication: Option<bool>,
    /// `EnableCloudwatchLogsExports`.
    pub log_exports: Vec<String>,
    /// `Iops`.
    pub iops: Option<i64>,
    /// `AllocatedStorage`.
    pub allocated_storage: Option<i64>,
    /// `Port`.
    pub port: Option<i64>,
    /// `EngineLifecycleSupport`.
    pub engine_lifecycle_support: Option<String>,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for RestoreDbInstanceFromDbSnapshot {
    const OPERATION: Operation = Operation::RestoreDbInstanceFromDbSnapshot;
    type Answer = DbInstance;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, world: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).making("db", &self.identifier, &self.tags);
        let asks = asks.on_each("snapshot", &self.snapshot).on_each("cluster-snapshot", &self.cluster_snapshot);
        let asks = asks.on("subgrp", self.subnet_group.as_deref().unwrap_or("default"));
        let asks = asks.given("rds:PubliclyAccessible", self.publicly_accessible);
        let origin = self.origin(world, caller).ok();
        let version = origin.as_ref().map(|origin| (origin.engine.as_str(), origin.engine_version.as_str()));
        asks.in_groups("pg", self.parameter_group.as_deref(), version)
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbInstance, ApiError> {
        let place = caller.place();
        let id = new_identifier("DBInstanceIdentifier", &self.identifier, SHORT)?;
        let mut tags = tags(&self.tags, world.at(&place).quotas.tags)?;
        let origin = self.origin(world, caller)?;
        let holdings = world.at(&place);
        free_instance_name(holdings, &id)?;
        if let Some(engine) = self.engine.as_ref().filter(|engine| **engine != origin.engine) {
            return Err(ApiError::invalid_combination(format!("The snapshot's engine is {}, not {engine}.", origin.engine)));
        }
        license_model(&origin.engine, self.license_model.as_deref())?;
        // A cluster's snapshot has no class to inherit.
        let class = self.class.as_ref().or(origin.class.as_ref()).ok_or_else(|| ApiError::missing("DBInstanceClass"))?;
        let class = instance_class(holdings, &origin.engine, &origin.engine_version, class)?;
        let network = Network::of_instance(holdings, self.subnet_group.as_deref(), &self.security_groups)?;
        let parameter_group =
            instance_parameter_group(holdings, self.parameter_group.as_deref(), &origin.engine, &origin.engine_version)?;
        let multi_az = self.multi_az.unwrap_or(false);
        let (zone, standby) = network.placement(self.availability_zone.as_deref(), multi_az)?;
        let storage_type = self.storage_type.as_deref();
        let storage = StorageSettings {
            allocated: self.allocated_storage,
            storage_type,
            iops: self.iops,
            throughput: self.storage_throughput,
        };
        let storage = storage.of_restored_instance(&origin)?;
        let retention = number("BackupRetentionPeriod", self.backup_retention_period, 0, 35)?;
        let ca = authority(self.ca.as_deref())?;
        // The instance stays under the snapshot's key: there is no parameter to change it.
        if let Some(arn) = &origin.kms_key {
            world.usable_key(caller, arn, Purpose::Store, "specified KMS")?;
        }
        let log_exports = log_exports(&origin.engine, &self.log_exports)?;
        world.room_for_instance(caller, storage.allocated)?;

        // Without tags of its own the instance gets those that the source had (RDS user guide, tagging).
        if tags.is_empty() {
            tags.clone_from(&origin.source_tags);
        }
        let lasting = Self::restore_time(world, &place, &id, &origin, &storage.storage_type);
        let converted = storage.storage_type != origin.storage_type;
        let used_gib = origin.data.used_gib;
        let instance = DbInstance {
            identifier: id,
            port: port(self.port)?.unwrap_or_else(|| default_port(&origin.engine)),
            engine: origin.engine,
            engine_version: origin.engine_version,
            class,
            allocated_storage: storage.allocated,
            storage_type: storage.storage_type,
            iops: storage.iops,
            storage_throughput: storage.throughput,
            kms_key: origin.kms_key,
            publicly_accessible: network.public(self.publicly_accessible)?,
            subnet_group: network.group.name,
            vpc: network.group.vpc,
            security_groups: network.security_groups,
            parameter_group,
            ca,
            availability_zone: zone,
            secondary_availability_zone: standby,
            multi_az,
            iam_authentication: self.iam_authentication.unwrap_or(false),
            log_exports,
            auto_minor_version_upgrade: self.auto_minor_version_upgrade.unwrap_or(true),
            deletion_protection: self.deletion_protection.unwrap_or(false),
            copy_tags_to_snapshot: self.copy_tags_to_snapshot.unwrap_or(false),
            backup_retention_period: retention.unwrap_or(origin.backup_retention_period),
            preferred_backup_window: backup_window(self.preferred_backup_window.as_deref())?,
            preferred_maintenance_window: maintenance_window(None)?,
            engine_lifecycle_support: lifecycle_support(self.engine_lifecycle_support.as_deref())?,
            master_username: origin.master_username,
            tags,
            ..DbInstance::default()
        };
        let target = Target::new(&place, Kind::Instance, &instance.identifier);
        let restored = world.begin_instance(&place, instance, used_gib, lasting);
        if converted {
            // It is usable meanwhile (RDS user guide, restoring from a DB snapshot).
            let begins = world.now() + lasting;
            let ends = begins + world.timing.storage_optimization.sample(world.draw(&place, &target.id, "storage optimization"));
            world.agenda.at(begins, &target, Happening::StorageOptimizing);
            world.agenda.at(ends, &target, Happening::StorageOptimized);
        }
        let own = self.snapshot.as_deref().and_then(|reference| world.own_snapshot(caller, reference).ok());
        if let Some(snapshot) = own.map(|it| Target::new(&place, Kind::Snapshot, &it.identifier)) {
            world.tell(world.now(), &snapshot, &Occurrence::Restored);
        }
        Ok(restored)
    }
}

impl RestoreDbInstanceFromDbSnapshot {
    /// Exactly one of the two snapshot parameters names it.
    fn origin(&self, world: &World, caller: &Caller) -> Result<Origin, ApiError> {
        match (&self.cluster_snapshot, &self.snapshot) {
            (Some(reference), None) => world.origin_in_cluster_snapshot(caller, reference, INSTANCE_SNAPSHOT_STATE),
            (None, Some(reference)) => world.origin_in_snapshot(caller, reference),
            _ => Err(ApiError::invalid_combination(
                "Exactly one of DBSnapshotIdentifier and DBClusterSnapshotIdentifier must be specified.",
            )),
        }
    }

    /// The fixed part, crash recovery, and the conversion to another storage type; data itself is loaded lazily.
    fn restore_time(world: &World, place: &Place, id: &str, origin: &Origin, storage_type: &str) -> Duration {
        let timing = &world.timing;
        let fixed = timing.instance_restore.sample(world.draw(place, id, "restore"));
        let recovery = timing.crash_recovery.sample(world.draw(place, id, "crash recovery"));
        let converted = if storage_type == origin.storage_type { 0 } else { origin.data.used_mib() };
        fixed + recovery + transfer(converted, timing.storage_conversion_mib_per_second)
    }
}
