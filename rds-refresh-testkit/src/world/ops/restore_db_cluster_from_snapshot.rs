use super::TagList;
use super::restore_db_instance_from_db_snapshot::lifecycle_support;
use crate::timing::transfer;
use crate::world::agenda::{Kind, Target};
use crate::world::check::{
    MULTI_AZ_CLUSTER, cluster_parameter_group, new_identifier, number, port, required, security_groups, subnet_group, tags,
};
use crate::world::kms::Purpose;
use crate::world::lifecycle::check_window;
use crate::world::naming::{default_port, major};
use crate::world::origin::Origin;
use crate::world::resource::{Data, DbCluster, Monitoring, Work, numbers};
use crate::world::storage::iops;
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

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbCluster, ApiError> {
        let place = caller.place();
        let id = new_identifier("DBClusterIdentifier", &self.identifier, MULTI_AZ_CLUSTER)?;
        let mut tags = tags(&self.tags, world.at(&place).quotas.tags)?;
        self.check_parameters()?;
        let origin = self.origin(world, caller)?;
        let holdings = world.at(&place);
        if holdings.clusters.contains_key(&id) {
            return Err(ApiError::refused("DBClusterAlreadyExistsFault", "DB Cluster already exists"));
        }
        let engine_version = self.version(world, caller, &origin)?;
        let class = self.orderable_class(world, caller, &engine_version)?;
        let group = subnet_group(holdings, self.subnet_group.as_deref())?.clone();
        let zones = group.zones();
        // The API reference speaks of two; a Multi-AZ DB cluster needs three (RDS user guide, creating a Multi-AZ DB cluster).
        if zones.len() < 3 {
            return Err(ApiError::refused(
                "DBSubnetGroupDoesNotCoverEnoughAZs",
                "The subnet group must cover three Availability Zones.",
            ));
        }
        let security_groups = security_groups(holdings, &group.vpc, &self.security_groups)?;
        let parameter_group = cluster_parameter_group(holdings, self.parameter_group.as_deref(), &self.engine, &engine_version)?;
        let storage_type = self.storage_type.clone().unwrap_or_else(|| "io1".to_owned());
        if !["gp3", "io1", "io2"].contains(&storage_type.as_str()) {
            return Err(ApiError::refused(
                "StorageTypeNotSupported",
                format!("{storage_type} is not supported for DB clusters."),
            ));
        }
        let iops = iops(&storage_type, origin.allocated_storage, self.iops)?;
        let retention = number("BackupRetentionPeriod", self.backup_retention_period, 1, 35)?;
        let kms_key = self.key(world, caller, &origin)?;
        world.room_for_cluster(caller, origin.allocated_storage)?;

        // Without tags of its own the cluster gets those that the source had (RDS user guide, tagging).
        if tags.is_empty() {
            tags.clone_from(&origin.source_tags);
        }
        let internet_gateway = world.at(&place).internet_gateways.contains(&group.vpc);
        let now = world.now();
        let resource_id = world.resource_id("cluster", &place, &id, now);
        let data = Data { volume: resource_id.clone(), used_gib: origin.data.used_gib, rewritten_gib_per_day: 0 };
        let fixed = world.timing.cluster_restore.sample(world.draw(&place, &id, "restore"));
        let seeding =
            world.timing.reader_seed_mib_per_second.map_or_else(Default::default, |rate| transfer(data.used_mib(), rate));
        let work = Work { begins: now, ends: now + fixed + seeding };
        let cluster = DbCluster {
            identifier: id.clone(),
            arn: place.arn("cluster", &id),
            resource_id,
            status: "creating".to_owned(),
            engine: self.engine.clone(),
            engine_version,
            class,
            allocated_storage: origin.allocated_storage,
            storage_type,
            iops,
            kms_key,
            subnet_group: group.name,
            vpc: group.vpc,
            availability_zones: zones.iter().take(3).cloned().collect(),
            security_groups,
            parameter_group,
            members: Vec::new(),
            // Public by default wherever the VPC has an internet gateway.
            publicly_accessible: self.publicly_accessible.unwrap_or(internet_gateway),
            deletion_protection: self.deletion_protection.unwrap_or(false),
            copy_tags_to_snapshot: self.copy_tags_to_snapshot.unwrap_or(false),
            backup_retention_period: retention.unwrap_or(origin.backup_retention_period).max(1),
            preferred_backup_window: check_window(self.preferred_backup_window.as_deref())?
                .unwrap_or_else(|| "03:00-03:30".to_owned()),
            log_exports: self.log_exports.clone(),
            engine_lifecycle_support: lifecycle_support(self.engine_lifecycle_support.as_deref())?,
            monitoring: self.monitoring()?,
            master_username: origin.master_username,
            endpoint: None,
            reader_endpoint: None,
            port: port(self.port)?.unwrap_or_else(|| default_port(&self.engine)),
            password_pending: false,
            password_set_at: None,
            created_at: None,
            percent_progress: None,
            tags,
            data,
            work: Some(work),
        };
        world.at_mut(&place).clusters.insert(id.clone(), cluster);
        world.schedule_cluster(&Target::new(&place, Kind::Cluster, &id), work, &zones);
        world.cluster(caller, &id).map(|cluster| cluster.shown(now))
    }
}

