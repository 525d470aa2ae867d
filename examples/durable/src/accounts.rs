//! The clients of the two accounts.

use std::sync::Arc;

use aws_config::BehaviorVersion;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_types::SdkConfig;
use aws_types::region::Region;
use rds_refresh_core::aws::{AwsDestination, AwsSource};
use rds_refresh_core::ports::{Destination, Source};

use crate::Options;

/// How the accounts are reached, once for all runs: providers fetch credentials again when they expire. Profiles may assume roles, and name
/// another endpoint than AWS's.
#[derive(Debug)]
pub(crate) struct Accounts {
    source: SdkConfig,
    destination: SdkConfig,
}

impl Accounts {
    pub(crate) async fn reach(options: &Options) -> Self {
        Self {
            source: load(options.source_profile.as_deref()).await,
            destination: load(options.destination_profile.as_deref()).await,
        }
    }

    pub(crate) fn source(&self, region: &str) -> Arc<dyn Source> {
        Arc::new(AwsSource::new(&within(&self.source, region)))
    }

    pub(crate) fn destination(&self, region: &str) -> Arc<dyn Destination> {
        Arc::new(AwsDestination::new(&within(&self.destination, region)))
    }
}

async fn load(profile: Option<&str>) -> SdkConfig {
    let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let loader = aws_config::defaults(BehaviorVersion::latest()).http_client(client);
    let Some(name) = profile else { return loader.load().await };
    let config = loader.profile_name(name).load().await;
    // The profile alone: the SDK's chain asks the environment first, and goes on to the machine's role.
    let mut provider =
        ProviderConfig::without_region().with_behavior_version(config.behavior_version()).with_region(config.region().cloned());
    if let Some(client) = config.http_client() {
        provider = provider.with_http_client(client);
    }
    let profile = ProfileFileCredentialsProvider::builder().configure(&provider).profile_name(name).build();
    config.to_builder().credentials_provider(SharedCredentialsProvider::new(profile)).build()
}

fn within(config: &SdkConfig, region: &str) -> SdkConfig {
    config.to_builder().region(Region::new(region.to_owned())).build()
}

#[cfg(test)]
mod tests {
    use super::load;

    /// The SDK's chain would have answers of others where the profile has none: keys of the environment, or the machine's role.
    #[tokio::test]
    async fn a_profile_that_is_named_counts_alone() {
        let asked = |config: aws_types::SdkConfig| format!("{:?}", config.credentials_provider());
        assert!(asked(load(None).await).contains("Environment"));
        let named = asked(load(Some("production")).await);
        assert!(named.contains("ProfileFileCredentialsProvider") && !named.contains("CredentialsProviderChain"), "{named}");
    }
}
