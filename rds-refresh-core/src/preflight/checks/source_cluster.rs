//! Whether the source is what a refresh can start from.

use super::{About, Check, Finding, Observed};
use crate::ids::DbIdentifier;
use crate::ports::DbCluster;
use crate::step::Side;
use crate::steps::status::{self, Class};

/// The engines that Multi-AZ DB clusters know (RDS user guide, Multi-AZ DB cluster deployments).
pub const ENGINES: [&str; 2] = ["mysql", "postgres"];

/// Whether it is a Multi-AZ DB cluster of a supported engine.
#[must_use]
pub fn is_suitable(cluster: &DbCluster) -> bool {
    ENGINES.contains(&cluster.engine.as_str()) && cluster.class.is_some()
}

/// Whether it exists, is a Multi-AZ DB cluster, and of a supported engine.
#[must_use]
pub fn decide(identifier: &DbIdentifier, cluster: &Observed<Option<DbCluster>>) -> Finding {
    let about = About {
        check: Check::SourceCluster,
        side: Side::Source,
        resource: identifier.to_string(),
        needed: "a Multi-AZ DB cluster of mysql or postgres".into(),
        document: "RDS user guide, Multi-AZ DB cluster deployments",
    };
    let list =
        || "aws rds describe-db-clusters --query 'DBClusters[?DBClusterInstanceClass].[DBClusterIdentifier,Engine]'".to_owned();
    let cluster = match about.read(cluster, list) {
        Ok(Some(cluster)) => cluster,
        Ok(None) => return about.wrong("does not exist in this account and Region", list()),
        Err(unread) => return *unread,
    };
    if !ENGINES.contains(&cluster.engine.as_str()) {
        return about.wrong(format!("of engine {}", cluster.engine), list());
    }
    match &cluster.class {
        Some(class) => about.ok(format!("{} {}, {class}", cluster.engine, cluster.engine_version)),
        None => about.wrong("not a Multi-AZ DB cluster: it has no instance class of its own", list()),
    }
}

/// Whether it can be snapshotted now.
#[must_use]
pub fn decide_status(cluster: &DbCluster) -> Finding {
    let about = About {
        check: Check::SourceStatus,
        side: Side::Source,
        resource: cluster.identifier.clone(),
        needed: "available, or on its way there".into(),
        document: "RDS API reference, CreateDBClusterSnapshot: InvalidDBClusterStateFault",
    };
    let found = cluster.status.clone();
    let events = format!("aws rds describe-events --source-type db-cluster --source-identifier {}", cluster.identifier);
    match status::of_cluster(&cluster.status) {
        // A run waits for it, as it waits for a backup that begins in between.
        Class::Ready | Class::Busy => about.ok(found),
        Class::Failed if cluster.status == "stopped" => {
            about.wrong(found, format!("aws rds start-db-cluster --db-cluster-identifier {}", cluster.identifier))
        }
        Class::Deleting | Class::Failed => about.wrong(found, events),
    }
}
