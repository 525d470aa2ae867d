use std::time::Duration;

use super::TagList;
use crate::timing::transfer;
use crate::world::agenda::{Happening, Kind, Target};
use crate::world::check::{SHORT, instance_parameter_group, new_identifier, number, port, security_groups, subnet_group, tags};
use crate::world::events::Occurrence;
use crate::world::kms::Purpose;
use crate::world::lifecycle::check_window;
use crate::world::naming::default_port;
use crate::world::origin::Origin;
use crate::world::place::Place;
use crate::world::resource::{AUTHORITIES, Data, DbInstance, Work};
use crate::world::storage::iops;
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

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbInstance, ApiError> {
        let place = caller.place();
        let id = new_identifier("DBInstanceIdentifier", &self.identifier, SHORT)?;
        let mut tags = tags(&self.tags, world.at(&place).quotas.tags)?;
        let origin = self.origin(world, caller)?;
        let holdings = world.at(&place);
        if holdings.instances.contains_key(&id) {
            return Err(ApiError::refused("DBInstanceAlreadyExists", "DB instance already exists"));
        }
        if let Some(engine) = self.engine.as_ref().filter(|engine| **engine != origin.engine) {
            return Err(ApiError::invalid_combination(format!("The snapshot's engine is {}, not {engine}.", origin.engine)));
        }
        let class = self.orderable_class(world, caller, &origin)?;
        let group = subnet_group(holdings, self.subnet_group.as_deref())?.clone();
        let zones = group.zones();
        if zones.len() < 2 {
            return Err(ApiError::refused(
                "DBSubnetGroupDoesNotCoverEnoughAZs",
                "The subnet group must cover two Availability Zones.",
            ));
        }
        let security_groups = security_groups(holdings, &group.vpc, &self.security_groups)?;
        let parameter_group =
            instance_parameter_group(holdings, self.parameter_group.as_deref(), &origin.engine, &origin.engine_version)?;
        let zone = match &self.availability_zone {
            Some(_) if self.multi_az == Some(true) => {
                return Err(ApiError::invalid_combination("AvailabilityZone cannot be specified when MultiAZ is true."));
            }
            Some(zone) if !zones.contains(zone) => {
                return Err(ApiError::refused("InvalidVPCNetworkStateFault", format!("The subnet group does not cover {zone}.")));
            }
            Some(zone) => zone.clone(),
            None => zones.first().cloned().unwrap_or_default(),
        };
        let (allocated_storage, storage_type, iops) = self.storage(&origin)?;
        let retention = number("BackupRetentionPeriod", self.backup_retention_period, 0, 35)?;
        let port = port(self.port)?.unwrap_or_else(|| default_port(&origin.engine));
        let ca = self.ca.clone().unwrap_or_else(|| AUTHORITIES[0].to_owned());
        if !AUTHORITIES.contains(&ca.as_str()) {
            return Err(ApiError::not_found("CertificateNotFound", format!("Certificate not found: {ca}")));
        }
        // The instance stays under the snapshot's key: there is no parameter to change it.
        if let Some(arn) = &origin.kms_key {
            let key = world.find_key(caller, arn).filter(|key| world.rds_can_use(caller, key, Purpose::Read));
            key.ok_or_else(|| ApiError::key_not_accessible("specified KMS", arn))?;
        }
        world.room_for_instance(caller, allocated_storage)?;

        // Without tags of its own the instance gets those that the source had (RDS user guide, tagging).
        if tags.is_empty() {
            tags.clone_from(&origin.source_tags);
        }
        let internet_gateway = world.at(&place).internet_gateways.contains(&group.vpc);
        let now = world.now();
        let converted = storage_type != origin.storage_type;
        let ends = now + Self::restore_time(world, &place, &id, &origin, &storage_type);
        let resource_id = world.resource_id("db", &place, &id, now);
        let data = Data { volume: resource_id.clone(), used_gib: origin.data.used_gib, rewritten_gib_per_day: 0 };
        let instance = DbInstance {
            identifier: id.clone(),
            arn: place.arn("db", &id),
            resource_id,
            status: "creating".to_owned(),
            cluster: None,
            engine: origin.engine,
            engine_version: origin.engine_version,
            class,
            allocated_storage,
            storage_type,
            iops,
            kms_key: origin.kms_key,
            subnet_group: group.name,
            vpc: group.vpc,
            security_groups,
            parameter_group,
            ca,
            availability_zone: zone,
            multi_az: self.multi_az.unwrap_or(false),
            // Public by default wherever the VPC has an internet gateway.
            publicly_accessible: self.publicly_accessible.unwrap_or(internet_gateway),
            auto_minor_version_upgrade: self.auto_minor_version_upgrade.unwrap_or(true),
            deletion_protection: self.deletion_protection.unwrap_or(false),
            copy_tags_to_snapshot: self.copy_tags_to_snapshot.unwrap_or(false),
            backup_retention_period: retention.unwrap_or(origin.backup_retention_period),
            preferred_backup_window: check_window(self.preferred_backup_window.as_deref())?
                .unwrap_or_else(|| "03:00-03:30".to_owned()),
            engine_lifecycle_support: lifecycle_support(self.engine_lifecycle_support.as_deref())?,
            master_username: origin.master_username,
            endpoint: None,
            port,
            password_pending: false,
            password_set_at: None,
            created_at: None,
            percent_progress: None,
            tags,
            data,
            work: Some(Work { begins: now, ends }),
        };
        world.at_mut(&place).instances.insert(id.clone(), instance);
        let target = Target::new(&place, Kind::Instance, &id);
        world.agenda.at(ends, &target, Happening::Ready);
        if converted {
            // It is usable meanwhile (RDS user guide, restoring from a DB snapshot).
            let optimized = ends + world.timing.storage_optimization.sample(world.draw(&place, &id, "storage optimization"));
            world.agenda.at(ends, &target, Happening::StorageOptimizing);
            world.agenda.at(optimized, &target, Happening::StorageOptimized);
        }
        let own = self.snapshot.as_deref().and_then(|reference| world.own_snapshot(caller, reference).ok());
        if let Some(snapshot) = own.map(|it| Target::new(&place, Kind::Snapshot, &it.identifier)) {
            world.tell(now, &snapshot, &Occurrence::Restored);
        }
        world.instance(caller, &id).map(|instance| instance.shown(now))
    }
}

