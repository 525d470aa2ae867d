//! The operations that the model knows, and what all of them have in common.

use super::iam::Asks;
use super::{ApiError, Caller, World};

/// One request to RDS, KMS, STS or EC2: its parameters, its rules and its effect. Each file in [`ops`](super::ops) implements one.
pub trait Request: Clone + Send + Sync + 'static {
    /// Which operation it is.
    const OPERATION: Operation;

    /// What the service answers.
    type Answer: Send;

    /// The resource that the call is about, as the request names it: for the journal.
    fn resource(&self) -> &str;

    /// What the caller must be allowed: by default the operation itself, on no resource in particular.
    fn asks(&self, _world: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION)
    }

    /// Checks the request against the world and, if it is legal, carries it out. A refused request must change nothing.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Self::Answer, ApiError>;
}

/// The services that the model speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Amazon RDS.
    Rds,
    /// AWS KMS.
    Kms,
    /// AWS STS.
    Sts,
    /// Amazon EC2.
    Ec2,
}

impl Service {
    /// What the actions of policies begin with, and what SDKs sign for.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Rds => "rds",
            Self::Kms => "kms",
            Self::Sts => "sts",
            Self::Ec2 => "ec2",
        }
    }
}

macro_rules! operations {
    ($($variant:ident $name:literal $service:ident $mutates:literal)*) => {
        /// An operation of RDS, KMS, STS or EC2.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Operation {
            $(#[doc = concat!("`", $name, "`.")] $variant,)*
        }

        impl Operation {
            /// Every operation of the model.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name on the wire.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The service that it belongs to.
            #[must_use]
            pub fn service(self) -> Service {
                match self { $(Self::$variant => Service::$service,)* }
            }

            /// Whether it changes anything.
            #[must_use]
            pub fn mutates(self) -> bool {
                match self { $(Self::$variant => $mutates,)* }
            }
        }
    };
}

operations! {
    CreateDbClusterSnapshot "CreateDBClusterSnapshot" Rds true
    DescribeDbClusterSnapshots "DescribeDBClusterSnapshots" Rds false
    DeleteDbClusterSnapshot "DeleteDBClusterSnapshot" Rds true
    CopyDbClusterSnapshot "CopyDBClusterSnapshot" Rds true
    ModifyDbClusterSnapshotAttribute "ModifyDBClusterSnapshotAttribute" Rds true
    RestoreDbInstanceFromDbSnapshot "RestoreDBInstanceFromDBSnapshot" Rds true
    DescribeDbInstances "DescribeDBInstances" Rds false
    ModifyDbInstance "ModifyDBInstance" Rds true
    DeleteDbInstance "DeleteDBInstance" Rds true
    CreateDbSnapshot "CreateDBSnapshot" Rds true
    DescribeDbSnapshots "DescribeDBSnapshots" Rds false
    ModifyDbSnapshotAttribute "ModifyDBSnapshotAttribute" Rds true
    DescribeDbSnapshotAttributes "DescribeDBSnapshotAttributes" Rds false
    CopyDbSnapshot "CopyDBSnapshot" Rds true
    DeleteDbSnapshot "DeleteDBSnapshot" Rds true
    RestoreDbClusterFromSnapshot "RestoreDBClusterFromSnapshot" Rds true
    DescribeDbClusters "DescribeDBClusters" Rds false
    ModifyDbCluster "ModifyDBCluster" Rds true
    DeleteDbCluster "DeleteDBCluster" Rds true
    AddTagsToResource "AddTagsToResource" Rds true
    ListTagsForResource "ListTagsForResource" Rds false
    DescribeOrderableDbInstanceOptions "DescribeOrderableDBInstanceOptions" Rds false
    DescribeDbEngineVersions "DescribeDBEngineVersions" Rds false
    DescribeAccountAttributes "DescribeAccountAttributes" Rds false
    CreateDbSubnetGroup "CreateDBSubnetGroup" Rds true
    DeleteDbSubnetGroup "DeleteDBSubnetGroup" Rds true
    DescribeDbSubnetGroups "DescribeDBSubnetGroups" Rds false
    CreateDbClusterParameterGroup "CreateDBClusterParameterGroup" Rds true
    DeleteDbClusterParameterGroup "DeleteDBClusterParameterGroup" Rds true
    DescribeDbClusterParameterGroups "DescribeDBClusterParameterGroups" Rds false
    DescribeDbParameterGroups "DescribeDBParameterGroups" Rds false
    RemoveTagsFromResource "RemoveTagsFromResource" Rds true
    DescribeDbClusterSnapshotAttributes "DescribeDBClusterSnapshotAttributes" Rds false
    DescribeEvents "DescribeEvents" Rds false
    CreateKey "CreateKey" Kms true
    CreateDbCluster "CreateDBCluster" Rds true
    CreateDbInstance "CreateDBInstance" Rds true
    DescribeKey "DescribeKey" Kms false
    ListKeys "ListKeys" Kms false
    ListResourceTags "ListResourceTags" Kms false
    GetKeyPolicy "GetKeyPolicy" Kms false
    PutKeyPolicy "PutKeyPolicy" Kms true
    ListKeyPolicies "ListKeyPolicies" Kms false
    CreateGrant "CreateGrant" Kms true
    ListGrants "ListGrants" Kms false
    RevokeGrant "RevokeGrant" Kms true
    RetireGrant "RetireGrant" Kms true
    EnableKey "EnableKey" Kms true
    DisableKey "DisableKey" Kms true
    ScheduleKeyDeletion "ScheduleKeyDeletion" Kms true
    CancelKeyDeletion "CancelKeyDeletion" Kms true
    CreateAlias "CreateAlias" Kms true
    ListAliases "ListAliases" Kms false
    DeleteAlias "DeleteAlias" Kms true
    UpdateAlias "UpdateAlias" Kms true
    TagResource "TagResource" Kms true
    UntagResource "UntagResource" Kms true
    UpdateKeyDescription "UpdateKeyDescription" Kms true
    GetKeyRotationStatus "GetKeyRotationStatus" Kms false
    ListRetirableGrants "ListRetirableGrants" Kms false
    GenerateDataKey "GenerateDataKey" Kms false
    GenerateDataKeyWithoutPlaintext "GenerateDataKeyWithoutPlaintext" Kms false
    GetCallerIdentity "GetCallerIdentity" Sts false
    AssumeRole "AssumeRole" Sts true
    DescribeSecurityGroups "DescribeSecurityGroups" Ec2 false
}
