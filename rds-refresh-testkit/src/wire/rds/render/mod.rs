//! How RDS writes what it knows. Element names are those of the service model; absent elements are null.

mod cluster;
mod cluster_snapshot;
mod groups;
mod instance;
mod page;
mod snapshot;

use crate::wire::xml::Xml;
use crate::world::resource::{MasterUserSecret, Monitoring, PendingModifiedValues, Storage, Tags};

pub(super) use cluster::cluster;
pub(super) use cluster_snapshot::cluster_snapshot;
use groups::subnets;
pub(super) use groups::{cluster_parameter_group, parameter_group, subnet_group};
pub(super) use instance::instance;
pub(super) use page::page;
pub(super) use snapshot::{shared_with, snapshot};

/// The zone of Route 53 that an endpoint's name is in: each Region has its own. Absent where it is not known here.
fn hosted_zone(arn: &str) -> Option<&'static str> {
    Some(match arn.split(':').nth(3)? {
        "eu-central-1" => "Z1RLNUO7B9Q6NB",
        "eu-west-1" => "Z29XKXDKYMONMX",
        "us-east-1" => "Z2R2ITUGPM61AM",
        "us-west-2" => "Z1PVIF0B656C1W",
        _ => return None,
    })
}

/// `TagList`, which every resource has, also an empty one.
pub(super) fn tags(xml: &mut Xml, tags: &Tags) {
    xml.list("TagList", "Tag", tags, |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    });
}

/// `VpcSecurityGroups`, each active.
fn security_groups(xml: &mut Xml, groups: &[String]) {
    xml.list("VpcSecurityGroups", "VpcSecurityGroupMembership", groups, |xml, group| {
        xml.text("VpcSecurityGroupId", group);
        xml.text("Status", "active");
    });
}

/// `PendingModifiedValues`, of what clusters and instances both show. RDS masks a password that waits there. `current` is the
/// storage that the pending one replaces: what stays the same is not shown.
fn pending_modified_values(xml: &mut Xml, pending: &PendingModifiedValues, current: &Storage, more: impl FnOnce(&mut Xml)) {
    xml.element("PendingModifiedValues", |xml| {
        xml.maybe("MasterUserPassword", pending.master_user_password.then_some("****"));
        xml.maybe("EngineVersion", pending.engine_version.as_ref());
        xml.maybe("BackupRetentionPeriod", pending.backup_retention_period);
        xml.maybe("IAMDatabaseAuthenticationEnabled", pending.iam_authentication);
        if let Some(storage) = &pending.storage {
            xml.maybe("AllocatedStorage", Some(storage.allocated).filter(|it| *it != current.allocated));
            xml.maybe("StorageType", Some(&storage.storage_type).filter(|it| **it != current.storage_type));
            xml.maybe("Iops", storage.iops.filter(|_| storage.iops != current.iops));
        }
        more(xml);
    });
}

/// `MasterUserSecret`, if there is one.
fn master_user_secret(xml: &mut Xml, secret: Option<&MasterUserSecret>) {
    if let Some(secret) = secret {
        xml.element("MasterUserSecret", |xml| {
            xml.text("SecretArn", &secret.arn);
            xml.text("SecretStatus", &secret.status);
            xml.text("KmsKeyId", &secret.kms_key);
        });
    }
}

/// The members about monitoring, which clusters and instances share.
fn monitoring(xml: &mut Xml, monitoring: &Monitoring) {
    xml.text("MonitoringInterval", monitoring.interval);
    xml.maybe("MonitoringRoleArn", monitoring.role_arn.as_ref());
    xml.text("DatabaseInsightsMode", &monitoring.database_insights_mode);
    xml.text("PerformanceInsightsEnabled", monitoring.performance_insights);
    xml.maybe("PerformanceInsightsKMSKeyId", monitoring.performance_insights_key.as_ref());
    xml.maybe("PerformanceInsightsRetentionPeriod", monitoring.performance_insights_retention);
}
