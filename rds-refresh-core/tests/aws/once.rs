//! One call of a method is one request, whatever the configuration says.

use std::time::Duration;

use aws_smithy_mocks::{mock, mock_client};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use rds_refresh_core::aws::{AwsDestination, AwsSource};
use rds_refresh_core::ports::{
    DestinationClusters, DestinationSnapshots, ModifyDbCluster, ModifyDbInstance, SourceClusters, SourceKeys, SourceSnapshots,
    TemporaryInstances,
};
use rds_refresh_core::{ErrorKind, StepError};

use crate::connector::{Connector, Reply, rds_error, rds_result};
use crate::samples;

fn impatient() -> TimeoutConfig {
    let instant = Duration::from_millis(1);
    TimeoutConfig::builder()
        .connect_timeout(instant)
        .read_timeout(instant)
        .operation_attempt_timeout(instant)
        .operation_timeout(instant)
        .build()
}

/// Retries as eagerly as the SDK can be told to.
fn hostile(aws: &Connector, retry: RetryConfig) -> SdkConfig {
    let eager = retry.with_max_attempts(5).with_initial_backoff(Duration::ZERO);
    aws.config().into_builder().retry_config(eager).timeout_config(impatient()).build()
}

async fn all_methods(config: &SdkConfig) -> Vec<Result<(), StepError>> {
    let (source, destination) = (AwsSource::new(config), AwsDestination::new(config));
    let (id, snapshot, account) = ("mine".parse().unwrap(), "mine".parse().unwrap(), "222222222222".parse().unwrap());
    let key = samples::key();
    vec![
        SourceClusters::describe_db_cluster(&source, &id).await.map(drop),
        source.describe_db_cluster_snapshot(&id).await.map(drop),
        source.automated_db_cluster_snapshots(&id).await.map(drop),
        source.create_db_cluster_snapshot(&samples::new_cluster_snapshot()).await.map(drop),
        source.delete_db_cluster_snapshot(&samples::owned_cluster_snapshot()).await,
        source.describe_db_instance(&id).await.map(drop),
        source.restore_temporary_instance(&samples::temporary_instance()).await.map(drop),
        source.modify_db_instance(&samples::owned_instance(), &ModifyDbInstance::default()).await,
        source.delete_db_instance(&samples::owned_instance()).await,
        SourceSnapshots::describe_db_snapshot(&source, &snapshot).await.map(drop),
        source.create_db_snapshot(&samples::new_snapshot()).await.map(drop),
        source.restore_attribute(&snapshot).await.map(drop),
        source.share_db_snapshot(&samples::owned_snapshot(), &account).await,
        source.unshare_db_snapshot(&samples::owned_snapshot(), &account).await,
        SourceSnapshots::delete_db_snapshot(&source, &samples::owned_snapshot()).await,
        source.describe_key(&key).await.map(drop),
        source.key_policy(&key).await.map(drop),
        source.grants_named(&key, "mine").await.map(drop),
        source.create_grant(&samples::new_grant()).await.map(drop),
        source.revoke_grant(&key, "1").await,
        destination.describe_shared_db_snapshot(&samples::shared()).await.map(drop),
        DestinationSnapshots::describe_db_snapshot(&destination, &snapshot).await.map(drop),
        destination.copy_db_snapshot(&samples::copy()).await.map(drop),
        DestinationSnapshots::delete_db_snapshot(&destination, &samples::owned_snapshot()).await,
        DestinationClusters::describe_db_cluster(&destination, &id).await.map(drop),
        destination.describe_members(&id).await.map(drop),
        destination.restore_db_cluster_from_snapshot(&samples::restored_cluster()).await.map(drop),
        destination.modify_db_cluster(&samples::owned_cluster(), &ModifyDbCluster::default()).await,
        destination.delete_db_cluster(&samples::owned_cluster()).await,
    ]
}

#[tokio::test(start_paused = true)]
async fn every_method_sends_one_request_however_the_configuration_would_retry() {
    let troubles: [fn() -> Reply; 4] = [
        || Reply::Answers(503, rds_error("ServiceUnavailable", "try again")),
        || Reply::Answers(400, rds_error("Throttling", "Rate exceeded")),
        || Reply::Answers(500, r#"{"__type":"KMSInternalException"}"#.to_owned()),
        || Reply::Breaks(ConnectorError::io("reset".into())),
    ];
    for trouble in troubles {
        for retry in [RetryConfig::standard(), RetryConfig::adaptive()] {
            let aws = Connector::new(move |_| trouble());
            let answers = all_methods(&hostile(&aws, retry)).await;

            assert!(answers.iter().all(Result::is_err), "{answers:?}");
            assert_eq!(aws.sent().len(), answers.len());
        }
    }
}

/// The configuration of the test above does retry, if it is left alone.
#[tokio::test(start_paused = true)]
async fn the_hostile_configuration_is_hostile() {
    let aws = Connector::refusing(503, "ServiceUnavailable", "try again");
    let config = hostile(&aws, RetryConfig::standard()).into_builder();
    let config =
        config.timeout_config(TimeoutConfig::disabled()).behavior_version(aws_sdk_rds::config::BehaviorVersion::latest());
    aws_sdk_rds::Client::new(&config.build()).describe_db_clusters().send().await.unwrap_err();

    assert_eq!(aws.sent().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn time_outs_of_the_configuration_do_not_count() {
    let answer = || Reply::AnswersAfter(Duration::from_secs(20), rds_result("CopyDBSnapshot", samples::SNAPSHOT));
    let aws = Connector::new(move |_| answer());
    let destination = AwsDestination::new(&hostile(&aws, RetryConfig::standard()));
    assert_eq!(destination.copy_db_snapshot(&samples::copy()).await, Ok(samples::snapshot()));
}

/// Clients bring their interceptors, here those of the mocks, and lose their retries.
#[tokio::test]
async fn clients_can_be_given_and_are_told_not_to_retry() {
    let deleted = mock!(aws_sdk_rds::Client::delete_db_snapshot)
        .match_requests(|request| request.db_snapshot_identifier() == Some("mine"))
        .sequence()
        .http_status(500, None)
        .http_status(500, None)
        .build();
    let described = mock!(aws_sdk_kms::Client::get_key_policy)
        .match_requests(|request| request.key_id() == Some(samples::KEY))
        .sequence()
        .http_status(500, None)
        .http_status(500, None)
        .build();
    let rds = mock_client!(aws_sdk_rds, aws_smithy_mocks::RuleMode::MatchAny, [&deleted], |config| {
        config.retry_config(RetryConfig::standard().with_max_attempts(5).with_initial_backoff(Duration::ZERO))
    });
    let kms = mock_client!(aws_sdk_kms, aws_smithy_mocks::RuleMode::MatchAny, [&described], |config| {
        config.retry_config(RetryConfig::standard().with_max_attempts(5).with_initial_backoff(Duration::ZERO))
    });
    let source = AwsSource::from_clients(&rds, &kms);

    let error = SourceSnapshots::delete_db_snapshot(&source, &samples::owned_snapshot()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownOutcome);
    assert_eq!(deleted.num_calls(), 1);
    let error = source.key_policy(&samples::key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transient);
    assert_eq!(described.num_calls(), 1);

    let destination = AwsDestination::from_client(&rds);
    DestinationSnapshots::delete_db_snapshot(&destination, &samples::owned_snapshot()).await.unwrap_err();
    assert_eq!(deleted.num_calls(), 2);
}
