//! The [ports](crate::ports) on the AWS SDK: [`AwsSource`] and [`AwsDestination`].
//!
//! Each is made from one `SdkConfig`, so whatever yields one works: profiles, assumed roles, web identities, a connector of one's
//! own. Endpoint, Region, credentials and HTTP client come from it; two things never do, because they are the machine's:
//!
//! - **Retries.** Every call is sent once. RDS has no client tokens, so a repeated mutation cannot be told from a second one, and
//!   two retry loops would multiply.
//! - **Time-outs.** [`CONNECT_TIMEOUT`] and [`OPERATION_TIMEOUT`]. A mutation that ran out of time has an
//!   [unknown outcome](crate::ErrorKind::UnknownOutcome).
//!
//! **Whoever makes them looks whose the credentials are**, on every start and not for a new run alone: `sts:GetCallerIdentity` says it, and
//! needs no permission. In another account everything that a run made looks deleted, so it would fail and name nothing as left. The
//! [preflight](crate::preflight) looks too, at the beginning of a run only.
//!
//! Each call of a method is one `tracing` span at debug level with the target [`TARGET`] and the fields `operation` and `resource`.

mod call;
mod convert;
mod destination_clusters;
mod destination_snapshots;
mod failure;
mod inventory;
mod key_policies;
mod key_reads;
mod offers;
mod reads;
#[cfg(feature = "ec2")]
mod security_groups;
mod shared;
mod source_clusters;
mod source_keys;
mod source_snapshots;
mod temporary_instances;

use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as ProvidedCredentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_rds::config::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
pub use reads::AwsReads;

/// How long a connection may take to open.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long one request may take, credentials and connection included.
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(30);

/// The target of the spans.
pub const TARGET: &str = "rds_refresh_core::aws";

/// The source account's ports: [`SourceClusters`](crate::ports::SourceClusters),
/// [`TemporaryInstances`](crate::ports::TemporaryInstances), [`SourceSnapshots`](crate::ports::SourceSnapshots) and
/// [`SourceKeys`](crate::ports::SourceKeys). Cheap to clone.
#[derive(Clone, Debug)]
pub struct AwsSource {
    rds: aws_sdk_rds::Client,
    kms: aws_sdk_kms::Client,
}

impl AwsSource {
    /// The source account that these credentials lead to, in this Region.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        let config = sent_once(config);
        Self { rds: aws_sdk_rds::Client::new(&config), kms: aws_sdk_kms::Client::new(&config) }
    }

    /// The same, with everything that clients can be told and an `SdkConfig` cannot, as interceptors or an endpoint of the VPC
    /// for one service only. Their retries and time-outs are replaced as [`new`](Self::new) replaces them.
    #[must_use]
    pub fn from_clients(rds: &aws_sdk_rds::Client, kms: &aws_sdk_kms::Client) -> Self {
        Self { rds: rds_sent_once(rds), kms: kms_sent_once(kms) }
    }
}

/// The destination account's ports: [`DestinationSnapshots`](crate::ports::DestinationSnapshots) and
/// [`DestinationClusters`](crate::ports::DestinationClusters). Cheap to clone.
#[derive(Clone, Debug)]
pub struct AwsDestination {
    rds: aws_sdk_rds::Client,
}

impl AwsDestination {
    /// The destination account that these credentials lead to, in this Region.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self { rds: aws_sdk_rds::Client::new(&sent_once(config)) }
    }

    /// The same, with everything that a client can be told and an `SdkConfig` cannot (see [`AwsSource::from_clients`]).
    #[must_use]
    pub fn from_client(rds: &aws_sdk_rds::Client) -> Self {
        Self { rds: rds_sent_once(rds) }
    }
}

fn sent_once(config: &SdkConfig) -> SdkConfig {
    let mut once = config.to_builder().retry_config(RetryConfig::disabled()).timeout_config(timeouts());
    // Without a version the SDK panics, and without a provider its error cannot be told from a lost connection.
    once.set_behavior_version(config.behavior_version().or_else(|| Some(BehaviorVersion::latest())));
    once.set_credentials_provider(config.credentials_provider().or_else(|| Some(SharedCredentialsProvider::new(NoCredentials))));
    once.build()
}

/// The credentials of a configuration that has none.
#[derive(Debug)]
struct NoCredentials;

impl ProvideCredentials for NoCredentials {
    fn provide_credentials<'a>(&'a self) -> ProvidedCredentials<'a>
    where
        Self: 'a,
    {
        ProvidedCredentials::ready(Err(CredentialsError::not_loaded("the SdkConfig has no credentials provider")))
    }
}

fn rds_sent_once(client: &aws_sdk_rds::Client) -> aws_sdk_rds::Client {
    let once = client.config().to_builder().retry_config(RetryConfig::disabled()).timeout_config(timeouts());
    aws_sdk_rds::Client::from_conf(once.build())
}

fn kms_sent_once(client: &aws_sdk_kms::Client) -> aws_sdk_kms::Client {
    let once = client.config().to_builder().retry_config(RetryConfig::disabled()).timeout_config(timeouts());
    aws_sdk_kms::Client::from_conf(once.build())
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).operation_timeout(OPERATION_TIMEOUT).build()
}
