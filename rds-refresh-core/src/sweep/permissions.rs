use crate::permission::{Condition, Permission, Target};
use crate::resource::Role;
use crate::step::Side;

/// What a sweep must be allowed: to list everything of the kinds that runs leave, to remove what runs of this request make for the way,
/// by name and by tag, and to list and revoke grants. [`iam::policies`](crate::iam::policies) writes it out.
///
/// A sweep lists whatever any run left. To remove what runs of several requests leave, its role needs the policies of each.
///
/// ```
/// use rds_refresh_core::{iam, sweep};
/// # let stage = rds_refresh_testkit::Stage::two_accounts(1);
/// # let request = stage.request("orders-staging").build()?;
///
/// for policy in iam::policies(sweep::permissions(), &iam::Scope::source(request.source()))? {
///     println!("{}", policy.to_json());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn permissions() -> Vec<Permission> {
    vec![
        Permission::new(Side::Source, &["rds:DescribeDBInstances"], [Target::AnyInstance]),
        Permission::new(Side::Source, &["rds:DescribeDBSnapshots"], [Target::AnySnapshot]),
        Permission::new(Side::Source, &["rds:DescribeDBClusterSnapshots"], [Target::AnyClusterSnapshot]),
        Permission::new(Side::Source, &["rds:DeleteDBInstance"], [Target::TemporaryInstance])
            .when(Condition::Owned(Role::Scratch)),
        Permission::new(Side::Source, &["rds:DeleteDBSnapshot"], [Target::SharableSnapshots])
            .when(Condition::Owned(Role::Handover)),
        Permission::new(Side::Source, &["rds:DeleteDBClusterSnapshot"], [Target::MadeClusterSnapshots])
            .when(Condition::Owned(Role::Scratch)),
        // The key of the cluster, to look at its grants.
        Permission::new(Side::Source, &["rds:DescribeDBClusters"], [Target::SourceCluster]),
        Permission::new(Side::Source, &["kms:ListGrants"], [Target::SharedKey]),
        Permission::new(Side::Source, &["kms:RevokeGrant"], [Target::SharedKey]),
        Permission::new(Side::Destination, &["rds:DescribeDBSnapshots"], [Target::AnySnapshot]),
        Permission::new(Side::Destination, &["rds:DeleteDBSnapshot"], [Target::SnapshotCopies])
            .when(Condition::Owned(Role::Handover)),
    ]
}
