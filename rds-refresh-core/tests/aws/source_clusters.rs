use rds_refresh_core::ports::{DbCluster, DbClusterSnapshot, SourceClusters};

use crate::connector::{Connector, Reply, call, rds_result};
use crate::samples;

#[tokio::test]
async fn a_cluster_is_described_by_its_identifier_and_read_whole() {
    let aws = Connector::answering(format!("<DBClusters>{}</DBClusters>", samples::CLUSTER));
    let cluster = aws.source().describe_db_cluster(&"prod".parse().unwrap()).await.unwrap();

    assert_eq!(cluster, Some(samples::cluster()));
    assert_eq!(aws.form(), call("DescribeDBClusters", &[("DBClusterIdentifier", "prod")]));
    assert_eq!(aws.sent()[0].uri, "https://rds.eu-west-1.amazonaws.com/");
}

#[tokio::test]
async fn what_a_cluster_does_not_show_is_empty() {
    let sparse = "<DBClusters><DBCluster><DBClusterIdentifier>prod</DBClusterIdentifier><Status>creating</Status>
        <PendingModifiedValues/><DBClusterMembers/><TagList/><PercentProgress>about half</PercentProgress>
        <Port>-1</Port></DBCluster></DBClusters>";
    let cluster = Connector::answering(sparse).source().describe_db_cluster(&"prod".parse().unwrap()).await.unwrap();

    let expected = DbCluster { identifier: "prod".into(), status: "creating".into(), ..DbCluster::default() };
    assert_eq!(cluster, Some(expected));
}

#[tokio::test]
async fn a_manual_cluster_snapshot_is_described_by_its_identifier_alone() {
    let aws = Connector::answering(format!("<DBClusterSnapshots>{}</DBClusterSnapshots>", samples::CLUSTER_SNAPSHOT));
    let snapshot = aws.source().describe_db_cluster_snapshot(&"mine".parse().unwrap()).await.unwrap();

    assert_eq!(snapshot, Some(samples::cluster_snapshot()));
    assert_eq!(aws.form(), call("DescribeDBClusterSnapshots", &[("DBClusterSnapshotIdentifier", "mine")]));
}

#[tokio::test]
async fn automated_cluster_snapshots_are_listed_to_the_last_page() {
    let page = |identifier: &str, marker: &str| {
        let snapshots = format!(
            "<DBClusterSnapshots><DBClusterSnapshot><DBClusterSnapshotIdentifier>{identifier}</DBClusterSnapshotIdentifier>\
             </DBClusterSnapshot></DBClusterSnapshots>{marker}"
        );
        Reply::Answers(200, rds_result("DescribeDBClusterSnapshots", &snapshots))
    };
    let aws = Connector::new(move |sent| match sent.parameter("Marker").as_deref() {
        None => page("rds:one", "<Marker>a/+=</Marker>"),
        Some("a/+=") => page("rds:two", "<Marker>b</Marker>"),
        Some("b") => page("rds:three", ""),
        other => panic!("{other:?}"),
    });
    let snapshots = aws.source().automated_db_cluster_snapshots(&"prod".parse().unwrap()).await.unwrap();

    let names: Vec<&str> = snapshots.iter().map(|snapshot| snapshot.identifier.as_str()).collect();
    assert_eq!(names, ["rds:one", "rds:two", "rds:three"]);
    let parameters = [("DBClusterIdentifier", "prod"), ("SnapshotType", "automated")];
    assert_eq!(aws.sent()[0].form(), call("DescribeDBClusterSnapshots", &parameters));
}

#[tokio::test]
async fn a_cluster_without_automated_snapshots_has_an_empty_list() {
    let cluster = "prod".parse().unwrap();
    let none: Vec<DbClusterSnapshot> = Vec::new();

    let empty = Connector::answering("<DBClusterSnapshots/>");
    assert_eq!(empty.source().automated_db_cluster_snapshots(&cluster).await, Ok(none.clone()));
    let absent = Connector::refusing(404, "DBClusterSnapshotNotFoundFault", "no");
    assert_eq!(absent.source().automated_db_cluster_snapshots(&cluster).await, Ok(none));
}

#[tokio::test]
async fn a_cluster_snapshot_is_created_with_its_tags() {
    let aws = Connector::answering(samples::CLUSTER_SNAPSHOT);
    let snapshot = aws.source().create_db_cluster_snapshot(&samples::new_cluster_snapshot()).await;

    assert_eq!(snapshot, Ok(samples::cluster_snapshot()));
    let parameters = [
        ("DBClusterSnapshotIdentifier", "mine"),
        ("DBClusterIdentifier", "prod"),
        ("Tags.Tag.1.Key", "team"),
        ("Tags.Tag.1.Value", "data & more"),
        ("Tags.Tag.2.Key", "team:cost"),
        ("Tags.Tag.2.Value", ""),
    ];
    assert_eq!(aws.form(), call("CreateDBClusterSnapshot", &parameters));
}

#[tokio::test]
async fn a_cluster_snapshot_is_deleted_by_its_identifier() {
    let aws = Connector::answering(samples::CLUSTER_SNAPSHOT);
    aws.source().delete_db_cluster_snapshot(&samples::owned_cluster_snapshot()).await.unwrap();

    assert_eq!(aws.form(), call("DeleteDBClusterSnapshot", &[("DBClusterSnapshotIdentifier", "mine")]));
}
