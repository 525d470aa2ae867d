//! From profiles, roles and endpoints to the two accounts' clients.
//!
//! Everything is the SDK's: its chain of providers, its files, its caches. Credentials that expire are fetched again by their provider; if
//! that fails for minutes, the run is parked. Requests to RDS and KMS are sent once, because the machine decides what to try again.

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{AppName, BehaviorVersion};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::HttpConnectorSettings;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_types::SdkConfig;
use aws_types::region::Region as SdkRegion;
use rds_refresh_core::ids::{AccountId, Region};

use crate::config::Reached;
use crate::failure::Failure;
use crate::identity::{self, Certainty};

/// One account, as messages name it.
#[derive(Clone, Debug)]
pub(crate) struct Account<'a> {
    pub(crate) side: &'static str,
    pub(crate) id: &'a AccountId,
    pub(crate) region: &'a Region,
}

/// What the account's clients are made of; the credentials are the account's. A role that is assumed logs what it does under the name of
/// the session.
pub(crate) async fn config(account: &Account<'_>, reached: &Reached, session: &str) -> Result<SdkConfig, Failure> {
    config_as(Certainty::Proved, account, reached, session).await
}

/// The same, as certain of the account as whoever uses it must be.
pub(crate) async fn config_as(
    certainty: Certainty,
    account: &Account<'_>,
    reached: &Reached,
    session: &str,
) -> Result<SdkConfig, Failure> {
    let region = SdkRegion::new(account.region.to_string());
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region.clone())
        .http_client(Builder::new().build_with_connector_fn(connector));
    if let Ok(name) = AppName::new("rds-refresh") {
        loader = loader.app_name(name);
    }
    if let Some(profile) = &reached.profile {
        loader = loader.profile_name(profile);
    }
    let mut config = loader.load().await;
    if let Some(profile) = &reached.profile {
        config = config.to_builder().credentials_provider(of_profile(&config, profile)).build();
    }
    if let Some(role) = &reached.role_arn {
        let mut assume = AssumeRoleProvider::builder(role).session_name(session).region(region).configure(&config);
        if let Some(external_id) = &reached.external_id {
            assume = assume.external_id(external_id);
        }
        config = config.to_builder().credentials_provider(SharedCredentialsProvider::new(assume.build().await)).build();
    }
    // After the role: its STS is not where RDS is.
    if let Some(url) = &reached.endpoint_url {
        config = config.to_builder().endpoint_url(url).build();
    }
    identity::check(&config, account, reached, certainty).await?;
    Ok(config)
}

/// The credentials of this profile, and no others: the SDK's chain asks the environment first, and goes on to the machine's role.
fn of_profile(config: &SdkConfig, profile: &str) -> SharedCredentialsProvider {
    let mut provider = ProviderConfig::without_region()
        .with_behavior_version(config.behavior_version())
        .with_region(config.region().cloned())
        .with_use_fips(config.use_fips())
        .with_use_dual_stack(config.use_dual_stack());
    if let Some(client) = config.http_client() {
        provider = provider.with_http_client(client);
    }
    SharedCredentialsProvider::new(ProfileFileCredentialsProvider::builder().configure(&provider).profile_name(profile).build())
}

/// TLS by rustls, and a proxy where the environment names one (`HTTPS_PROXY`, `NO_PROXY`, …).
fn connector(settings: Option<&HttpConnectorSettings>, components: Option<&RuntimeComponents>) -> Connector {
    let mut connector =
        Connector::builder().proxy_config(ProxyConfig::from_env()).tls_provider(Provider::Rustls(CryptoMode::Ring));
    connector.set_connector_settings(settings.cloned());
    connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
    connector.build()
}
