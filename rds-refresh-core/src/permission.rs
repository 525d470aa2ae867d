//! What a step must be allowed, before anybody knows which accounts and names it will be about.

use std::borrow::Cow;

use crate::Role;
use crate::step::Side;

/// Actions on resources that a step needs to be allowed.
///
/// A step declares without knowing the request: [`Target`]s stand for what the request names, and [`iam`](crate::iam) writes them out.
///
/// ```
/// use rds_refresh_core::permission::{Condition, Permission, Target};
/// use rds_refresh_core::step::Side;
///
/// // What a step that masks the temporary instance from a Lambda function might declare.
/// let permissions = vec![
///     Permission::new(Side::Source, &["rds:ModifyDBInstance"], [Target::TemporaryInstance]).when(Condition::Owned(rds_refresh_core::Role::Scratch)),
///     Permission::new(Side::Source, &["lambda:InvokeFunction"], [Target::named("function:mask-orders")]),
/// ];
/// # assert_eq!(permissions.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permission {
    /// In which account.
    pub side: Side,
    /// The IAM actions, as `rds:CreateDBSnapshot`.
    pub actions: &'static [&'static str],
    /// What they act on. If the request names nothing for one of them, no such call is made and the permission is not asked for.
    pub targets: Vec<Target>,
    /// What must hold for every call. Only condition keys that are in the context of each of the actions (service authorization
    /// reference).
    pub conditions: Vec<Condition>,
}

impl Permission {
    /// These actions on these targets, whatever the circumstances.
    #[must_use]
    pub fn new(side: Side, actions: &'static [&'static str], targets: impl IntoIterator<Item = Target>) -> Self {
        Self { side, actions, targets: targets.into_iter().collect(), conditions: Vec::new() }
    }

    /// The same, if this holds as well.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }
}

/// What a permission is about, in words of a refresh.
///
/// What a run makes carries the run's id in its name, so a policy that is written once names it by a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Target {
    /// Everything: for actions that know no resource-level rights.
    Any,
    /// The source cluster.
    SourceCluster,
    /// The same where a run looks at it itself; nothing if the request names the snapshot to start from.
    SnapshottedCluster,
    /// The cluster snapshots that runs make; nothing if the request starts from one that exists.
    MadeClusterSnapshots,
    /// The cluster snapshot that the refresh starts from, made or referenced.
    StartingSnapshot,
    /// What a search for cluster snapshots looks through: all of them where the newest automated one is wanted.
    ListedClusterSnapshots,
    /// The temporary instance.
    TemporaryInstance,
    /// Its DB subnet group.
    TemporarySubnetGroup,
    /// Its DB parameter group, or the engine's default ones.
    TemporaryParameterGroup,
    /// The default option groups: Multi-AZ DB clusters know no others.
    DefaultOptionGroups,
    /// The instance snapshots that runs make in the source account.
    InstanceSnapshots,
    /// The copies of these that runs make under the request's `share_key`; nothing if it names none.
    EncryptedSnapshots,
    /// Whatever is shared with the destination: the ones or the others.
    SharableSnapshots,
    /// The key that the source is encrypted with.
    SourceKey,
    /// The request's `share_key`; nothing if it names none.
    ShareKey,
    /// The key that what is shared is encrypted with: the one or the other.
    SharedKey,
    /// The instance snapshots of the source account, seen from the destination.
    SharedSnapshots,
    /// The copies that runs make in the destination account.
    SnapshotCopies,
    /// The key that copy and cluster are encrypted with.
    DestinationKey,
    /// The cluster that is restored.
    Cluster,
    /// Its members, which RDS names.
    ClusterMembers,
    /// Every instance of the account: what IAM takes a search for members for.
    AnyInstance,
    /// Every DB snapshot of the account.
    AnySnapshot,
    /// Every DB cluster snapshot of the account.
    AnyClusterSnapshot,
    /// The cluster's DB subnet group.
    ClusterSubnetGroup,
    /// Its DB cluster parameter group, or the engine's default ones.
    ClusterParameterGroup,
    /// The role that Enhanced Monitoring writes with; nothing if it is off.
    MonitoringRole,
    /// The key of Performance Insights; nothing if the request names none.
    InsightsKey,
    /// The resource part of an ARN in the side's account and Region and the actions' own service, as `function:mask-orders`; or a whole
    /// ARN. `*` and `?` are IAM's wildcards.
    Named(Cow<'static, str>),
}

impl Target {
    /// Something that only the step knows: see [`Named`](Self::Named).
    pub fn named(resource: impl Into<Cow<'static, str>>) -> Self {
        Self::Named(resource.into())
    }
}

/// What must hold for a call to be allowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// The call gives what it makes the tag of ownership in this role: `aws:RequestTag`.
    Tags(Role),
    /// The resource carries the tag of ownership in this role: `aws:ResourceTag`.
    Owned(Role),
    /// What is restored cannot be reached from the internet: `rds:PubliclyAccessible`.
    NotPublic,
    /// RDS makes the call in the caller's name: `kms:ViaService`.
    ThroughRds,
    /// The grant is for an AWS service: `kms:GrantIsForAWSResource`.
    GrantForAws,
    /// The grant gives the destination's account what a copy needs, and nothing else: `kms:GranteePrincipal`, `kms:GrantOperations`.
    GrantToDestination,
    /// The role is passed to this service only: `iam:PassedToService`.
    PassedTo(&'static str),
    /// Any other.
    Other {
        /// The operator, as `StringEquals`.
        operator: Cow<'static, str>,
        /// The condition key, as `aws:RequestTag/cost-centre`.
        key: Cow<'static, str>,
        /// The values, of which one must match.
        values: Vec<Cow<'static, str>>,
    },
}
