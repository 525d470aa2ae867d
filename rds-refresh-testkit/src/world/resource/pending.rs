use serde::Serialize;

use super::SubnetGroup;

/// `PendingModifiedValues`: what was asked of `ModifyDBCluster` or `ModifyDBInstance` and is not in force yet, because it takes its
/// time or waits for the maintenance window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PendingModifiedValues {
    /// `DBClusterIdentifier` or `DBInstanceIdentifier`: the new name.
    pub identifier: Option<String>,
    /// `MasterUserPassword`. RDS shows that there is one, the model keeps none.
    pub master_user_password: bool,
    /// `DBInstanceClass`. RDS does not show it for clusters.
    pub class: Option<String>,
    /// `EngineVersion`.
    pub engine_version: Option<String>,
    /// The parameter group that comes with another major version. Not on the wire.
    pub parameter_group: Option<String>,
    /// `AllocatedStorage`, `StorageType`, `Iops` and `StorageThroughput`.
    pub storage: Option<Storage>,
    /// `BackupRetentionPeriod`, in days.
    pub backup_retention_period: Option<u32>,
    /// `IAMDatabaseAuthenticationEnabled`.
    pub iam_authentication: Option<bool>,
    /// `CACertificateIdentifier`.
    pub ca: Option<String>,
    /// `MultiAZ`, of an instance.
    pub multi_az: Option<bool>,
    /// The zone of the standby that comes with `MultiAZ`. Not on the wire.
    pub standby: Option<String>,
    /// `Port`, of an instance.
    pub port: Option<u16>,
    /// `DBSubnetGroupName`, of an instance that moves to another VPC.
    pub subnet_group: Option<SubnetGroup>,
    /// `VpcSecurityGroups`. Not on the wire.
    pub security_groups: Option<Vec<String>>,
}

/// Storage of a cluster's members or of an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Storage {
    /// `AllocatedStorage`, in GiB.
    pub allocated: u32,
    /// `StorageType`.
    pub storage_type: String,
    /// `Iops`.
    pub iops: Option<u32>,
    /// `StorageThroughput`, in MiB/s: of gp3.
    pub throughput: Option<u32>,
}

impl PendingModifiedValues {
    /// Whether nothing is pending.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what `newer` asks for; where both say something, the newer counts.
    pub(crate) fn add(&mut self, newer: &Self) {
        self.master_user_password |= newer.master_user_password;
        macro_rules! add {
            ($($field:ident)*) => { $(if newer.$field.is_some() { self.$field.clone_from(&newer.$field); })* };
        }
        add! { identifier class engine_version parameter_group storage backup_retention_period iam_authentication ca multi_az standby port subnet_group security_groups }
    }

    /// Removes what is in force now, unless something else was asked for since.
    pub(crate) fn done(&mut self, applied: &Self) {
        self.master_user_password &= !applied.master_user_password;
        macro_rules! done {
            ($($field:ident)*) => { $(if self.$field == applied.$field { self.$field = None; })* };
        }
        done! { identifier class engine_version parameter_group storage backup_retention_period iam_authentication ca multi_az standby port subnet_group security_groups }
    }
}
