//! How RDS writes what it knows. Element names are those of the service model; absent elements are null.

mod cluster;
mod cluster_snapshot;
mod groups;
mod instance;
mod page;
mod snapshot;

use crate::wire::xml::Xml;
use crate::world::resource::Tags;

pub(super) use cluster::cluster;
pub(super) use cluster_snapshot::cluster_snapshot;
pub(super) use groups::{cluster_parameter_group, subnet_group};
pub(super) use instance::instance;
pub(super) use page::page;
pub(super) use snapshot::{shared_with, snapshot};

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

/// `PendingModifiedValues`. RDS masks a password that waits there.
fn pending_modified_values(xml: &mut Xml, password_pending: bool) {
    xml.element("PendingModifiedValues", |xml| xml.maybe("MasterUserPassword", password_pending.then_some("****")));
}
