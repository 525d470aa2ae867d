//! The configuration of the SDK's clients.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use rds_refresh_core::ids::{AccountId, Region};

use super::{AccessKey, WireService};
use crate::world::Caller;
use crate::{Fake, VirtualClock};

impl Fake {
    /// A configuration with which the SDK's clients talk to this world, as the IAM user `rds-refresh` of an account.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), aws_sdk_rds::Error> {
    /// let stage = rds_refresh_testkit::Stage::two_accounts(1);
    /// let config = stage.fake.sdk_config(&stage.source.account, &stage.source.region);
    ///
    /// let clusters = aws_sdk_rds::Client::new(&config).describe_db_clusters().send().await?;
    /// assert_eq!(clusters.db_clusters()[0].db_cluster_identifier(), Some("orders-production"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// See [`WireService::sdk_config`] for what is in it.
    #[must_use]
    pub fn sdk_config(&self, account: &AccountId, region: &Region) -> SdkConfig {
        let seed =
            format!("{account}/{region}").bytes().fold(0, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        let service = WireService::new(self.clone()).with_request_id_seed(seed);
        service.sdk_config(&Caller::new(account.clone(), region.clone()))
    }
}

impl WireService {
    /// A configuration with which the SDK's clients talk to this service as `caller`, whose access key it adds.
    ///
    /// It has everything that a client needs: credentials, Region, HTTP client, the world's clock as the time by which requests
    /// are signed, and tokio to sleep by. The SDK's retries are off, so that every call of a test is one call to the model; whoever
    /// wants them turns them on in the client's own configuration.
    #[must_use]
    pub fn sdk_config(&self, caller: &Caller) -> SdkConfig {
        let key = AccessKey::of(caller);
        let credentials = Credentials::new(&key.id, key.secret.reveal(), None, None, "rds-refresh-testkit");
        self.add_access_key(key);
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .region(aws_types::region::Region::new(caller.region.to_string()))
            .http_client(self.clone())
            .time_source(Virtual(self.fake().clock().clone()))
            .sleep_impl(TokioSleep::new())
            .retry_config(RetryConfig::disabled())
            // It measures throughput by the clock, which here may jump by hours between two bytes.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build()
    }
}

/// The virtual clock, as the SDK wants to read it.
#[derive(Debug)]
struct Virtual(VirtualClock);

impl TimeSource for Virtual {
    fn now(&self) -> SystemTime {
        self.0.now().into()
    }
}
