//! Who asks: from a Signature Version 4 to an account and a Region.
//!
//! The access key, the scope and the date are checked. The signature itself is not verified, nor is a session token looked at:
//! there is nothing here to protect, and clients sign with the SDK's code, not with their own.

mod access_key;
mod claim;
mod rejection;

use std::time::Duration;

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::Region;

use crate::world::Caller;

pub use access_key::AccessKey;
pub(crate) use access_key::AccessKeys;
pub(crate) use claim::Claim;
pub(crate) use rejection::Rejection;

/// How far the date of a signature may be from the service's clock.
const SKEW: Duration = Duration::from_mins(15);

/// Checks a claim that was made to `service`, as `rds`, at the host `host`, at `now`.
pub(crate) fn check(
    claim: &Claim,
    keys: &AccessKeys,
    service: &str,
    host: Option<&str>,
    now: Timestamp,
) -> Result<Caller, Rejection> {
    let key = keys.find(&claim.access_key_id).ok_or(Rejection::UnknownKey)?;
    if claim.service != service {
        return Err(Rejection::Scope(format!("Credential should be scoped to correct service: '{service}'.")));
    }
    let wrong_region = || Rejection::Scope(format!("Credential should be scoped to a valid Region, not '{}'.", claim.region));
    let region: Region = claim.region.parse().map_err(|_| wrong_region())?;
    if host.and_then(|host| region_of(host, service)).is_some_and(|of_host| of_host != claim.region) {
        return Err(wrong_region());
    }
    if now > claim.date + claim.valid_for.unwrap_or(SKEW) {
        return Err(Rejection::Expired { signed: claim.date, now });
    }
    if claim.date > now + SKEW {
        return Err(Rejection::NotYetCurrent { signed: claim.date, now });
    }
    Ok(Caller { account: key.account.clone(), region, role: key.role.clone() })
}

/// The Region of an AWS endpoint, as `rds.eu-west-1.amazonaws.com`. Other hosts, as `127.0.0.1:4566`, belong to every Region.
fn region_of<'h>(host: &'h str, service: &str) -> Option<&'h str> {
    let (region, domain) = host.strip_prefix(service)?.strip_prefix('.')?.split_once('.')?;
    domain.starts_with("amazonaws.com").then_some(region)
}
