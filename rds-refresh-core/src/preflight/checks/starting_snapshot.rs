//! Whether the cluster snapshot that the request starts from is there.

use std::time::Duration;

use super::{About, Check, Finding, Observed};
use crate::Timestamp;
use crate::ids::DbIdentifier;
use crate::ports::DbClusterSnapshot;
use crate::step::Side;
use crate::steps::NEEDED_FOR;
use crate::steps::status::{self, Class};

const ANOTHER: &str = "rds-refresh doctor --set source.snapshot=create  # or wait for the next backup";

const DOCUMENT: &str = "RDS API reference, RestoreDBInstanceFromDBSnapshot: DBClusterSnapshotIdentifier";

/// A manual snapshot that the request names.
#[must_use]
pub fn decide_named(name: &DbIdentifier, cluster: &DbIdentifier, found: &Observed<Option<DbClusterSnapshot>>) -> Finding {
    let about = About {
        check: Check::StartingSnapshot,
        side: Side::Source,
        resource: name.to_string(),
        needed: format!("an available manual snapshot of {cluster}"),
        document: DOCUMENT,
    };
    let list = || format!("aws rds describe-db-cluster-snapshots --db-cluster-identifier {cluster} --snapshot-type manual");
    match about.read(found, list) {
        Ok(Some(found)) if found.cluster != cluster.as_str() => about.wrong(format!("of cluster {}", found.cluster), list()),
        Ok(Some(found)) => match status::of_snapshot(&found.status) {
            Class::Ready | Class::Busy => about.ok(found.status),
            Class::Deleting | Class::Failed => about.wrong(found.status, list()),
        },
        Ok(None) => about.wrong("does not exist", list()),
        Err(unread) => *unread,
    }
}

/// The newest automated snapshot, if it is young enough, and stays long enough for a cluster that retains them for so long.
#[must_use]
pub fn decide_automated(
    cluster: &DbIdentifier,
    within: Duration,
    retention: Option<Duration>,
    now: Timestamp,
    found: &Observed<Vec<DbClusterSnapshot>>,
) -> Finding {
    let about = About {
        check: Check::StartingSnapshot,
        side: Side::Source,
        resource: format!("the newest automated snapshot of {cluster}"),
        needed: format!(
            "available, not older than {}, and retained for {} more",
            humantime::format_duration(within),
            humantime::format_duration(NEEDED_FOR)
        ),
        document: DOCUMENT,
    };
    let list = || format!("aws rds describe-db-cluster-snapshots --db-cluster-identifier {cluster} --snapshot-type automated");
    let found = match about.read(found, list) {
        Ok(found) => found,
        Err(unread) => return *unread,
    };
    let ready = found.iter().filter(|snapshot| status::of_snapshot(&snapshot.status) == Class::Ready);
    match ready.filter_map(|snapshot| snapshot.created_at).max() {
        Some(made) if now.since(made) > within => about.wrong(format!("of {made}"), ANOTHER),
        Some(made) => match retention {
            Some(retention) if made + retention < now + NEEDED_FOR => {
                about.wrong(format!("of {made}, and may be removed at {}", made + retention), ANOTHER)
            }
            Some(_) => about.ok(format!("of {made}")),
            None => about.cannot_see(format!("of {made}, and for how long it is retained is not known"), list()),
        },
        None => about.wrong("there is none", list()),
    }
}