impl RestoreDbClusterFromSnapshot {
    /// What the request alone shows to be wrong.
    fn check_parameters(&self) -> Result<(), ApiError> {
        required("SnapshotIdentifier", &self.snapshot)?;
        match required("Engine", &self.engine)? {
            "mysql" | "postgres" => {}
            odd => return Err(ApiError::invalid_value(format!("Invalid DB engine: {odd}"))),
        }
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
            world.origin_in_cluster_snapshot(caller, &self.snapshot)?
        };
        if origin.engine == self.engine {
            Ok(origin)
        } else {
            Err(ApiError::invalid_combination(format!("The snapshot's engine is {}, not {}.", origin.engine, self.engine)))
        }
    }

    /// The version asked for, or the Region's default for the engine, which may be newer than the snapshot's: RDS then upgrades
    /// without a word. An older one is refused (RDS API reference, `EngineVersion`).
    fn version(&self, world: &World, caller: &Caller, origin: &Origin) -> Result<String, ApiError> {
        let default = world.at(&caller.place()).default_versions.get(&self.engine);
        let version = self.engine_version.as_ref().or(default).unwrap_or(&origin.engine_version);
        let offered =
            world.at(&caller.place()).orderable.iter().any(|row| row.engine == self.engine && row.engine_version == *version);
        if !offered {
            return Err(ApiError::invalid_combination(format!("Cannot find version {version} for {}", self.engine)));
        }
        if numbers(version) < numbers(&origin.engine_version) {
            return Err(ApiError::invalid_combination(format!(
                "Cannot restore a snapshot of version {} to the older version {version}.",
                origin.engine_version
            )));
        }
        Ok(version.clone())
    }

    /// Its class is what makes it a Multi-AZ DB cluster; it must be on offer for clusters of that version.
    fn orderable_class(&self, world: &World, caller: &Caller, version: &str) -> Result<String, ApiError> {
        let Some(class) = &self.class else {
            return Err(ApiError::invalid_combination("DBClusterInstanceClass must be specified for a Multi-AZ DB cluster."));
        };
        let offered = world.at(&caller.place()).orderable.iter().any(|row| {
            row.engine == self.engine && row.engine_version == version && row.class == *class && row.supports_clusters
        });
        if offered {
            Ok(class.clone())
        } else {
            Err(ApiError::invalid_combination(format!(
                "RDS does not support creating a DB cluster with the following combination: DBClusterInstanceClass={class}, \
                 Engine={} {}, EngineVersion={version}.",
                self.engine,
                major(&self.engine, version)
            )))
        }
    }

    /// The key asked for, or the snapshot's (RDS API reference, `KmsKeyId`).
    fn key(&self, world: &World, caller: &Caller, origin: &Origin) -> Result<Option<String>, ApiError> {
        if let Some(arn) = &origin.kms_key {
            let key = world.find_key(caller, arn).filter(|key| world.rds_can_use(caller, key, Purpose::Read));
            key.ok_or_else(|| ApiError::key_not_accessible("source snapshot KMS", arn))?;
        }
        let Some(named) = self.kms_key.as_ref().or(origin.kms_key.as_ref()) else { return Ok(None) };
        let key = world.find_key(caller, named).filter(|key| world.rds_can_use(caller, key, Purpose::Write));
        key.map(|key| Some(key.arn.clone())).ok_or_else(|| ApiError::key_not_accessible("specified KMS", named))
    }

    /// Enhanced Monitoring needs a role, and Performance Insights keeps data for certain periods only (RDS API reference).
    fn monitoring(&self) -> Result<Monitoring, ApiError> {
        let interval = match self.monitoring_interval.unwrap_or(0) {
            known @ (0 | 1 | 5 | 10 | 15 | 30 | 60) => u32::try_from(known).unwrap_or(0),
            odd => return Err(ApiError::invalid_value(format!("Invalid value {odd} for MonitoringInterval."))),
        };
        if (interval == 0) != self.monitoring_role_arn.is_none() {
            return Err(ApiError::invalid_combination(
                "MonitoringRoleArn and a MonitoringInterval other than 0 need each other.",
            ));
        }
        let performance_insights = self.performance_insights == Some(true);
        let retention = match self.performance_insights_retention {
            None => None,
            Some(days) if days == 7 || days == 731 || (31..=713).contains(&days) && days % 31 == 0 => u32::try_from(days).ok(),
            Some(odd) => return Err(ApiError::invalid_value(format!("Invalid Performance Insights retention period: {odd}"))),
        };
        Ok(Monitoring {
            interval,
            role_arn: self.monitoring_role_arn.clone(),
            performance_insights,
            performance_insights_key: self.performance_insights_key.clone().filter(|_| performance_insights),
            performance_insights_retention: performance_insights.then_some(retention.unwrap_or(7)),
        })
    }
}
