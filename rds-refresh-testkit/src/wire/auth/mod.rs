//! Who asks: from a Signature Version 4 to somebody of an account, and a Region.
//!
//! Everything is checked that AWS checks: the access key, the scope, the date, a session's token, the signature itself and with it
//! the body.

mod access_key;
mod claim;
mod credentials;
mod rejection;
mod signature;
mod signing_keys;

use std::time::Duration;

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::Region;

use super::message::WireRequest;
use crate::world::Caller;

pub use access_key::AccessKey;
pub(crate) use access_key::AccessKeys;
pub(crate) use claim::Claim;
pub(crate) use credentials::Credentials;
pub(crate) use rejection::Rejection;
pub(crate) use signing_keys::SigningKeys;

/// How long a signature holds that does not say so itself.
const LIFETIME: Duration = Duration::from_mins(15);
/// How far ahead a client's clock may be.
const AHEAD: Duration = Duration::from_mins(5);

/// Checks a claim that was made to `service`, as `rds`, at `now`.
pub(crate) fn check(
    request: &WireRequest,
    claim: &Claim,
    credentials: &Credentials,
    service: &str,
    now: Timestamp,
    keys: &SigningKeys,
) -> Result<Caller, Rejection> {
    let host = request.header("host").unwrap_or_default();
    if claim.service != service || service_of(host).is_some_and(|of_host| of_host != service) {
        return Err(Rejection::Scope(format!("Credential should be scoped to correct service: '{service}'.")));
    }
    let wrong_region = || Rejection::Scope(format!("Credential should be scoped to a valid Region, not '{}'.", claim.region));
    let region: Region = claim.region.parse().map_err(|_| wrong_region())?;
    if region_of(host, service).is_some_and(|of_host| of_host != claim.region) {
        return Err(wrong_region());
    }
    if now > claim.date + claim.valid_for.unwrap_or(LIFETIME) {
        return Err(Rejection::Expired { signed: claim.date, now });
    }
    if claim.date > now + AHEAD {
        return Err(Rejection::NotYetCurrent { signed: claim.date, now });
    }
    let token = credentials.session.as_ref().map(|(token, _)| token.reveal());
    if token != claim.token.as_ref() {
        return Err(Rejection::UnknownKey);
    }
    if credentials.session.as_ref().is_some_and(|(_, expires_at)| now >= *expires_at) {
        return Err(Rejection::ExpiredToken);
    }
    signed(request, claim, &keys.derive(claim, credentials.secret.reveal()))?;
    Ok(Caller { account: credentials.account.clone(), region, identity: credentials.identity.clone() })
}

fn signed(request: &WireRequest, claim: &Claim, key: &signing_keys::SigningKey) -> Result<(), Rejection> {
    if !claim.signed_headers.split(';').any(|name| name == "host") {
        let unsigned = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
        return Err(Rejection::Signature(unsigned.to_owned()));
    }
    let declared = request.header("x-amz-content-sha256");
    let honest = declared.is_none_or(|declared| declared == signature::body_hash(&request.body));
    if honest && signature::expected(request, claim, key) == claim.signature {
        Ok(())
    } else {
        let mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
                        Key and signing method. Consult the service documentation for details.";
        Err(Rejection::Signature(mismatch.to_owned()))
    }
}

/// The service of an AWS endpoint, as `rds.eu-west-1.amazonaws.com` or `sts.amazonaws.com`.
pub(crate) fn service_of(host: &str) -> Option<&str> {
    let (service, rest) = host.split_once('.')?;
    rest.contains("amazonaws.com").then_some(service)
}

/// The Region of an AWS endpoint, as `rds.eu-west-1.amazonaws.com`. Other hosts, as `127.0.0.1:4566`, belong to every Region.
fn region_of<'h>(host: &'h str, service: &str) -> Option<&'h str> {
    let (region, domain) = host.strip_prefix(service)?.strip_prefix('.')?.split_once('.')?;
    domain.starts_with("amazonaws.com").then_some(region)
}
