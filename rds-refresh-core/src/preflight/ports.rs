use async_trait::async_trait;

use super::observed::{EngineVersion, OrderableOption, ParameterGroup, Quota, SecurityGroup, SubnetGroup};
use crate::ids::{DbIdentifier, KeyArn, KeyRef};
use crate::ports::{CreateGrant, DbCluster, DbClusterSnapshot, DbInstance, Key};
use crate::{StepError, Timestamp};

/// Reads clusters, instances and cluster snapshots.
#[async_trait]
pub trait ClusterReads: Send + Sync {
    /// `DescribeDBClusters` for one cluster.
    async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError>;

    /// `DescribeDBInstances` for one instance.
    async fn describe_db_instance(&self, instance: &DbIdentifier) -> Result<Option<DbInstance>, StepError>;

    /// `DescribeDBClusterSnapshots` for one manual snapshot.
    async fn describe_db_cluster_snapshot(&self, snapshot: &DbIdentifier) -> Result<Option<DbClusterSnapshot>, StepError>;

    /// `DescribeDBClusterSnapshots` for all automated snapshots of a cluster, in any order.
    async fn automated_db_cluster_snapshots(&self, cluster: &DbIdentifier) -> Result<Vec<DbClusterSnapshot>, StepError>;
}

/// Reads what an account has, and what its Region offers.
#[async_trait]
pub trait Offers: Send + Sync {
    /// `DescribeDBSubnetGroups` for one group.
    async fn db_subnet_group(&self, name: &str) -> Result<Option<SubnetGroup>, StepError>;

    /// `DescribeDBParameterGroups` for one group.
    async fn db_parameter_group(&self, name: &str) -> Result<Option<ParameterGroup>, StepError>;

    /// `DescribeDBClusterParameterGroups` for one group.
    async fn db_cluster_parameter_group(&self, name: &str) -> Result<Option<ParameterGroup>, StepError>;

    /// `DescribeOrderableDBInstanceOptions` for one class of one engine version, all pages.
    async fn orderable_options(&self, engine: &str, version: &str, class: &str) -> Result<Vec<OrderableOption>, StepError>;

    /// `DescribeDBEngineVersions` for one version, retired ones included.
    async fn db_engine_version(&self, engine: &str, version: &str) -> Result<Option<EngineVersion>, StepError>;

    /// `DescribeAccountAttributes`.
    async fn account_quotas(&self) -> Result<Vec<Quota>, StepError>;
}

/// Reads keys.
#[async_trait]
pub trait KeyReads: Send + Sync {
    /// `DescribeKey`.
    async fn describe_key(&self, key: &KeyRef) -> Result<Option<Key>, StepError>;

    /// `GetKeyPolicy`: the default policy's JSON text. Only the key's own account may read it.
    async fn key_policy(&self, key: &KeyArn) -> Result<String, StepError>;

    /// `CreateGrant` with `DryRun`: whether KMS would let the caller make the grant. Makes none.
    async fn may_create_grant(&self, grant: &CreateGrant) -> Result<bool, StepError>;

    /// `GenerateDataKeyWithoutPlaintext` with `DryRun`: whether KMS would let the caller encrypt with the key. A no says nothing of calls
    /// through RDS, where a policy asks for `kms:ViaService`.
    async fn may_generate_data_key(&self, key: &KeyArn) -> Result<bool, StepError>;
}

/// Reads security groups, which are EC2's. An account without this port has the check answer that it cannot see.
#[async_trait]
pub trait SecurityGroupReads: Send + Sync {
    /// `DescribeSecurityGroups` with the filter `group-id`: those of the given groups that exist.
    async fn security_groups(&self, ids: &[String]) -> Result<Vec<SecurityGroup>, StepError>;
}

/// Tells the service's time.
#[async_trait]
pub trait ServiceTime: Send + Sync {
    /// The `Date` of the last answer; `None` if there was none.
    async fn service_time(&self) -> Result<Option<Timestamp>, StepError>;
}

/// All that a preflight reads in one account.
pub trait Reads: ClusterReads + Offers + KeyReads + ServiceTime {
    /// Security groups, where EC2 can be asked. Default: it cannot.
    fn security_groups(&self) -> Option<&dyn SecurityGroupReads> {
        None
    }
}
