use rds_refresh_core::Secret;

use super::modify_db_cluster::optimized;
use crate::world::agenda::{Kind, Target};
use crate::world::check::{
    SHORT, authority, free_instance_name, instance_parameter_group, new_identifier, number, port, required, security_groups,
};
use crate::world::engine::{changed_logs, instance_class, license_model, upgrade};
use crate::world::iam::Asks;
use crate::world::lifecycle::MODIFIABLE;
use crate::world::master::{Master, MasterSettings, Modified, longest_of_instance};
use crate::world::monitoring::{MONITORING, MonitoringSettings};
use crate::world::naming::major;
use crate::world::network::Network;
use crate::world::place::Holdings;
use crate::world::resource::{DbInstance, PendingModifiedValues};
use crate::world::storage::{StorageSettings, autoscaling};
use crate::world::window::{backup_window, maintenance_window};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ModifyDBInstance` that instances of MySQL and PostgreSQL have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDbInstance {
    /// `DBInstanceIdentifier`.
    pub identifier: String,
    /// `NewDBInstanceIdentifier`.
    pub new_identifier: Option<String>,
    /// `ApplyImmediately`.
    pub apply_immediately: Option<bool>,
    /// `MasterUserPassword`.
    pub master_user_password: Option<Secret<String>>,
    /// `ManageMasterUserPassword`.
    pub manage_master_user_password: Option<bool>,
    /// `MasterUserSecretKmsKeyId`.
    pub master_user_secret_key: Option<String>,
    /// `RotateMasterUserPassword`.
    pub rotate_master_user_password: Option<bool>,
    /// `MasterUserAuthenticationType`.
    pub master_user_authentication_type: Option<String>,
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `DBSubnetGroupName`.
    pub subnet_group: Option<String>,
    /// `VpcSecurityGroupIds`.
    pub security_groups: Vec<String>,
    /// `DBParameterGroupName`.
    pub parameter_group: Option<String>,
    /// `EngineVersion`.
    pub engine_version: Option<String>,
    /// `AllowMajorVersionUpgrade`.
    pub allow_major_version_upgrade: Option<bool>,
    /// `AutoMinorVersionUpgrade`.
    pub auto_minor_version_upgrade: Option<bool>,
    /// `LicenseModel`.
    pub license_model: Option<String>,
    /// `DBInstanceClass`.
    pub class: Option<String>,
    /// `AllocatedStorage`.
    pub allocated_storage: Option<i64>,
    /// `StorageType`.
    pub storage_type: Option<String>,
    /// `Iops`.
    pub iops: Option<i64>,
    /// `StorageThroughput`.
    pub storage_throughput: Option<i64>,
    /// `MaxAllocatedStorage`.
    pub max_allocated_storage: Option<i64>,
    /// `MultiAZ`.
    pub multi_az: Option<bool>,
    /// `DBPortNumber`.
    pub port: Option<i64>,
    /// `PubliclyAccessible`.
    pub publicly_accessible: Option<bool>,
    /// `CopyTagsToSnapshot`.
    pub copy_tags_to_snapshot: Option<bool>,
    /// `EnableIAMDatabaseAuthentication`.
    pub iam_authentication: Option<bool>,
    /// `CACertificateIdentifier`.
    pub ca: Option<String>,
    /// `BackupRetentionPeriod`.
    pub backup_retention_period: Option<i64>,
    /// `PreferredBackupWindow`.
    pub preferred_backup_window: Option<String>,
    /// `PreferredMaintenanceWindow`.
    pub preferred_maintenance_window: Option<String>,
    /// `CloudwatchLogsExportConfiguration.EnableLogTypes`.
    pub enable_log_exports: Vec<String>,
    /// `CloudwatchLogsExportConfiguration.DisableLogTypes`.
    pub disable_log_exports: Vec<String>,
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
    /// `DatabaseInsightsMode`.
    pub database_insights_mode: Option<String>,
}

impl Request for ModifyDbInstance {
    const OPERATION: Operation = Operation::ModifyDbInstance;
    type Answer = DbInstance;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).on("db", &self.identifier).on_each("db", &self.new_identifier);
        let asks = asks.on_each("pg", &self.parameter_group).on_each("subgrp", &self.subnet_group);
        let asks = asks.given("rds:DatabaseClass", self.class.as_ref()).given("rds:PubliclyAccessible", self.publicly_accessible);
        asks.passing(self.monitoring_role_arn.as_deref(), MONITORING)
    }

    /// Identifier, class, storage, version, subnet group, standby, authority, authentication by IAM, and backups being turned on or
    /// off wait for the maintenance window unless they are applied immediately; password, security groups and port change as soon as
    /// possible, and all else with the answer (RDS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbInstance, ApiError> {
        let place = caller.place();
        let before = world.instance(caller, required("DBInstanceIdentifier", &self.identifier)?)?.clone();
        let id = before.identifier.clone();
        if before.cluster.is_some() {
            return Err(ApiError::invalid_combination(
                "The specified DB Instance is a member of a cluster. Modify the DB cluster using the ModifyDbCluster API.",
            ));
        }
        if !MODIFIABLE.contains(&before.status.as_str()) {
            return Err(ApiError::refused(
                "InvalidDBInstanceState",
                format!("Database instance {id} is not in available state."),
            ));
        }
        let immediately = self.apply_immediately == Some(true);
        let holdings = world.at(&place);
        license_model(&before.engine, self.license_model.as_deref())?;
        let mut changes = self.changes(world, caller, &before)?;
        let security_groups = self.groups(holdings, &before, &mut changes)?;
        let retention = number("BackupRetentionPeriod", self.backup_retention_period, 0, 35)?;
        let turned = retention.filter(|days| (*days == 0) != (before.backup_retention_period == 0));
        changes.backup_retention_period = turned;
        let backup = self.preferred_backup_window.as_deref().map(|it| backup_window(Some(it))).transpose()?;
        let maintenance = self.preferred_maintenance_window.as_deref().map(|it| maintenance_window(Some(it))).transpose()?;
        let log_exports = changed_logs(&before.engine, &before.log_exports, &self.enable_log_exports, &self.disable_log_exports)?;
        let monitoring = self.monitoring().change(&before.monitoring)?;
        let parameter_group = match self.parameter_group.as_deref().filter(|_| changes.parameter_group.is_none()) {
            Some(name) => instance_parameter_group(holdings, Some(name), &before.engine, &before.engine_version)?,
            None => before.parameter_group.clone(),
        };
        let allocated = changes.storage.as_ref().map_or(before.allocated_storage, |storage| storage.allocated);
        let max_allocated = match self.max_allocated_storage {
            Some(most) => autoscaling(Some(most), allocated)?,
            None => before.max_allocated_storage,
        };
        let publicly_accessible = match self.publicly_accessible {
            Some(asked) => Network::of_instance(holdings, Some(&before.subnet_group), &[])?.public(Some(asked))?,
            None => before.publicly_accessible,
        };
        let port = port(self.port)?.filter(|port| *port != before.port);
        let modified = Modified {
            engine: &before.engine,
            secret: before.master_user_secret.as_ref(),
            longest: longest_of_instance(&before.engine),
            rotate: self.rotate_master_user_password == Some(true),
            immediately,
        };
        let master = self.master().of_modified(world, caller, modified)?;

        let master_user_password = master != Master::Unchanged;
        let at_once = PendingModifiedValues { master_user_password, port, security_groups, ..Default::default() };
        let secret = world.changed_secret(&place, ("db", &id), before.master_user_secret, master);
        let instance = world.instance_mut(caller, &id)?;
        instance.master_user_secret = secret;
        instance.deletion_protection = self.deletion_protection.unwrap_or(instance.deletion_protection);
        instance.copy_tags_to_snapshot = self.copy_tags_to_snapshot.unwrap_or(instance.copy_tags_to_snapshot);
        instance.auto_minor_version_upgrade = self.auto_minor_version_upgrade.unwrap_or(instance.auto_minor_version_upgrade);
        if turned.is_none() {
            instance.backup_retention_period = retention.unwrap_or(instance.backup_retention_period);
        }
        instance.parameter_group = parameter_group;
        instance.log_exports = log_exports;
        instance.monitoring = monitoring;
        instance.max_allocated_storage = max_allocated;
        instance.publicly_accessible = publicly_accessible;
        instance.preferred_maintenance_window = maintenance.unwrap_or_else(|| instance.preferred_maintenance_window.clone());
        let moved = backup.is_some();
        instance.preferred_backup_window = backup.unwrap_or_else(|| instance.preferred_backup_window.clone());
        let target = Target::new(&place, Kind::Instance, &id);
        if moved {
            world.move_backup_window(&target);
        }
        world.modify(&target, at_once, &changes, immediately);
        world.instance(caller, &id).map(|instance| instance.shown(world.now()))
    }
}

impl ModifyDbInstance {
    /// What can wait for the maintenance window. What stays as it is, is no change.
    fn changes(&self, world: &World, caller: &Caller, before: &DbInstance) -> Result<PendingModifiedValues, ApiError> {
        let holdings = world.at(&caller.place());
        let identifier = match &self.new_identifier {
            Some(name) => {
                let id = new_identifier("NewDBInstanceIdentifier", name, SHORT)?;
                free_instance_name(holdings, &id)?;
                Some(id)
            }
            None => None,
        };
        let engine = &before.engine;
        let major_allowed = self.allow_major_version_upgrade == Some(true);
        let version = self.engine_version.as_ref();
        let version = version.map(|to| upgrade(holdings, engine, &before.engine_version, to, major_allowed)).transpose()?;
        let becomes = version.as_ref().unwrap_or(&before.engine_version);
        let class = self.class.as_deref().map(|class| instance_class(holdings, engine, becomes, class)).transpose()?;
        let storage = self.storage().change(&before.storage(), engine, false)?;
        if let Some(storage) = &storage {
            optimized(&before.status)?;
            world.room_to_grow(caller, u64::from(storage.allocated - before.allocated_storage))?;
        }
        let ca = self.ca.as_deref().map(|name| authority(Some(name))).transpose()?;
        // Another major version comes with another family.
        let family = version.as_ref().filter(|version| major(engine, version) != major(engine, &before.engine_version));
        let group = self.parameter_group.as_deref();
        let parameter_group = family.map(|version| instance_parameter_group(holdings, group, engine, version)).transpose()?;
        let multi_az = self.multi_az.filter(|multi_az| *multi_az != before.multi_az);
        let network = Network::of_instance(holdings, Some(&before.subnet_group), &[])?;
        let standby = network.zones.into_iter().find(|zone| *zone != before.availability_zone);
        Ok(PendingModifiedValues {
            identifier,
            parameter_group,
            class: class.filter(|class| *class != before.class),
            engine_version: version.filter(|version| *version != before.engine_version),
            storage,
            iam_authentication: self.iam_authentication.filter(|enabled| *enabled != before.iam_authentication),
            ca: ca.filter(|ca| *ca != before.ca),
            multi_az,
            standby: standby.filter(|_| multi_az == Some(true)),
            ..Default::default()
        })
    }

    /// The security groups, which change as soon as possible; of an instance that moves to another VPC, with the move.
    fn groups(
        &self,
        holdings: &Holdings,
        before: &DbInstance,
        changes: &mut PendingModifiedValues,
    ) -> Result<Option<Vec<String>>, ApiError> {
        let Some(name) = &self.subnet_group else {
            if self.security_groups.is_empty() {
                return Ok(None);
            }
            let groups = security_groups(holdings, &before.vpc, &self.security_groups)?;
            return Ok(Some(groups).filter(|groups| *groups != before.security_groups));
        };
        let network = Network::of_instance(holdings, Some(name), &self.security_groups)?;
        if network.group.vpc == before.vpc {
            return Err(ApiError::refused(
                "InvalidVPCNetworkStateFault",
                format!(
                    "You cannot move DB instance {} to subnet group {}. The specified DB subnet group and DB instance are in the same \
                     VPC. Choose a DB subnet group in different VPC than the specified DB instance and try again.",
                    before.identifier, network.group.name
                ),
            ));
        }
        if before.multi_az || changes.multi_az == Some(true) {
            return Err(ApiError::invalid_combination("A Multi-AZ DB instance cannot be moved to another VPC."));
        }
        changes.subnet_group = Some(network.group);
        changes.security_groups = Some(network.security_groups);
        Ok(None)
    }

    fn storage(&self) -> StorageSettings<'_> {
        StorageSettings {
            allocated: self.allocated_storage,
            storage_type: self.storage_type.as_deref(),
            iops: self.iops,
            throughput: self.storage_throughput,
        }
    }

    fn master(&self) -> MasterSettings<'_> {
        MasterSettings {
            password: self.master_user_password.as_ref(),
            managed: self.manage_master_user_password,
            secret_key: self.master_user_secret_key.as_deref(),
            authentication_type: self.master_user_authentication_type.as_deref(),
        }
    }

    fn monitoring(&self) -> MonitoringSettings<'_> {
        MonitoringSettings {
            interval: self.monitoring_interval,
            role_arn: self.monitoring_role_arn.as_deref(),
            performance_insights: self.performance_insights,
            performance_insights_key: self.performance_insights_key.as_deref(),
            performance_insights_retention: self.performance_insights_retention,
            database_insights_mode: self.database_insights_mode.as_deref(),
        }
    }
}
