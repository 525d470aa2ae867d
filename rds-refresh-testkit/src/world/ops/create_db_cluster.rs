use rds_refresh_core::Secret;

use super::TagList;
use crate::world::check::{authority, cluster_parameter_group, free_cluster_name, new_identifier, number, port, tags};
use crate::world::engine::{cluster_class, engine, lifecycle_support, log_exports, version};
use crate::world::iam::Asks;
use crate::world::master::{LONGEST_OF_CLUSTER, MasterSettings, database_name, master_username};
use crate::world::monitoring::{MONITORING, MonitoringSettings};
use crate::world::naming::default_port;
use crate::world::network::Network;
use crate::world::resource::{DbCluster, Monitoring};
use crate::world::storage::StorageSettings;
use crate::world::window::{backup_window, maintenance_window};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CreateDBCluster` that Multi-AZ DB clusters have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateDbCluster {
    /// `DBClusterIdentifier`: at most 52 characters.
    pub identifier: String,
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: Option<String>,
    /// `DBClusterInstanceClass`.
    pub class: Option<String>,
    /// `AllocatedStorage`.
    pub allocated_storage: Option<i64>,
    /// `StorageType`.
    pub storage_type: Option<String>,
    /// `Iops`.
    pub iops: Option<i64>,
    /// `StorageEncrypted`.
    pub storage_encrypted: Option<bool>,
    /// `KmsKeyId`.
    pub kms_key: Option<String>,
    /// `MasterUsername`.
    pub master_username: Option<String>,
    /// `MasterUserPassword`.
    pub master_user_password: Option<Secret<String>>,
    /// `ManageMasterUserPassword`.
    pub manage_master_user_password: Option<bool>,
    /// `MasterUserSecretKmsKeyId`.
    pub master_user_secret_key: Option<String>,
    /// `MasterUserAuthenticationType`.
    pub master_user_authentication_type: Option<String>,
    /// `DatabaseName`.
    pub database_name: Option<String>,
    /// `DBSubnetGroupName`.
    pub subnet_group: Option<String>,
    /// `VpcSecurityGroupIds`.
    pub security_groups: Vec<String>,
    /// `DBClusterParameterGroupName`.
    pub parameter_group: Option<String>,
    /// `Port`.
    pub port: Option<i64>,
    /// `PubliclyAccessible`.
    pub publicly_accessible: Option<bool>,
    /// `AutoMinorVersionUpgrade`.
    pub auto_minor_version_upgrade: Option<bool>,
    /// `DeletionProtection`.
    pub deletion_protection: Option<bool>,
    /// `CopyTagsToSnapshot`.
    pub copy_tags_to_snapshot: Option<bool>,
    /// `EnableIAMDatabaseAuthentication`.
    pub iam_authentication: Option<bool>,
    /// `BackupRetentionPeriod`.
    pub backup_retention_period: Option<i64>,
    /// `PreferredBackupWindow`.
    pub preferred_backup_window: Option<String>,
    /// `PreferredMaintenanceWindow`.
    pub preferred_maintenance_window: Option<String>,
    /// `EnableCloudwatchLogsExports`.
    pub log_exports: Vec<String>,
    /// `CACertificateIdentifier`.
    pub ca: Option<String>,
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
    /// `DatabaseInsightsMode`.
    pub database_insights_mode: Option<String>,
    /// `Tags`.
    pub tags: TagList,
}

/// The longest identifier of a Multi-AZ DB cluster that is created (RDS API reference, `DBClusterIdentifier`): its members' names
/// begin with it.
const LONGEST: usize = 52;

impl Request for CreateDbCluster {
    const OPERATION: Operation = Operation::CreateDbCluster;
    type Answer = DbCluster;

    fn resource(&self) -> &str {
        &self.identifier
    }

    /// RDS makes the members in the name of whoever makes the cluster (service authorization reference, dependent actions).
    fn asks(&self, world: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).making("cluster", &self.identifier, &self.tags);
        let asks = asks.on("subgrp", self.subnet_group.as_deref().unwrap_or("default"));
        let asks = asks.given("rds:DatabaseClass", self.class.as_ref()).given("rds:DatabaseEngine", Some(&self.engine));
        let asks = asks.given("rds:StorageEncrypted", self.storage_encrypted);
        let asks =
            asks.passing(self.monitoring_role_arn.as_deref(), MONITORING).with_members("rds:CreateDBInstance", &self.identifier);
        let version = version(world.at(&caller.place()), &self.engine, self.engine_version.as_deref(), None).ok();
        let version = version.as_deref().map(|version| (self.engine.as_str(), version));
        asks.in_groups("cluster-pg", self.parameter_group.as_deref(), version)
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbCluster, ApiError> {
        let place = caller.place();
        let id = new_identifier("DBClusterIdentifier", &self.identifier, LONGEST)?;
        let engine = engine(&self.engine)?;
        let holdings = world.at(&place);
        let tags = tags(&self.tags, holdings.quotas.tags)?;
        free_cluster_name(holdings, &id)?;
        let engine_version = version(holdings, engine, self.engine_version.as_deref(), None)?;
        let class = cluster_class(holdings, engine, &engine_version, self.class.as_deref())?;
        let storage = self.storage().of_cluster(engine)?;
        let network = Network::of_cluster(holdings, self.subnet_group.as_deref(), &self.security_groups)?;
        let parameter_group = cluster_parameter_group(holdings, self.parameter_group.as_deref(), engine, &engine_version)?;
        let retention = number("BackupRetentionPeriod", self.backup_retention_period, 1, 35)?;
        let master_username = master_username(engine, self.master_username.as_deref())?;
        let master = self.master().of_new(world, caller, engine, LONGEST_OF_CLUSTER)?;
        let key = world.storage_key(caller, self.storage_encrypted, self.kms_key.as_deref())?;
        // In a group that is named, nothing is public unless it is asked for (RDS API reference, `PubliclyAccessible`).
        let in_default_group = self.subnet_group.as_deref().is_none_or(|name| name == "default");
        let publicly_accessible = network.public(self.publicly_accessible.or((!in_default_group).then_some(false)))?;
        let cluster = DbCluster {
            identifier: id.clone(),
            engine: engine.to_owned(),
            engine_version,
            class,
            allocated_storage: storage.allocated,
            storage_type: storage.storage_type,
            iops: storage.iops,
            subnet_group: network.group.name,
            vpc: network.group.vpc,
            availability_zones: network.zones.into_iter().take(3).collect(),
            security_groups: network.security_groups,
            parameter_group,
            publicly_accessible,
            auto_minor_version_upgrade: self.auto_minor_version_upgrade.unwrap_or(true),
            deletion_protection: self.deletion_protection.unwrap_or(false),
            copy_tags_to_snapshot: self.copy_tags_to_snapshot.unwrap_or(false),
            iam_authentication: self.iam_authentication.unwrap_or(false),
            backup_retention_period: retention.unwrap_or(1),
            preferred_backup_window: backup_window(self.preferred_backup_window.as_deref())?,
            preferred_maintenance_window: maintenance_window(self.preferred_maintenance_window.as_deref())?,
            log_exports: log_exports(engine, &self.log_exports)?,
            ca: authority(self.ca.as_deref())?,
            engine_lifecycle_support: lifecycle_support(self.engine_lifecycle_support.as_deref())?,
            monitoring: self.monitoring().change(&Monitoring::default())?,
            database_name: database_name("DatabaseName", engine, self.database_name.as_deref())?,
            master_username,
            port: port(self.port)?.unwrap_or_else(|| default_port(engine)),
            tags,
            ..DbCluster::default()
        };
        world.room_for_cluster(caller, cluster.allocated_storage)?;

        let kms_key = key.map(|key| world.arn_of(&place, key));
        let master_user_secret = world.changed_secret(&place, ("cluster", &id), None, master);
        let lasting = world.timing.cluster_creation.sample(world.draw(&place, &id, "creation"));
        Ok(world.begin_cluster(&place, DbCluster { kms_key, master_user_secret, ..cluster }, NEW_GIB, lasting))
    }
}

/// What a new database holds, in GiB.
pub(super) const NEW_GIB: u32 = 1;

impl CreateDbCluster {
    fn storage(&self) -> StorageSettings<'_> {
        StorageSettings {
            allocated: self.allocated_storage,
            storage_type: self.storage_type.as_deref(),
            iops: self.iops,
            throughput: None,
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
