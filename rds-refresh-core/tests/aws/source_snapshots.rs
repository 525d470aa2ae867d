use rds_refresh_core::ports::SourceSnapshots;

use crate::connector::{Connector, call};
use crate::samples;

#[tokio::test]
async fn a_snapshot_is_described_by_its_identifier_and_read_whole() {
    let aws = Connector::answering(format!("<DBSnapshots>{}</DBSnapshots>", samples::SNAPSHOT));
    let snapshot = aws.source().describe_db_snapshot(&"copy".parse().unwrap()).await.unwrap();

    assert_eq!(snapshot, Some(samples::snapshot()));
    assert_eq!(aws.form(), call("DescribeDBSnapshots", &[("DBSnapshotIdentifier", "copy")]));
}

#[tokio::test]
async fn a_snapshot_is_created_with_its_tags() {
    let aws = Connector::answering(samples::SNAPSHOT);
    let snapshot = aws.source().create_db_snapshot(&samples::new_snapshot()).await;

    assert_eq!(snapshot, Ok(samples::snapshot()));
    let parameters = [
        ("DBSnapshotIdentifier", "mine"),
        ("DBInstanceIdentifier", "temporary"),
        ("Tags.Tag.1.Key", "team"),
        ("Tags.Tag.1.Value", "data"),
    ];
    assert_eq!(aws.form(), call("CreateDBSnapshot", &parameters));
}

#[tokio::test]
async fn the_restore_attribute_names_the_accounts_and_no_other_attribute_does() {
    let aws = Connector::answering(
        "<DBSnapshotAttributesResult><DBSnapshotIdentifier>mine</DBSnapshotIdentifier><DBSnapshotAttributes>
        <DBSnapshotAttribute><AttributeName>other</AttributeName>
            <AttributeValues><AttributeValue>999999999999</AttributeValue></AttributeValues></DBSnapshotAttribute>
        <DBSnapshotAttribute><AttributeName>restore</AttributeName>
            <AttributeValues><AttributeValue>222222222222</AttributeValue><AttributeValue>all</AttributeValue></AttributeValues>
        </DBSnapshotAttribute></DBSnapshotAttributes></DBSnapshotAttributesResult>",
    );
    let accounts = aws.source().restore_attribute(&"mine".parse().unwrap()).await.unwrap();

    assert_eq!(accounts, Some(vec!["222222222222".to_owned(), "all".to_owned()]));
    assert_eq!(aws.form(), call("DescribeDBSnapshotAttributes", &[("DBSnapshotIdentifier", "mine")]));
}

#[tokio::test]
async fn a_snapshot_that_nobody_may_restore_has_an_empty_restore_attribute() {
    let aws = Connector::answering(
        "<DBSnapshotAttributesResult><DBSnapshotAttributes><DBSnapshotAttribute><AttributeName>restore</AttributeName>
        <AttributeValues/></DBSnapshotAttribute></DBSnapshotAttributes></DBSnapshotAttributesResult>",
    );
    assert_eq!(aws.source().restore_attribute(&"mine".parse().unwrap()).await, Ok(Some(Vec::new())));
}

#[tokio::test]
async fn a_snapshot_is_shared_and_unshared_with_one_account() {
    let account = "222222222222".parse().unwrap();
    let snapshot = samples::owned_snapshot();
    let parameters = |list| [("DBSnapshotIdentifier", "mine"), ("AttributeName", "restore"), (list, "222222222222")];

    let aws = Connector::answering("<DBSnapshotAttributesResult/>");
    aws.source().share_db_snapshot(&snapshot, &account).await.unwrap();
    assert_eq!(aws.form(), call("ModifyDBSnapshotAttribute", &parameters("ValuesToAdd.AttributeValue.1")));

    let aws = Connector::answering("<DBSnapshotAttributesResult/>");
    aws.source().unshare_db_snapshot(&snapshot, &account).await.unwrap();
    assert_eq!(aws.form(), call("ModifyDBSnapshotAttribute", &parameters("ValuesToRemove.AttributeValue.1")));
}

#[tokio::test]
async fn a_snapshot_is_deleted_by_its_identifier() {
    let aws = Connector::answering(samples::SNAPSHOT);
    aws.source().delete_db_snapshot(&samples::owned_snapshot()).await.unwrap();

    assert_eq!(aws.form(), call("DeleteDBSnapshot", &[("DBSnapshotIdentifier", "mine")]));
}