impl RestoreDbInstanceFromDbSnapshot {
    /// Exactly one of the two snapshot parameters names it.
    fn origin(&self, world: &World, caller: &Caller) -> Result<Origin, ApiError> {
        match (&self.cluster_snapshot, &self.snapshot) {
            (Some(reference), None) => world.origin_in_cluster_snapshot(caller, reference),
            (None, Some(reference)) => world.origin_in_snapshot(caller, reference),
            _ => Err(ApiError::invalid_combination(
                "Exactly one of DBSnapshotIdentifier and DBClusterSnapshotIdentifier must be specified.",
            )),
        }
    }

    /// The class must be on offer for the engine version. A cluster's snapshot has none to inherit.
    fn orderable_class(&self, world: &World, caller: &Caller, origin: &Origin) -> Result<String, ApiError> {
        let class = self.class.clone().or_else(|| origin.class.clone());
        let class = class.ok_or_else(|| ApiError::missing("DBInstanceClass"))?;
        let (engine, version) = (&origin.engine, &origin.engine_version);
        let rows = &world.at(&caller.place()).orderable;
        if rows.iter().any(|row| row.engine == *engine && row.engine_version == *version && row.class == class) {
            Ok(class)
        } else {
            Err(ApiError::invalid_combination(format!(
                "RDS does not support creating a DB instance with the following combination: DBInstanceClass={class}, \
                 Engine={engine}, EngineVersion={version}."
            )))
        }
    }

    /// What is not sent is inherited. Storage never shrinks, and grows by a tenth at least (RDS user guide, storage).
    fn storage(&self, origin: &Origin) -> Result<(u32, String, Option<u32>), ApiError> {
        let inherited = self.storage_type.is_none() && self.iops.is_none() && self.allocated_storage.is_none();
        if inherited {
            return Ok((origin.allocated_storage, origin.storage_type.clone(), origin.iops));
        }
        let storage_type = self.storage_type.clone().unwrap_or_else(|| origin.storage_type.clone());
        if !["gp2", "gp3", "io1", "io2", "standard"].contains(&storage_type.as_str()) {
            return Err(ApiError::invalid_value(format!("Invalid storage type: {storage_type}")));
        }
        let allocated = number("AllocatedStorage", self.allocated_storage, 1, 65_536)?.unwrap_or(origin.allocated_storage);
        let grown = allocated >= origin.allocated_storage + origin.allocated_storage / 10;
        if allocated != origin.allocated_storage && !grown {
            return Err(ApiError::invalid_combination(format!(
                "Invalid storage size for engine name {} and storage type {storage_type}: {allocated}",
                origin.engine
            )));
        }
        // Provisioned IOPS are inherited with the type that has them.
        let provisioned = ["io1", "io2"].contains(&storage_type.as_str()).then_some(origin.iops).flatten().map(i64::from);
        let iops = iops(&storage_type, allocated, self.iops.or(provisioned))?;
        Ok((allocated, storage_type, iops))
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

/// `EngineLifecycleSupport`: enrolled in paid extended support unless opted out (RDS API reference).
pub(super) fn lifecycle_support(value: Option<&str>) -> Result<String, ApiError> {
    match value.unwrap_or("open-source-rds-extended-support") {
        known @ ("open-source-rds-extended-support" | "open-source-rds-extended-support-disabled") => Ok(known.to_owned()),
        odd => Err(ApiError::invalid_value(format!("Invalid EngineLifecycleSupport: {odd}"))),
    }
}
