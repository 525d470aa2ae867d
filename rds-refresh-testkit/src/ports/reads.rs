use async_trait::async_trait;
use rds_refresh_core::ids::{DbIdentifier, KeyArn, KeyRef};
use rds_refresh_core::ports::{CreateGrant, DbCluster, DbClusterSnapshot, DbInstance, Key};
use rds_refresh_core::preflight::{
    ClusterReads, EngineVersion, KeyReads, Offers, OrderableOption, ParameterGroup, Quota, Reads, SecurityGroup,
    SecurityGroupReads, ServiceTime, SubnetGroup,
};
use rds_refresh_core::{ErrorKind, StepError, Timestamp};

use super::{Door, convert};
use crate::fake::Fake;
use crate::world::engine::log_types;
use crate::world::{Caller, Filter, Paging, ops, resource};

/// What a preflight reads, as an IAM user of one account. It asks RDS, KMS and EC2.
#[derive(Clone, Debug)]
pub struct FakeReads(Door);

impl Fake {
    /// A preflight's reads, as this caller.
    #[must_use]
    pub fn reads(&self, caller: Caller) -> FakeReads {
        FakeReads(Door { fake: self.clone(), caller, gate: None })
    }
}

impl Reads for FakeReads {
    fn security_groups(&self) -> Option<&dyn SecurityGroupReads> {
        Some(self)
    }
}

#[async_trait]
impl ServiceTime for FakeReads {
    async fn service_time(&self) -> Result<Option<Timestamp>, StepError> {
        Ok(Some(self.0.fake.world().now()))
    }
}

#[async_trait]
impl ClusterReads for FakeReads {
    async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError> {
        let request = ops::DescribeDbClusters { identifier: Some(cluster.to_string()), ..Default::default() };
        Ok(self.0.find_one(&request, cluster, "DBClusterNotFoundFault").await?.map(convert::db_cluster))
    }

    async fn describe_db_instance(&self, instance: &DbIdentifier) -> Result<Option<DbInstance>, StepError> {
        let request = ops::DescribeDbInstances { identifier: Some(instance.to_string()), ..Default::default() };
        Ok(self.0.find_one(&request, instance, "DBInstanceNotFound").await?.map(convert::db_instance))
    }

    async fn describe_db_cluster_snapshot(&self, snapshot: &DbIdentifier) -> Result<Option<DbClusterSnapshot>, StepError> {
        let request = ops::DescribeDbClusterSnapshots { identifier: Some(snapshot.to_string()), ..Default::default() };
        Ok(self.0.find_one(&request, snapshot, "DBClusterSnapshotNotFoundFault").await?.map(convert::db_cluster_snapshot))
    }

    async fn automated_db_cluster_snapshots(&self, cluster: &DbIdentifier) -> Result<Vec<DbClusterSnapshot>, StepError> {
        self.0.automated_cluster_snapshots(cluster).await
    }
}

#[async_trait]
impl Offers for FakeReads {
    async fn db_subnet_group(&self, name: &str) -> Result<Option<SubnetGroup>, StepError> {
        let request = ops::DescribeDbSubnetGroups { name: Some(name.to_owned()), ..Default::default() };
        let found = self.0.find_one(&request, &name, "DBSubnetGroupNotFoundFault").await?;
        Ok(found.map(|group: resource::SubnetGroup| SubnetGroup {
            zones: group.zones(),
            name: group.name,
            arn: group.arn,
            // The model's groups are never in the making.
            status: "Complete".to_owned(),
            vpc: group.vpc,
        }))
    }

    async fn db_parameter_group(&self, name: &str) -> Result<Option<ParameterGroup>, StepError> {
        let request = ops::DescribeDbParameterGroups { name: Some(name.to_owned()), ..Default::default() };
        Ok(self.0.find_one(&request, &name, "DBParameterGroupNotFound").await?.map(parameter_group))
    }

    async fn db_cluster_parameter_group(&self, name: &str) -> Result<Option<ParameterGroup>, StepError> {
        let request = ops::DescribeDbClusterParameterGroups { name: Some(name.to_owned()), ..Default::default() };
        Ok(self.0.find_one(&request, &name, "DBParameterGroupNotFound").await?.map(parameter_group))
    }

