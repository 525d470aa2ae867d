//! Errors arrive at the SDK as its modelled variants where the service model knows them, and with their code everywhere.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod wire_fixture;

use aws_sdk_rds::error::ProvideErrorMetadata;
use aws_sdk_rds::operation::RequestId;

use wire_fixture::Refresh;

macro_rules! assert_error {
    ($call:expr, $is:ident, $code:literal, $status:literal) => {{
        let error = $call.send().await.unwrap_err();
        assert_eq!(error.raw_response().unwrap().status().as_u16(), $status, "{error:?}");
        assert!(error.request_id().is_some(), "{error:?}");
        let error = error.into_service_error();
        assert!(error.$is(), "{error:?}");
        assert_eq!(error.code(), Some($code));
        assert!(error.message().is_some_and(|message| !message.is_empty()));
    }};
}

#[tokio::test]
async fn modelled_errors_are_the_sdks_variants() {
    let refresh = Refresh::new();
    let rds = &refresh.source_rds;
    assert_error!(
        rds.describe_db_instances().db_instance_identifier("none"),
        is_db_instance_not_found_fault,
        "DBInstanceNotFound",
        404
    );
    assert_error!(
        rds.describe_db_clusters().db_cluster_identifier("none"),
        is_db_cluster_not_found_fault,
        "DBClusterNotFoundFault",
        404
    );
    assert_error!(
        rds.describe_db_snapshots().db_snapshot_identifier("none"),
        is_db_snapshot_not_found_fault,
        "DBSnapshotNotFound",
        404
    );
    assert_error!(
        rds.describe_db_cluster_snapshots().db_cluster_snapshot_identifier("none"),
        is_db_cluster_snapshot_not_found_fault,
        "DBClusterSnapshotNotFoundFault",
        404
    );
    assert_error!(
        rds.delete_db_snapshot().db_snapshot_identifier("none"),
        is_db_snapshot_not_found_fault,
        "DBSnapshotNotFound",
        404
    );
    let create = rds.create_db_cluster_snapshot().db_cluster_identifier(&refresh.cluster).db_cluster_snapshot_identifier("twice");
    create.clone().send().await.unwrap();
    assert_error!(create, is_db_cluster_snapshot_already_exists_fault, "DBClusterSnapshotAlreadyExistsFault", 400);
    assert_error!(
        rds.delete_db_cluster_snapshot().db_cluster_snapshot_identifier("twice"),
        is_invalid_db_cluster_snapshot_state_fault,
        "InvalidDBClusterSnapshotStateFault",
        400
    );
}

#[tokio::test]
async fn errors_that_no_operation_models_carry_their_code() {
    let refresh = Refresh::new();
    let rds = &refresh.source_rds;
    let bad_name =
        rds.create_db_cluster_snapshot().db_cluster_identifier(&refresh.cluster).db_cluster_snapshot_identifier("1--x-");
    let error = bad_name.send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("InvalidParameterValue"), "{error:?}");

    let neither = rds.delete_db_cluster().db_cluster_identifier(&refresh.cluster);
    let error = neither.send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("InvalidParameterCombination"), "{error:?}");

    let unknown = rds.describe_db_log_files().db_instance_identifier(&refresh.cluster);
    let error = unknown.send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("InvalidAction"), "{error:?}");
}
