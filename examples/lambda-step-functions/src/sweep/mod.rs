//! The sweep: finds what runs left behind in this account past its expiry, reports it, and removes it where that is wanted.
//!
//! A run is live as long as an execution of it runs, which Step Functions knows: see `RunningExecutions`. What an unknown run made is judged by its
//! expiry alone, and whatever carries no mark of ownership is left alone: see [`rds_refresh_core::sweep`].

#[cfg(feature = "lambda")]
mod executions;
#[cfg(feature = "lambda")]
mod perform;

use rds_refresh_core::Role;
use rds_refresh_core::permission::{Condition, Permission, Target};
use rds_refresh_core::step::Side;

#[cfg(feature = "lambda")]
pub use executions::{LiveRuns, RunningExecutions};
#[cfg(feature = "lambda")]
pub use perform::{Removal, Sweep, Swept};

/// What a sweep needs to be allowed in the account of this side: to list, and to delete what is a refresh's by name and by tag.
#[must_use]
pub fn permissions(side: Side) -> Vec<Permission> {
    let listed = |action, all| Permission::new(side, action, [Target::named(all)]);
    let removed = |action, target, role| Permission::new(side, action, [target]).when(Condition::Owned(role));
    match side {
        Side::Source => vec![
            listed(&["rds:DescribeDBInstances"], "db:*"),
            listed(&["rds:DescribeDBSnapshots"], "snapshot:*"),
            listed(&["rds:DescribeDBClusterSnapshots"], "cluster-snapshot:*"),
            // An IAM policy takes a list of cluster snapshots for one of all clusters' (service authorization reference).
            listed(&["rds:DescribeDBClusterSnapshots"], "cluster:*"),
            removed(&["rds:DeleteDBInstance"], Target::TemporaryInstance, Role::Scratch),
            removed(&["rds:DeleteDBSnapshot"], Target::SharableSnapshots, Role::Handover),
            removed(&["rds:DeleteDBClusterSnapshot"], Target::MadeClusterSnapshots, Role::Scratch),
        ],
        Side::Destination => vec![
            listed(&["rds:DescribeDBSnapshots"], "snapshot:*"),
            removed(&["rds:DeleteDBSnapshot"], Target::SnapshotCopies, Role::Handover),
        ],
    }
}
