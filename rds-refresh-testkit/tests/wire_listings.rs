//! Listings through the SDK: pages, filters, and the empty list.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod wire_fixture;

use std::time::Duration;

use aws_sdk_rds::error::ProvideErrorMetadata;
use aws_sdk_rds::operation::describe_db_cluster_snapshots::DescribeDbClusterSnapshotsOutput;
use aws_sdk_rds::types::Filter;

use wire_fixture::Refresh;

#[tokio::test]
async fn the_sdks_paginator_finds_every_snapshot_once() {
    let refresh = with_snapshots(45).await;
    let manual = refresh.source_rds.describe_db_cluster_snapshots().snapshot_type("manual");
    let pages = manual.into_paginator().page_size(20).send();
    let pages = pages.try_collect().await.unwrap();
    let lengths: Vec<usize> = pages.iter().map(|page| page.db_cluster_snapshots().len()).collect();
    assert_eq!(lengths, [20, 20, 5]);
    assert!(pages[0].marker().is_some() && pages[2].marker().is_none());
    let mut found: Vec<&str> = pages
        .iter()
        .flat_map(DescribeDbClusterSnapshotsOutput::db_cluster_snapshots)
        .filter_map(|snapshot| snapshot.db_cluster_snapshot_identifier())
        .collect();
    found.sort_unstable();
    assert_eq!(found, (0..45).map(name).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_is_20_to_100_long() {
    let refresh = Refresh::new();
    for records in [-1, 0, 19, 101] {
        let listing = refresh.source_rds.describe_db_clusters().max_records(records).send().await;
        let error = listing.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some("InvalidParameterValue"), "{records}: {error:?}");
    }
    for records in [20, 100] {
        assert!(refresh.source_rds.describe_db_clusters().max_records(records).send().await.is_ok());
    }
}

#[tokio::test]
async fn filters_cross_the_wire() {
    let refresh = with_snapshots(3).await;
    let by_id = |values: &[&str]| {
        let values = values.iter().map(ToString::to_string).collect();
        Filter::builder().name("db-cluster-snapshot-id").set_values(Some(values)).build()
    };
    for (values, expected) in [(&["snap-001"][..], 1), (&["snap-000", "snap-002"], 2), (&["none"], 0)] {
        let listing = refresh.source_rds.describe_db_cluster_snapshots().filters(by_id(values)).send().await.unwrap();
        // An empty list is there and empty, not absent.
        assert_eq!(listing.db_cluster_snapshots.map(|found| found.len()), Some(expected), "{values:?}");
    }
}

#[tokio::test]
async fn accounts_and_regions_do_not_see_each_other() {
    let refresh = with_snapshots(1).await;
    let elsewhere = refresh.destination_rds.describe_db_cluster_snapshots().send().await.unwrap();
    assert!(elsewhere.db_cluster_snapshots().is_empty());
    let config = refresh.fake.sdk_config(&refresh.source.account, &"eu-central-1".parse().unwrap());
    let elsewhere = aws_sdk_rds::Client::new(&config).describe_db_cluster_snapshots().send().await.unwrap();
    assert!(elsewhere.db_cluster_snapshots().is_empty());
}

async fn with_snapshots(count: usize) -> Refresh {
    let refresh = Refresh::new();
    for i in 0..count {
        let create = refresh.source_rds.create_db_cluster_snapshot().db_cluster_identifier(&refresh.cluster);
        create.db_cluster_snapshot_identifier(name(i)).send().await.unwrap();
        // One cluster makes one snapshot at a time.
        refresh.advance(Duration::from_mins(15));
    }
    refresh
}

fn name(i: usize) -> String {
    format!("snap-{i:03}")
}
