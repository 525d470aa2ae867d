use rds_refresh_core::Secret;

use crate::world::agenda::{Kind, Target};
use crate::world::check::{
    SHORT, authority, cluster_parameter_group, free_cluster_name, new_identifier, number, required, security_groups,
};
use crate::world::engine::{changed_logs, cluster_class, upgrade};
use crate::world::iam::Asks;
use crate::world::lifecycle::MODIFIABLE;
use crate::world::master::{LONGEST_OF_CLUSTER, Master, MasterSettings, Modified};
use crate::world::monitoring::{MONITORING, MonitoringSettings};
use crate::world::naming::major;
use crate::world::resource::{DbCluster, PendingModifiedValues};
use crate::world::storage::StorageSettings;
use crate::world::window::{backup_window, maintenance_window};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ModifyDBCluster` that Multi-AZ DB clusters have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDbCluster {
    /// `DBClusterIdentifier`.
    pub identifier: String,
    /// `NewDBClusterIdentifier`.
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
    /// `VpcSecurityGroupIds`.
    pub security_groups: Vec<String>,
    /// `DBClusterParameterGroupName`.
    pub parameter_group: Option<String>,
    /// `EngineVersion`.
    pub engine_version: Option<String>,
    /// `AllowMajorVersionUpgrade`.
    pub allow_major_version_upgrade: Option<bool>,
    /// `AutoMinorVersionUpgrade`.
    pub auto_minor_version_upgrade: Option<bool>,
    /// `DBClusterInstanceClass`.
    pub class: Option<String>,
    /// `AllocatedStorage`.
    pub allocated_storage: Option<i64>,
    /// `StorageType`.
    pub storage_type: Option<String>,
    /// `Iops`.
    pub iops: Option<i64>,
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

impl Request for ModifyDbCluster {
    const OPERATION: Operation = Operation::ModifyDbCluster;
    type Answer = DbCluster;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).on("cluster", &self.identifier).on_each("cluster", &self.new_identifier);
        let asks = asks.on_each("cluster-pg", &self.parameter_group).given("rds:DatabaseClass", self.class.as_ref());
        asks.passing(self.monitoring_role_arn.as_deref(), MONITORING)
    }

    /// Identifier, class, storage, version, security groups, authority and authentication by IAM wait for the maintenance window
    /// unless they are applied immediately; the password changes as soon as possible, and all else with the answer (RDS user guide,
    /// modifying a Multi-AZ DB cluster).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbCluster, ApiError> {
        let place = caller.place();
        let before = world.cluster(caller, required("DBClusterIdentifier", &self.identifier)?)?.clone();
        let id = before.identifier.clone();
        if !MODIFIABLE.contains(&before.status.as_str()) {
            return Err(ApiError::refused(
                "InvalidDBClusterStateFault",
                format!("The cluster {id} is not currently in the available state."),
            ));
        }
        let immediately = self.apply_immediately == Some(true);
        let changes = self.changes(world, caller, &before)?;
        let retention = number("BackupRetentionPeriod", self.backup_retention_period, 1, 35)?;
        let backup = self.preferred_backup_window.as_deref().map(|it| backup_window(Some(it))).transpose()?;
        let maintenance = self.preferred_maintenance_window.as_deref().map(|it| maintenance_window(Some(it))).transpose()?;
        let log_exports = changed_logs(&before.engine, &before.log_exports, &self.enable_log_exports, &self.disable_log_exports)?;
        let monitoring = self.monitoring().change(&before.monitoring)?;
        let parameter_group = self.parameter_group(world, caller, &before, &changes)?;
        let modified = Modified {
            engine: &before.engine,
            secret: before.master_user_secret.as_ref(),
            longest: LONGEST_OF_CLUSTER,
            rotate: self.rotate_master_user_password == Some(true),
            immediately,
        };
        let master = self.master().of_modified(world, caller, modified)?;

        let at_once = PendingModifiedValues { master_user_password: master != Master::Unchanged, ..Default::default() };
        let secret = world.changed_secret(&place, ("cluster", &id), before.master_user_secret, master);
        let cluster = world.cluster_mut(caller, &id)?;
        cluster.master_user_secret = secret;
        cluster.deletion_protection = self.deletion_protection.unwrap_or(cluster.deletion_protection);
        cluster.copy_tags_to_snapshot = self.copy_tags_to_snapshot.unwrap_or(cluster.copy_tags_to_snapshot);
        cluster.auto_minor_version_upgrade = self.auto_minor_version_upgrade.unwrap_or(cluster.auto_minor_version_upgrade);
        cluster.backup_retention_period = retention.unwrap_or(cluster.backup_retention_period);
        cluster.parameter_group = parameter_group;
        cluster.log_exports = log_exports;
        cluster.monitoring = monitoring;
        cluster.preferred_maintenance_window = maintenance.unwrap_or_else(|| cluster.preferred_maintenance_window.clone());
        let moved = backup.is_some();
        cluster.preferred_backup_window = backup.unwrap_or_else(|| cluster.preferred_backup_window.clone());
        let target = Target::new(&place, Kind::Cluster, &id);
        if moved {
            world.move_backup_window(&target);
        }
        world.members_follow(&target);
        world.modify(&target, at_once, &changes, immediately);
        world.cluster(caller, &id).map(|cluster| cluster.shown(world.now()))
    }
}

impl ModifyDbCluster {
    /// What can wait for the maintenance window. What stays as it is, is no change.
    fn changes(&self, world: &World, caller: &Caller, before: &DbCluster) -> Result<PendingModifiedValues, ApiError> {
        let holdings = world.at(&caller.place());
        let identifier = match &self.new_identifier {
            Some(name) => {
                let id = new_identifier("NewDBClusterIdentifier", name, SHORT)?;
                free_cluster_name(holdings, &id)?;
                Some(id)
            }
            None => None,
        };
        let engine = &before.engine;
        let major_allowed = self.allow_major_version_upgrade == Some(true);
        let version = self.engine_version.as_ref();
        let version = version.map(|to| upgrade(holdings, engine, &before.engine_version, to, major_allowed)).transpose()?;
        let becomes = version.as_ref().unwrap_or(&before.engine_version);
        let class = self.class.as_deref().map(|class| cluster_class(holdings, engine, becomes, Some(class))).transpose()?;
        let storage = StorageSettings {
            allocated: self.allocated_storage,
            storage_type: self.storage_type.as_deref(),
            iops: self.iops,
            throughput: None,
        };
        let storage = storage.change(&before.storage(), engine, true)?;
        if let Some(storage) = &storage {
            optimized(&before.status)?;
            world.room_to_grow(caller, 3 * u64::from(storage.allocated - before.allocated_storage))?;
        }
        let security_groups = if self.security_groups.is_empty() {
            None
        } else {
            Some(security_groups(holdings, &before.vpc, &self.security_groups)?)
        };
        let ca = self.ca.as_deref().map(|name| authority(Some(name))).transpose()?;
        // Another major version comes with another family.
        let family = version.as_ref().filter(|version| major(engine, version) != major(engine, &before.engine_version));
        let group = self.parameter_group.as_deref();
        let parameter_group = family.map(|version| cluster_parameter_group(holdings, group, engine, version)).transpose()?;
        Ok(PendingModifiedValues {
            identifier,
            parameter_group,
            class: class.filter(|class| *class != before.class),
            engine_version: version.filter(|version| *version != before.engine_version),
            storage,
            security_groups: security_groups.filter(|groups| *groups != before.security_groups),
            iam_authentication: self.iam_authentication.filter(|enabled| *enabled != before.iam_authentication),
            ca: ca.filter(|ca| *ca != before.ca),
            ..Default::default()
        })
    }

    /// The parameter group changes with the answer, unless it comes with another version.
    fn parameter_group(
        &self,
        world: &World,
        caller: &Caller,
        before: &DbCluster,
        changes: &PendingModifiedValues,
    ) -> Result<String, ApiError> {
        match &self.parameter_group {
            Some(name) if changes.parameter_group.is_none() => {
                cluster_parameter_group(world.at(&caller.place()), Some(name), &before.engine, &before.engine_version)
            }
            _ => Ok(before.parameter_group.clone()),
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

/// Storage cannot be changed again until it has been optimized (RDS user guide, modifying storage).
pub(super) fn optimized(status: &str) -> Result<(), ApiError> {
    if status == "storage-optimization" {
        return Err(ApiError::invalid_combination(
            "You can't currently modify the storage of this DB instance because the previous storage change is being optimized.",
        ));
    }
    Ok(())
}
