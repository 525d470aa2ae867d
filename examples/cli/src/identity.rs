//! Whose credentials they are. In another account, what a run made would look as if somebody had deleted it, and nothing would be left to
//! name: so nothing is called before this is known.

use std::error::Error;
use std::iter;

use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_types::SdkConfig;

use crate::aws::Account;
use crate::config::Reached;
use crate::failure::Failure;

/// How sure it must be that the credentials are those of the account that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// They are.
    Proved,
    /// Nothing says that they are not: for whoever only reads, and has more to say of an account that does not answer.
    NotRefuted,
}

/// Looks whether there are credentials at all, and whether they are for the account that is meant.
pub(crate) async fn check(
    config: &SdkConfig,
    account: &Account<'_>,
    reached: &Reached,
    certainty: Certainty,
) -> Result<(), Failure> {
    let Account { side, id, .. } = account;
    let by =
        reached.profile.as_ref().map_or("the standard AWS environment".to_owned(), |profile| format!("the profile {profile:?}"));
    let next = format!("give --{side}-profile or [connection.{side}], or log in, as with `aws sso login`");
    let Some(provider) = config.credentials_provider() else {
        return Err(Failure::input(format!("there are no credentials for the {side} account {id}")).next(next));
    };
    let credentials = match provider.provide_credentials().await {
        Ok(credentials) => credentials,
        Err(error) => {
            let why = said(&error);
            return Err(Failure::input(format!("{by} gives no credentials for the {side} account {id}: {why}")).next(next));
        }
    };
    let found = match credentials.account_id() {
        Some(stated) => Ok(stated.as_str().to_owned()),
        None => ask(config).await,
    };
    match found {
        Ok(found) if found == id.as_str() => Ok(()),
        Ok(found) => Err(Failure::input(format!(
            "{by} gives credentials of the account {found}, and the {side} account is {id}: nothing was called"
        ))
        .next(format!("give --{side}-profile or [connection.{side}] of the account {id}, or mend {side}.account"))),
        Err(_) if certainty == Certainty::NotRefuted => Ok(()),
        // Nothing is done with these. Whoever calls by them is told so as well, and knows what is to be done: a run parks.
        Err(Unknown::Expired) => Ok(()),
        Err(Unknown::Refused(why)) => {
            Err(Failure::input(format!("{by} gives credentials for the {side} account {id} that STS refuses: {why}")).next(next))
        }
        Err(Unknown::Unanswered(why)) => Err(Failure::outside(format!(
            "whether {by} gives credentials of the {side} account {id} is not known: STS does not answer: {why}"
        ))
        .next(
            "mend the network or the endpoint; where there is no STS, state it: aws_account_id in the profile, or AWS_ACCOUNT_ID",
        )),
    }
}

/// Why it is not known whose credentials they are.
enum Unknown {
    Expired,
    Refused(String),
    Unanswered(String),
}

/// Asks STS: `GetCallerIdentity` needs no permission (STS API reference).
async fn ask(config: &SdkConfig) -> Result<String, Unknown> {
    // The command's own policies try RDS and KMS again, and nobody else STS.
    let config = aws_sdk_sts::config::Builder::from(config).retry_config(RetryConfig::standard()).build();
    match aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await {
        Ok(identity) => identity.account.ok_or_else(|| Unknown::Unanswered("it names no account".into())),
        Err(SdkError::ServiceError(error)) => {
            let error = error.err();
            // A refused signature is explained with the canonical request, and so with the session token, from the second line on.
            let message = error.message().and_then(|message| message.lines().next()).unwrap_or_default();
            // A clock that is wrong makes requests that have expired.
            if error.code().is_some_and(|code| code.contains("Expired")) || message.contains("expired") {
                return Err(Unknown::Expired);
            }
            Err(Unknown::Refused(format!("{message} ({})", error.code().unwrap_or("no code"))))
        }
        Err(error) => Err(Unknown::Unanswered(said(&error))),
    }
}

/// The error and its causes.
fn said(error: &(dyn Error + 'static)) -> String {
    let chain = iter::successors(Some(error), |&link| link.source());
    let mut said: Vec<String> = chain.map(ToString::to_string).collect();
    // Wrappers repeat what they wrap.
    said.dedup();
    said.join(": ")
}
