//! Calls that come back without an answer, or with one that says nothing.

use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_runtime_api::client::result::ConnectorError;
use rds_refresh_core::aws::{AwsSource, OPERATION_TIMEOUT};
use rds_refresh_core::ports::{SourceClusters, SourceKeys, SourceSnapshots, TemporaryInstances};
use rds_refresh_core::{ErrorKind, StepError};

use crate::connector::{Connector, Reply, rds_result};
use crate::samples;

async fn read(source: &AwsSource) -> StepError {
    source.describe_db_instance(&"mine".parse().unwrap()).await.unwrap_err()
}

async fn change(source: &AwsSource) -> StepError {
    source.create_db_snapshot(&samples::new_snapshot()).await.unwrap_err()
}

#[tokio::test]
async fn a_broken_connection_is_transient_on_a_read_and_leaves_a_mutation_open() {
    let breaks: [fn() -> ConnectorError; 4] = [
        || ConnectorError::io("connection reset".into()),
        || ConnectorError::timeout("connect timed out".into()),
        || ConnectorError::user("odd request".into()),
        || ConnectorError::other("connection closed".into(), None),
    ];
    for error in breaks {
        let aws = Connector::new(move |_| Reply::Breaks(error()));
        let (read, change) = (read(&aws.source()).await, change(&aws.source()).await);

        assert_eq!(read.kind(), ErrorKind::Transient, "{read}");
        assert_eq!(change.kind(), ErrorKind::UnknownOutcome, "{change}");
        assert_eq!((change.operation(), change.resource(), change.code()), (Some("CreateDBSnapshot"), Some("mine"), None));
        // The text has the cause in it, which the SDK's own text has not.
        assert!(change.message().contains(&error().into_source().to_string()), "{change}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_never_answered_ends_at_the_time_out() {
    let aws = Connector::new(|_| Reply::NeverAnswers);
    let began = tokio::time::Instant::now();

    assert_eq!(change(&aws.source()).await.kind(), ErrorKind::UnknownOutcome);
    assert_eq!(began.elapsed().as_secs(), OPERATION_TIMEOUT.as_secs());
    assert_eq!(read(&aws.source()).await.kind(), ErrorKind::Transient);
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_waited_for() {
    let late = OPERATION_TIMEOUT.checked_sub(Duration::from_secs(1)).unwrap();
    let aws = Connector::new(move |_| Reply::AnswersAfter(late, rds_result("CreateDBSnapshot", samples::SNAPSHOT)));
    assert_eq!(aws.source().create_db_snapshot(&samples::new_snapshot()).await, Ok(samples::snapshot()));
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_no_answer() {
    for body in ["", "<html>", "no XML", "<DescribeDBInstancesResponse>", r#"{"KeyMetadata":"#] {
        let aws = Connector::new(move |_| Reply::Answers(200, body.to_owned()));
        let (read, change) = (read(&aws.source()).await, change(&aws.source()).await);

        assert_eq!(read.kind(), ErrorKind::Transient, "{body:?}: {read}");
        assert_eq!(change.kind(), ErrorKind::UnknownOutcome, "{body:?}: {change}");
    }
}

#[tokio::test]
async fn a_success_without_the_resource_is_no_answer() {
    let aws = Connector::answering("");
    let (read, change) = (read(&aws.source()).await, change(&aws.source()).await);
    assert_eq!(read.to_string(), "DescribeDBInstances on mine: the answer holds no DBInstance");
    assert_eq!(read.kind(), ErrorKind::Transient);
    assert_eq!(change.kind(), ErrorKind::UnknownOutcome);

    // An empty list is not the code that says "not found".
    let aws = Connector::answering("<DBClusters/>");
    let error = aws.source().describe_db_cluster(&"prod".parse().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transient);

    let aws = Connector::answering_json(&serde_json::json!({ "KeyMetadata": { "KeyId": "x", "Arn": "arn:aws:kms:somewhere" } }));
    assert_eq!(aws.source().describe_key(&samples::key()).await.unwrap_err().kind(), ErrorKind::Transient);
}

/// Fails in one of the ways of a chain of credential providers.
#[derive(Debug)]
struct Failing(fn() -> CredentialsError);

impl ProvideCredentials for Failing {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(self.0()))
    }
}

#[tokio::test]
async fn credentials_that_cannot_be_had_are_neither_transient_nor_an_open_outcome() {
    let failures: [fn() -> CredentialsError; 4] = [
        || CredentialsError::not_loaded("no profile"),
        || CredentialsError::provider_timed_out(Duration::from_secs(5)),
        || CredentialsError::provider_error("AssumeRole: the security token included in the request is expired"),
        || CredentialsError::unhandled("odd"),
    ];
    for failure in failures {
        let aws = Connector::new(|_| Reply::NeverAnswers);
        let credentials = SharedCredentialsProvider::new(Failing(failure));
        let source = AwsSource::new(&aws.config().into_builder().credentials_provider(credentials).build());

        for error in [read(&source).await, change(&source).await] {
            assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
            assert!(error.is_unsent(), "{error:?}");
        }
        assert!(aws.sent().is_empty());
    }
}

/// The text is that of the crate `aws-config`.
#[tokio::test]
async fn what_a_credential_process_wrote_is_not_told() {
    let failure = || {
        CredentialsError::provider_error(
            "Error retrieving credentials: external process exited with code exit status: 1. Stderr: token: canary\ncanary",
        )
    };
    let aws = Connector::new(|_| Reply::NeverAnswers);
    let credentials = SharedCredentialsProvider::new(Failing(failure));
    let source = AwsSource::new(&aws.config().into_builder().credentials_provider(credentials).build());

    for error in [read(&source).await, change(&source).await] {
        assert!(error.is_unsent(), "{error:?}");
        assert!(error.message().contains("external process exited with code exit status: 1"), "{error}");
        assert!(!format!("{error:?}").contains("canary"), "{error}");
    }
}

#[tokio::test]
async fn a_configuration_without_credentials_says_so() {
    let aws = Connector::new(|_| Reply::NeverAnswers);
    let mut config = aws.config().into_builder();
    config.set_credentials_provider(None);
    let source = AwsSource::new(&config.build());

    for error in [read(&source).await, change(&source).await] {
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    }
    assert!(aws.sent().is_empty());
}