    async fn orderable_options(&self, engine: &str, version: &str, class: &str) -> Result<Vec<OrderableOption>, StepError> {
        let mut request = ops::DescribeOrderableDbInstanceOptions {
            engine: engine.to_owned(),
            engine_version: Some(version.to_owned()),
            class: Some(class.to_owned()),
            ..Default::default()
        };
        let mut found = Vec::new();
        loop {
            let page = self.0.call(&request, &class).await?;
            found.extend(page.items.into_iter().map(orderable_option));
            if page.marker.is_none() {
                return Ok(found);
            }
            request.paging = Paging { marker: page.marker, max_records: None };
        }
    }

    async fn db_engine_version(&self, engine: &str, version: &str) -> Result<Option<EngineVersion>, StepError> {
        let request = ops::DescribeDbEngineVersions {
            engine: Some(engine.to_owned()),
            engine_version: Some(version.to_owned()),
            include_all: Some(true),
            ..Default::default()
        };
        let page = self.0.call(&request, &version).await?;
        Ok(page.items.into_iter().next().map(|found| EngineVersion {
            family: found.version.family(),
            log_types: log_types(&found.version.engine).iter().map(|&log| log.to_owned()).collect(),
            status: found.version.status,
        }))
    }

    async fn account_quotas(&self) -> Result<Vec<Quota>, StepError> {
        let quotas = self.0.call(&ops::DescribeAccountAttributes, &"quotas").await?;
        Ok(quotas.into_iter().map(|quota| Quota { name: quota.name.to_owned(), used: quota.used, max: quota.max }).collect())
    }
}

#[async_trait]
impl KeyReads for FakeReads {
    async fn describe_key(&self, key: &KeyRef) -> Result<Option<Key>, StepError> {
        let request = ops::DescribeKey { key: key.to_string(), ..Default::default() };
        self.0.find(&request, key, "NotFoundException").await?.map(convert::key).transpose()
    }

    async fn key_policy(&self, key: &KeyArn) -> Result<String, StepError> {
        self.0.call(&ops::GetKeyPolicy { key: key.to_string(), policy_name: Some("default".to_owned()) }, key).await
    }

    async fn may_create_grant(&self, grant: &CreateGrant) -> Result<bool, StepError> {
        let request = ops::CreateGrant {
            key: grant.key.to_string(),
            grantee: grant.grantee_principal(),
            operations: CreateGrant::OPERATIONS.map(str::to_owned).to_vec(),
            name: Some(grant.name.clone()),
            dry_run: Some(true),
            ..Default::default()
        };
        verdict(self.0.call(&request, &grant.key).await)
    }

    async fn may_generate_data_key(&self, key: &KeyArn) -> Result<bool, StepError> {
        let data_key =
            ops::DataKey { key: key.to_string(), spec: Some("AES_256".to_owned()), dry_run: Some(true), ..Default::default() };
        verdict(self.0.call(&ops::GenerateDataKeyWithoutPlaintext(data_key), key).await)
    }
}

#[async_trait]
impl SecurityGroupReads for FakeReads {
    async fn security_groups(&self, ids: &[String]) -> Result<Vec<SecurityGroup>, StepError> {
        let filters = vec![Filter { name: "group-id".to_owned(), values: ids.to_vec() }];
        let found = self.0.call(&ops::DescribeSecurityGroups { filters, ..Default::default() }, &ids.join(", ")).await?;
        Ok(found.items.into_iter().map(|group| SecurityGroup { id: group.id, vpc: group.vpc }).collect())
    }
}

/// A dry run ends with an error: one says that the call would have succeeded.
fn verdict<T>(answer: Result<T, StepError>) -> Result<bool, StepError> {
    match answer {
        Ok(_) => Ok(true),
        Err(error) if error.code() == Some("DryRunOperationException") => Ok(true),
        Err(error) if error.kind() == ErrorKind::Denied => Ok(false),
        Err(error) => Err(error),
    }
}

fn parameter_group(group: resource::ParameterGroup) -> ParameterGroup {
    ParameterGroup { name: group.name, arn: group.arn, family: group.family }
}

fn orderable_option(row: resource::OrderableOption) -> OrderableOption {
    let limits = row.limits();
    OrderableOption {
        supports_clusters: row.supports_clusters,
        storage_type: row.storage_type,
        zones: row.availability_zones,
        min_storage: Some(limits.size.0),
        max_storage: Some(limits.size.1),
        min_iops: limits.iops.map(|(least, _)| least),
        max_iops: limits.iops.map(|(_, most)| most),
        min_iops_per_gib: limits.iops_per_gib.map(|(least, _)| least),
        max_iops_per_gib: limits.iops_per_gib.map(|(_, most)| most),
    }
}
