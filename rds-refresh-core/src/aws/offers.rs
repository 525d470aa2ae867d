use async_trait::async_trait;
use aws_sdk_rds::types as rds;

use super::call::Call;
use super::reads::AwsReads;
use crate::StepError;
use crate::preflight::{EngineVersion, Offers, OrderableOption, ParameterGroup, Quota, SubnetGroup};

#[async_trait]
impl Offers for AwsReads {
    async fn db_subnet_group(&self, name: &str) -> Result<Option<SubnetGroup>, StepError> {
        let call = Call::read("DescribeDBSubnetGroups", name);
        let request = self.rds.describe_db_subnet_groups().db_subnet_group_name(name);
        match call.find("DBSubnetGroupNotFound", request.send()).await? {
            Some(answer) => Ok(Some(subnet_group(call.only(answer.db_subnet_groups, "DBSubnetGroup")?))),
            None => Ok(None),
        }
    }

    async fn db_parameter_group(&self, name: &str) -> Result<Option<ParameterGroup>, StepError> {
        let call = Call::read("DescribeDBParameterGroups", name);
        let request = self.rds.describe_db_parameter_groups().db_parameter_group_name(name);
        let Some(answer) = call.find("DBParameterGroupNotFound", request.send()).await? else { return Ok(None) };
        let group = call.only(answer.db_parameter_groups, "DBParameterGroup")?;
        Ok(Some(ParameterGroup {
            name: group.db_parameter_group_name.unwrap_or_default(),
            arn: group.db_parameter_group_arn.unwrap_or_default(),
            family: group.db_parameter_group_family.unwrap_or_default(),
        }))
    }

    async fn db_cluster_parameter_group(&self, name: &str) -> Result<Option<ParameterGroup>, StepError> {
        let call = Call::read("DescribeDBClusterParameterGroups", name);
        let request = self.rds.describe_db_cluster_parameter_groups().db_cluster_parameter_group_name(name);
        // The operation models the code of instances' groups; the other one has been seen on others of its family.
        let answer = match call.find("DBParameterGroupNotFound", request.send()).await {
            Err(error) if error.code().is_some_and(|code| code.starts_with("DBClusterParameterGroupNotFound")) => None,
            answer => answer?,
        };
        let Some(answer) = answer else { return Ok(None) };
        let group = call.only(answer.db_cluster_parameter_groups, "DBClusterParameterGroup")?;
        Ok(Some(ParameterGroup {
            name: group.db_cluster_parameter_group_name.unwrap_or_default(),
            arn: group.db_cluster_parameter_group_arn.unwrap_or_default(),
            family: group.db_parameter_group_family.unwrap_or_default(),
        }))
    }

    async fn orderable_options(&self, engine: &str, version: &str, class: &str) -> Result<Vec<OrderableOption>, StepError> {
        let call = Call::read("DescribeOrderableDBInstanceOptions", class);
        let pages = self
            .rds
            .describe_orderable_db_instance_options()
            .engine(engine)
            .engine_version(version)
            .db_instance_class(class)
            .vpc(true)
            .into_paginator()
            .items()
            .send();
        let found = call.send(pages.collect::<Result<Vec<_>, _>>()).await?;
        Ok(found.into_iter().map(orderable_option).collect())
    }

    async fn db_engine_version(&self, engine: &str, version: &str) -> Result<Option<EngineVersion>, StepError> {
        let call = Call::read("DescribeDBEngineVersions", format_args!("{engine} {version}"));
        let request = self.rds.describe_db_engine_versions().engine(engine).engine_version(version).include_all(true);
        // A version that never was is no error, but an empty list.
        let answer = call.send(request.send()).await?;
        Ok(answer.db_engine_versions.into_iter().flatten().next().map(|version| EngineVersion {
            status: version.status.unwrap_or_default(),
            family: version.db_parameter_group_family.unwrap_or_default(),
            log_types: version.exportable_log_types.unwrap_or_default(),
        }))
    }

    async fn account_quotas(&self) -> Result<Vec<Quota>, StepError> {
        let call = Call::read("DescribeAccountAttributes", "quotas");
        let answer = call.send(self.rds.describe_account_attributes().send()).await?;
        let count = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
        Ok(answer
            .account_quotas
            .into_iter()
            .flatten()
            .filter_map(|quota| Some(Quota { name: quota.account_quota_name?, used: count(quota.used)?, max: count(quota.max)? }))
            .collect())
    }
}

fn subnet_group(group: rds::DbSubnetGroup) -> SubnetGroup {
    let active = group.subnets.into_iter().flatten().filter(|subnet| subnet.subnet_status.as_deref() == Some("Active"));
    let mut zones: Vec<String> = active.filter_map(|subnet| subnet.subnet_availability_zone?.name).collect();
    zones.sort();
    zones.dedup();
    SubnetGroup {
        name: group.db_subnet_group_name.unwrap_or_default(),
        arn: group.db_subnet_group_arn.unwrap_or_default(),
        status: group.subnet_group_status.unwrap_or_default(),
        vpc: group.vpc_id.unwrap_or_default(),
        zones,
    }
}

fn orderable_option(option: rds::OrderableDbInstanceOption) -> OrderableOption {
    let count = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
    OrderableOption {
        supports_clusters: option.supports_clusters.unwrap_or_default(),
        storage_type: option.storage_type.unwrap_or_default(),
        zones: option.availability_zones.into_iter().flatten().filter_map(|zone| zone.name).collect(),
        min_storage: count(option.min_storage_size),
        max_storage: count(option.max_storage_size),
        min_iops: count(option.min_iops_per_db_instance),
        max_iops: count(option.max_iops_per_db_instance),
        min_iops_per_gib: option.min_iops_per_gib,
        max_iops_per_gib: option.max_iops_per_gib,
    }
}
