//! From profiles, roles and endpoints to the two accounts' clients.
//!
//! Everything is the SDK's: its chain of providers, its files, its caches. Credentials that expire are fetched again by their provider; if
//! that fails for minutes, the run is parked. Requests to RDS and KMS are sent once, because the machine decides what to try again.

use aws_config::sts::AssumeRoleProvider;
use aws_config::{AppName, BehaviorVersion};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
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

/// One account, as messages name it.
#[derive(Clone, Debug)]
pub(crate) struct Account<'a> {
    pub(crate) side: &'static str,
    pub(crate) id: &'a AccountId,
    pub(crate) region: &'a Region,
}

/// What the account's clients are made of. A role that is assumed logs what it does under the name of the session.
pub(crate) async fn config(account: &Account<'_>, reached: &Reached, session: &str) -> Result<SdkConfig, Failure> {
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
    if let Some(role) = &reached.role_arn {
        let mut assume = AssumeRoleProvider::builder(role).session_name(session).region(region).configure(&config);
        if let Some(external_id) = &reached.external_id {
            assume = assume.external_id(external_id);
        }
        config = config.to_builder().credentials_provider(SharedCredentialsProvider::new(assume.build().await)).build();
    }
    check(&config, account, reached).await?;
    // After the role: STS is not where RDS is.
    Ok(match &reached.endpoint_url {
        Some(url) => config.to_builder().endpoint_url(url).build(),
        None => config,
    })
}

/// TLS by rustls, and a proxy where the environment names one (`HTTPS_PROXY`, `NO_PROXY`, …).
fn connector(settings: Option<&HttpConnectorSettings>, components: Option<&RuntimeComponents>) -> Connector {
    let mut connector =
        Connector::builder().proxy_config(ProxyConfig::from_env()).tls_provider(Provider::Rustls(CryptoMode::Ring));
    connector.set_connector_settings(settings.cloned());
    connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
    connector.build()
}

/// Looks, before anything is called, whether there are credentials at all, and whether they are for the account that is meant.
async fn check(config: &SdkConfig, account: &Account<'_>, reached: &Reached) -> Result<(), Failure> {
    let Account { side, id, .. } = account;
    let by =
        reached.profile.as_ref().map_or("the standard AWS environment".to_owned(), |profile| format!("the profile {profile:?}"));
    let next = format!("give --{side}-profile or [connection.{side}], or log in, as with `aws sso login`");
    let Some(provider) = config.credentials_provider() else {
        return Err(Failure::input(format!("there are no credentials for the {side} account {id}")).next(next));
    };
    let credentials = provider.provide_credentials().await.map_err(|error| {
        let why = std::error::Error::source(&error).map_or(String::new(), |cause| format!(": {cause}"));
        Failure::input(format!("{by} gives no credentials for the {side} account {id}: {error}{why}")).next(next)
    })?;
    match credentials.account_id() {
        Some(found) if found.as_str() != id.as_str() => Err(Failure::input(format!(
            "{by} gives credentials of the account {}, and the request says that the {side} account is {id}",
            found.as_str()
        ))
        .next(format!("give --{side}-profile or [connection.{side}] of the account {id}, or mend {side}.account"))),
        _ => Ok(()),
    }
}
