//! Calls that both accounts make alike.

use aws_sdk_rds::Client;

use super::call::Call;
use super::convert;
use crate::StepError;
use crate::ids::{DbIdentifier, DbSnapshotIdentifier};
use crate::ports::{CopyDbSnapshot, DbCluster, DbClusterSnapshot, DbSnapshot, Owned};

pub(super) async fn describe_db_cluster(rds: &Client, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError> {
    let call = Call::read("DescribeDBClusters", cluster);
    let request = rds.describe_db_clusters().db_cluster_identifier(cluster.as_str());
    match call.find("DBClusterNotFound", request.send()).await? {
        Some(answer) => Ok(Some(convert::db_cluster(call.only(answer.db_clusters, "DBCluster")?))),
        None => Ok(None),
    }
}

pub(super) async fn describe_db_cluster_snapshot(
    rds: &Client,
    snapshot: &DbIdentifier,
) -> Result<Option<DbClusterSnapshot>, StepError> {
    let call = Call::read("DescribeDBClusterSnapshots", snapshot);
    let request = rds.describe_db_cluster_snapshots().db_cluster_snapshot_identifier(snapshot.as_str());
    match call.find("DBClusterSnapshotNotFound", request.send()).await? {
        Some(answer) => {
            let snapshot = call.only(answer.db_cluster_snapshots, "DBClusterSnapshot")?;
            Ok(Some(convert::db_cluster_snapshot(snapshot)))
        }
        None => Ok(None),
    }
}

pub(super) async fn automated_db_cluster_snapshots(
    rds: &Client,
    cluster: &DbIdentifier,
) -> Result<Vec<DbClusterSnapshot>, StepError> {
    let call = Call::read("DescribeDBClusterSnapshots", cluster);
    let pages = rds
        .describe_db_cluster_snapshots()
        .db_cluster_identifier(cluster.as_str())
        .snapshot_type("automated")
        .into_paginator()
        .items()
        .send();
    let found = call.find("DBClusterSnapshotNotFound", pages.collect::<Result<Vec<_>, _>>()).await?;
    Ok(found.into_iter().flatten().map(convert::db_cluster_snapshot).collect())
}

pub(super) async fn describe_db_snapshot(rds: &Client, snapshot: &DbSnapshotIdentifier) -> Result<Option<DbSnapshot>, StepError> {
    let call = Call::read("DescribeDBSnapshots", snapshot);
    let request = rds.describe_db_snapshots().db_snapshot_identifier(snapshot.as_str());
    match call.find("DBSnapshotNotFound", request.send()).await? {
        Some(answer) => Ok(Some(convert::db_snapshot(call.only(answer.db_snapshots, "DBSnapshot")?))),
        None => Ok(None),
    }
}

pub(super) async fn copy_db_snapshot(rds: &Client, request: &CopyDbSnapshot) -> Result<DbSnapshot, StepError> {
    let CopyDbSnapshot { source, identifier, kms_key, tags } = request;
    let call = Call::mutation("CopyDBSnapshot", identifier);
    let request = rds
        .copy_db_snapshot()
        .source_db_snapshot_identifier(source.to_string())
        .target_db_snapshot_identifier(identifier.as_str())
        .kms_key_id(kms_key.as_str())
        .copy_tags(false)
        .set_tags(Some(convert::tag_list(tags)));
    let answer = call.send(request.send()).await?;
    call.part(answer.db_snapshot, "DBSnapshot").map(convert::db_snapshot)
}

pub(super) async fn delete_db_snapshot(rds: &Client, snapshot: &Owned<DbSnapshot>) -> Result<(), StepError> {
    let identifier = &snapshot.observed().identifier;
    let request = rds.delete_db_snapshot().db_snapshot_identifier(identifier);
    Call::mutation("DeleteDBSnapshot", identifier).send(request.send()).await?;
    Ok(())
}
