//! Errors that AWS answers with.

use rds_refresh_core::ErrorKind;
use rds_refresh_core::ports::{
    DestinationClusters, DestinationSnapshots, SourceClusters, SourceKeys, SourceSnapshots, TemporaryInstances,
};

use crate::codes::ON_THE_WIRE;
use crate::connector::{Connector, Reply};
use crate::samples::{self, KEY};

/// What a kind is on a mutation: after a fault of the service nobody knows whether it took effect.
fn of_a_mutation(kind: ErrorKind) -> ErrorKind {
    match kind {
        ErrorKind::Transient => ErrorKind::UnknownOutcome,
        kind => kind,
    }
}

#[tokio::test]
async fn every_code_of_rds_asks_for_what_the_table_says() {
    let members_gone = ["DBInstanceNotFound", "DBInstanceNotFoundFault"];
    for (code, kind) in ON_THE_WIRE {
        for status in [400, 403, 404, 500, 503] {
            let aws = Connector::refusing(status, code, "as AWS says");
            let change = aws.source().create_db_snapshot(&samples::new_snapshot()).await.unwrap_err();
            assert_eq!(change.kind(), of_a_mutation(*kind), "{status} {change}");

            let read = aws.destination().describe_members(&"mine".parse().unwrap()).await;
            if members_gone.contains(code) {
                assert_eq!(read, Ok(Vec::new()));
            } else {
                assert_eq!(read.unwrap_err().kind(), *kind, "{status} {code}");
            }
        }
    }
}

#[tokio::test]
async fn every_code_of_kms_asks_for_what_the_table_says() {
    for (code, kind) in ON_THE_WIRE {
        let aws = Connector::refusing_json(400, code, "as AWS says");
        let read = aws.source().key_policy(&samples::key()).await.unwrap_err();
        assert_eq!((read.kind(), read.code()), (*kind, Some(*code)), "{read}");
        let change = aws.source().create_grant(&samples::new_grant()).await.unwrap_err();
        assert_eq!((change.kind(), change.code()), (of_a_mutation(*kind), Some(*code)), "{change}");
    }
}

#[tokio::test]
async fn an_error_says_what_aws_said_about_which_call() {
    let aws = Connector::refusing(400, "InvalidDBInstanceState", "Cannot create a snapshot because …");
    let error = aws.source().create_db_snapshot(&samples::new_snapshot()).await.unwrap_err();

    assert_eq!(error.code(), Some("InvalidDBInstanceState"));
    assert_eq!(error.operation(), Some("CreateDBSnapshot"));
    assert_eq!(error.resource(), Some("mine"));
    assert_eq!(error.message(), "Cannot create a snapshot because …");

    let aws = Connector::refusing_json(400, "LimitExceededException", "too many grants");
    let error = aws.source().create_grant(&samples::new_grant()).await.unwrap_err();
    assert_eq!(error.to_string(), format!("CreateGrant on {KEY}#refresh-run: too many grants (LimitExceededException)"));
}

#[tokio::test]
async fn an_unknown_code_is_judged_by_its_status() {
    let table = [
        (400, ErrorKind::Invalid),
        (403, ErrorKind::Denied),
        (404, ErrorKind::Invalid),
        (429, ErrorKind::Throttled),
        (500, ErrorKind::Transient),
        (502, ErrorKind::Transient),
        (599, ErrorKind::Transient),
    ];
    for (status, kind) in table {
        let aws = Connector::refusing(status, "SomethingNew", "new");
        let read = aws.source().describe_db_instance(&"mine".parse().unwrap()).await.unwrap_err();
        assert_eq!((read.kind(), read.code()), (kind, Some("SomethingNew")), "{status}");
        let change = aws.source().delete_db_instance(&samples::owned_instance()).await.unwrap_err();
        assert_eq!(change.kind(), of_a_mutation(kind), "{status}");
    }
}

#[tokio::test]
async fn copy_slots_that_are_taken_are_waited_for() {
    let slots = Connector::refusing(400, "SnapshotQuotaExceeded", "Cannot copy more than 20 snapshots across regions");
    let error = slots.destination().copy_db_snapshot(&samples::copy()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);

    let hard = Connector::refusing(400, "SnapshotQuotaExceeded", "Cannot create more than 100 manual snapshots");
    let error = hard.destination().copy_db_snapshot(&samples::copy()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Quota);
}

