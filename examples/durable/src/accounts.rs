//! The clients of the two accounts.

use std::sync::Arc;

use aws_config::BehaviorVersion;
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
    match profile {
        Some(name) => loader.profile_name(name).load().await,
        None => loader.load().await,
    }
}

fn within(config: &SdkConfig, region: &str) -> SdkConfig {
    config.to_builder().region(Region::new(region.to_owned())).build()
}
