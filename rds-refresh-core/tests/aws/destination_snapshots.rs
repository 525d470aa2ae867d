use rds_refresh_core::ports::DestinationSnapshots;

use crate::connector::{Connector, call};
use crate::samples;

#[tokio::test]
async fn a_shared_snapshot_is_described_by_its_arn() {
    let aws = Connector::answering(format!("<DBSnapshots>{}</DBSnapshots>", samples::SNAPSHOT));
    let snapshot = aws.destination().describe_shared_db_snapshot(&samples::shared()).await.unwrap();

    assert_eq!(snapshot, Some(samples::snapshot()));
    let parameters = [("DBSnapshotIdentifier", samples::SHARED), ("IncludeShared", "true")];
    assert_eq!(aws.form(), call("DescribeDBSnapshots", &parameters));
}

#[tokio::test]
async fn a_snapshot_of_the_account_is_described_by_its_identifier() {
    let aws = Connector::answering(format!("<DBSnapshots>{}</DBSnapshots>", samples::SNAPSHOT));
    let snapshot = aws.destination().describe_db_snapshot(&"copy".parse().unwrap()).await.unwrap();

    assert_eq!(snapshot, Some(samples::snapshot()));
    assert_eq!(aws.form(), call("DescribeDBSnapshots", &[("DBSnapshotIdentifier", "copy")]));
}

#[tokio::test]
async fn the_shared_snapshot_is_copied_by_its_arn_under_the_destinations_key() {
    let aws = Connector::answering(samples::SNAPSHOT);
    let snapshot = aws.destination().copy_db_snapshot(&samples::copy()).await;

    assert_eq!(snapshot, Ok(samples::snapshot()));
    let parameters = [
        ("SourceDBSnapshotIdentifier", samples::SHARED),
        ("TargetDBSnapshotIdentifier", "mine"),
        ("KmsKeyId", "alias/nonprod"),
        ("CopyTags", "false"),
        ("Tags.Tag.1.Key", "team"),
        ("Tags.Tag.1.Value", "data"),
    ];
    assert_eq!(aws.form(), call("CopyDBSnapshot", &parameters));
}

#[tokio::test]
async fn the_copy_is_deleted_by_its_identifier() {
    let aws = Connector::answering(samples::SNAPSHOT);
    aws.destination().delete_db_snapshot(&samples::owned_snapshot()).await.unwrap();

    assert_eq!(aws.form(), call("DeleteDBSnapshot", &[("DBSnapshotIdentifier", "mine")]));
}
