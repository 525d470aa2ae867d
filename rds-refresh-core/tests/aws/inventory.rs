//! Everything that an account holds of a kind, page after page.

use rds_refresh_core::ErrorKind;
use rds_refresh_core::ports::Inventory;

use crate::connector::{Connector, Reply, call, rds_result};
use crate::samples;

/// Answers a listing in two pages, of one item each.
fn in_two_pages(list: &'static str, item: &'static str) -> Connector {
    Connector::new(move |sent| {
        let action = sent.parameter("Action").unwrap();
        let marker = if sent.parameter("Marker").is_none() { "<Marker>next</Marker>" } else { "" };
        Reply::Answers(200, rds_result(&action, &format!("{marker}<{list}>{item}</{list}>")))
    })
}

/// The parameters of the two calls: what is asked for, and where the second page begins.
fn asked(aws: &Connector, action: &str, parameters: &[(&str, &str)]) {
    let sent = aws.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].form(), call(action, parameters));
    let second: Vec<_> = parameters.iter().copied().chain([("Marker", "next")]).collect();
    assert_eq!(sent[1].form(), call(action, &second));
}

#[tokio::test]
async fn instances_are_listed_with_those_of_every_page() {
    let aws = in_two_pages("DBInstances", samples::INSTANCE);
    assert_eq!(aws.source().db_instances().await.unwrap(), [samples::instance(), samples::instance()]);
    asked(&aws, "DescribeDBInstances", &[]);
}

#[tokio::test]
async fn only_manual_snapshots_are_listed() {
    let aws = in_two_pages("DBSnapshots", samples::SNAPSHOT);
    assert_eq!(aws.source().manual_db_snapshots().await.unwrap(), [samples::snapshot(), samples::snapshot()]);
    asked(&aws, "DescribeDBSnapshots", &[("SnapshotType", "manual")]);

    let aws = in_two_pages("DBClusterSnapshots", samples::CLUSTER_SNAPSHOT);
    let found = aws.source().manual_db_cluster_snapshots().await.unwrap();
    assert_eq!(found, [samples::cluster_snapshot(), samples::cluster_snapshot()]);
    asked(&aws, "DescribeDBClusterSnapshots", &[("SnapshotType", "manual")]);
}

#[tokio::test]
async fn the_destination_lists_in_the_same_way() {
    let aws = in_two_pages("DBInstances", samples::INSTANCE);
    assert_eq!(aws.destination().db_instances().await.unwrap().len(), 2);
    asked(&aws, "DescribeDBInstances", &[]);

    let aws = in_two_pages("DBSnapshots", samples::SNAPSHOT);
    assert_eq!(aws.destination().manual_db_snapshots().await.unwrap().len(), 2);
    asked(&aws, "DescribeDBSnapshots", &[("SnapshotType", "manual")]);

    let aws = in_two_pages("DBClusterSnapshots", samples::CLUSTER_SNAPSHOT);
    assert_eq!(aws.destination().manual_db_cluster_snapshots().await.unwrap().len(), 2);
    asked(&aws, "DescribeDBClusterSnapshots", &[("SnapshotType", "manual")]);
}

/// A listing that fails at its second page is no shorter listing.
#[tokio::test]
async fn a_page_that_is_missing_is_an_error() {
    let aws = Connector::new(|sent| match sent.parameter("Marker") {
        None => Reply::Answers(200, rds_result("DescribeDBSnapshots", "<Marker>next</Marker><DBSnapshots/>")),
        Some(_) => Reply::Answers(403, crate::connector::rds_error("AccessDenied", "User: me is not authorized")),
    });
    let error = aws.source().manual_db_snapshots().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Denied, Some("DescribeDBSnapshots")));
}
