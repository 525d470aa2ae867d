//! Faults as the SDK's clients see them.

use rds_refresh_testkit::Stage;
use rds_refresh_testkit::fault::{Calls, Effect, Failure, Fault, FaultScript, Strike};

#[tokio::test]
async fn no_answer_is_a_time_out_of_the_connector() {
    let stage = Stage::two_accounts(1);
    let rds = aws_sdk_rds::Client::new(&stage.fake.sdk_config(&stage.source.account, &stage.source.region));
    let silence = Strike::Unanswered { failure: Failure::Timeout, effect: Effect::Done };
    stage.fake.world().arm(FaultScript::new().with(Fault::new(Calls::mutations(), silence)));

    let create = rds.create_db_cluster_snapshot().db_cluster_identifier(&stage.cluster).db_cluster_snapshot_identifier("mine");
    let error = create.send().await.unwrap_err();
    assert!(matches!(&error, aws_sdk_rds::error::SdkError::DispatchFailure(failure) if failure.is_timeout()), "{error:?}");

    let described = rds.describe_db_cluster_snapshots().db_cluster_snapshot_identifier("mine").send().await.unwrap();
    assert_eq!(described.db_cluster_snapshots()[0].status(), Some("creating"));
}

#[tokio::test]
async fn a_throttle_carries_its_code() {
    use aws_sdk_rds::error::ProvideErrorMetadata;
    let stage = Stage::two_accounts(1);
    let rds = aws_sdk_rds::Client::new(&stage.fake.sdk_config(&stage.source.account, &stage.source.region));
    stage.fake.world().arm(FaultScript::new().with(Fault::new(Calls::reads(), Strike::Throttled)));
    let error = rds.describe_db_clusters().send().await.unwrap_err();
    assert_eq!(error.code(), Some("Throttling"));
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 400);
}
