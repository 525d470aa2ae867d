use async_trait::async_trait;
use aws_sdk_rds::Client;

use super::call::Call;
use super::{AwsDestination, AwsSource, convert};
use crate::StepError;
use crate::ports::{DbClusterSnapshot, DbInstance, DbSnapshot, Inventory};

#[async_trait]
impl Inventory for AwsSource {
    async fn db_instances(&self) -> Result<Vec<DbInstance>, StepError> {
        db_instances(&self.rds).await
    }

    async fn manual_db_snapshots(&self) -> Result<Vec<DbSnapshot>, StepError> {
        manual_db_snapshots(&self.rds).await
    }

    async fn manual_db_cluster_snapshots(&self) -> Result<Vec<DbClusterSnapshot>, StepError> {
        manual_db_cluster_snapshots(&self.rds).await
    }
}

#[async_trait]
impl Inventory for AwsDestination {
    async fn db_instances(&self) -> Result<Vec<DbInstance>, StepError> {
        db_instances(&self.rds).await
    }

    async fn manual_db_snapshots(&self) -> Result<Vec<DbSnapshot>, StepError> {
        manual_db_snapshots(&self.rds).await
    }

    async fn manual_db_cluster_snapshots(&self) -> Result<Vec<DbClusterSnapshot>, StepError> {
        manual_db_cluster_snapshots(&self.rds).await
    }
}

async fn db_instances(rds: &Client) -> Result<Vec<DbInstance>, StepError> {
    let pages = rds.describe_db_instances().into_paginator().items().send();
    let found = Call::read("DescribeDBInstances", "*").send(pages.collect::<Result<Vec<_>, _>>()).await?;
    Ok(found.into_iter().map(convert::db_instance).collect())
}

async fn manual_db_snapshots(rds: &Client) -> Result<Vec<DbSnapshot>, StepError> {
    let pages = rds.describe_db_snapshots().snapshot_type("manual").into_paginator().items().send();
    let found = Call::read("DescribeDBSnapshots", "*").send(pages.collect::<Result<Vec<_>, _>>()).await?;
    Ok(found.into_iter().map(convert::db_snapshot).collect())
}

async fn manual_db_cluster_snapshots(rds: &Client) -> Result<Vec<DbClusterSnapshot>, StepError> {
    let pages = rds.describe_db_cluster_snapshots().snapshot_type("manual").into_paginator().items().send();
    let found = Call::read("DescribeDBClusterSnapshots", "*").send(pages.collect::<Result<Vec<_>, _>>()).await?;
    Ok(found.into_iter().map(convert::db_cluster_snapshot).collect())
}