#[tokio::test]
async fn a_describe_finds_nothing_only_if_the_code_says_exactly_that() {
    let codes = [
        "DBClusterNotFoundFault",
        "DBClusterSnapshotNotFoundFault",
        "DBInstanceNotFound",
        "DBSnapshotNotFound",
        "DBSnapshotNotFoundFault",
        "AccessDenied",
        "InternalFailure",
    ];
    for code in codes {
        let aws = Connector::refusing(404, code, "… not found.");
        let (source, destination) = (aws.source(), aws.destination());
        let (id, snapshot) = ("mine".parse().unwrap(), "mine".parse().unwrap());
        let found = [
            ("DBClusterNotFound", SourceClusters::describe_db_cluster(&source, &id).await.map(|found| found.is_some())),
            ("DBClusterNotFound", DestinationClusters::describe_db_cluster(&destination, &id).await.map(|found| found.is_some())),
            ("DBClusterSnapshotNotFound", source.describe_db_cluster_snapshot(&id).await.map(|found| found.is_some())),
            ("DBInstanceNotFound", source.describe_db_instance(&id).await.map(|found| found.is_some())),
            ("DBSnapshotNotFound", SourceSnapshots::describe_db_snapshot(&source, &snapshot).await.map(|found| found.is_some())),
            ("DBSnapshotNotFound", source.restore_attribute(&snapshot).await.map(|found| found.is_some())),
            (
                "DBSnapshotNotFound",
                DestinationSnapshots::describe_db_snapshot(&destination, &snapshot).await.map(|found| found.is_some()),
            ),
            (
                "DBSnapshotNotFound",
                destination.describe_shared_db_snapshot(&samples::shared()).await.map(|found| found.is_some()),
            ),
        ];
        for (absent, answer) in found {
            if code.strip_suffix("Fault").unwrap_or(code) == absent {
                assert_eq!(answer, Ok(false), "{absent} {code}");
            } else {
                assert_eq!(answer.unwrap_err().code(), Some(code), "{absent}");
            }
        }
    }
}

#[tokio::test]
async fn a_key_is_absent_only_if_kms_says_so() {
    let absent = Connector::refusing_json(400, "NotFoundException", "Key … does not exist");
    assert_eq!(absent.source().describe_key(&samples::key()).await, Ok(None));
    let denied = Connector::refusing_json(400, "AccessDeniedException", "…");
    assert_eq!(denied.source().describe_key(&samples::key()).await.unwrap_err().kind(), ErrorKind::Denied);
}

#[tokio::test]
async fn deleting_what_is_gone_says_so() {
    let aws = Connector::refusing(404, "DBInstanceNotFound", "DBInstance mine not found.");
    let error = aws.source().delete_db_instance(&samples::owned_instance()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

/// AWS explains a wrong signature with the whole canonical request, which holds the session token.
#[tokio::test]
async fn a_refused_signature_does_not_show_the_session_token() {
    let message = "The request signature we calculated does not match the signature you provided.\n\n\
        The Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:token-example\n'";
    let rds = Connector::refusing(403, "SignatureDoesNotMatch", message);
    let kms = Connector::refusing_json(400, "InvalidSignatureException", message);
    let errors = [
        rds.source().describe_db_instance(&"mine".parse().unwrap()).await.unwrap_err(),
        kms.source().describe_key(&samples::key()).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert_eq!(error.message(), "The request signature we calculated does not match the signature you provided.");
    }
}

/// A load balancer answers in HTML.
#[tokio::test]
async fn an_error_that_is_no_document_of_aws_is_judged_by_its_status() {
    for (status, read, change) in [
        (503, ErrorKind::Transient, ErrorKind::UnknownOutcome),
        (429, ErrorKind::Throttled, ErrorKind::Throttled),
        (403, ErrorKind::Denied, ErrorKind::Denied),
    ] {
        for body in ["<html><body>Service Unavailable</body></html>", "", "\u{0}"] {
            let aws = Connector::new(move |_| Reply::Answers(status, body.to_owned()));
            let error = aws.source().describe_db_instance(&"mine".parse().unwrap()).await.unwrap_err();
            assert_eq!((error.kind(), error.code()), (read, None), "{error}");
            assert!(error.message().contains(&status.to_string()), "{error}");
            let error = aws.source().create_grant(&samples::new_grant()).await.unwrap_err();
            assert_eq!(error.kind(), change, "{error}");
        }
    }
}
