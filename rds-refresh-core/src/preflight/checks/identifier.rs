//! Whether the new cluster's name, and those of its members, are free.

use super::{About, Check, Finding, Observed};
use crate::RunId;
use crate::ids::DbIdentifier;
use crate::ports::{DbCluster, DbInstance};
use crate::resource::{OWNER_TAG, Role, owner_tag};
use crate::step::Side;

/// What stands under the cluster's name. What the run itself made is not in its way.
#[must_use]
pub fn decide(identifier: &DbIdentifier, run: Option<&RunId>, found: &Observed<Option<DbCluster>>) -> Finding {
    let about = About {
        check: Check::Identifier,
        side: Side::Destination,
        resource: identifier.to_string(),
        needed: "no cluster of this name: a refresh replaces none".into(),
        document: "RDS API reference, RestoreDBClusterFromSnapshot: DBClusterAlreadyExistsFault",
    };
    let found = match about.read(found, || format!("aws rds describe-db-clusters --db-cluster-identifier {identifier}")) {
        Ok(Some(found)) => found,
        Ok(None) => return about.ok("free"),
        Err(unread) => return *unread,
    };
    let ours = run.map(|run| owner_tag(run, Role::Result, identifier.as_str()));
    let tag = found.tags.get(OWNER_TAG);
    if tag.is_some() && tag == ours.as_ref() {
        return about.ok("this run's own");
    }
    let whose = tag.map_or_else(|| "not made by a refresh".to_owned(), |tag| format!("made by another run: {tag}"));
    about.wrong(
        format!("taken by a cluster that is {} ({whose})", found.status),
        format!(
            "aws rds modify-db-cluster --db-cluster-identifier {identifier} --new-db-cluster-identifier {identifier}-old --apply-immediately  # or delete it, or name another"
        ),
    )
}

/// What stands under the names that RDS gives the members, other than the members of the run's own cluster.
#[must_use]
pub fn decide_members(identifier: &DbIdentifier, found: &Observed<Vec<DbInstance>>) -> Finding {
    let about = About {
        check: Check::MemberIdentifiers,
        side: Side::Destination,
        resource: format!("{identifier}-instance-1 to -3"),
        needed: "no instances of these names: RDS gives them to the members".into(),
        document: "RDS user guide, Multi-AZ DB cluster deployments",
    };
    let command = || {
        format!(
            "aws rds describe-db-instances --query \"DBInstances[?starts_with(DBInstanceIdentifier, '{identifier}-instance-')]\""
        )
    };
    let found = match about.read(found, command) {
        Ok(found) => found,
        Err(unread) => return *unread,
    };
    let strangers = found.iter().filter(|instance| instance.cluster.as_deref() != Some(identifier.as_str()));
    let taken: Vec<&str> = strangers.map(|instance| instance.identifier.as_str()).collect();
    if taken.is_empty() { about.ok("free") } else { about.wrong(format!("taken: {}", taken.join(", ")), command()) }
}
