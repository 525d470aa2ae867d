//! Signature Version 4 (AWS general reference, *Signing AWS API requests*): what the signature of a request has to be.

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};

use super::claim::Claim;
use super::signing_keys::SigningKey;
use crate::wire::message::WireRequest;
use crate::world::naming::hex;

/// What is percent-encoded: all but the unreserved characters of RFC 3986.
const EVERYWHERE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Slashes part a path.
const IN_PATHS: &AsciiSet = &EVERYWHERE.remove(b'/');

/// The signature that `request` must carry if it was signed with the key, as the claim says it was.
pub(super) fn expected(request: &WireRequest, claim: &Claim, key: &SigningKey) -> String {
    let Claim { day, time, region, service, .. } = claim;
    let canonical = hex(&Sha256::digest(canonical_request(request, claim)));
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{day}/{region}/{service}/aws4_request\n{canonical}");
    hex(&hmac(key, text.as_bytes()))
}

/// The SHA-256 of a body, as `X-Amz-Content-Sha256` gives it.
pub(super) fn body_hash(body: &[u8]) -> String {
    hex(&Sha256::digest(body))
}

pub(super) fn hmac(key: &[u8], message: &[u8]) -> SigningKey {
    // HMAC takes keys of any length.
    #[allow(clippy::expect_used)]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn canonical_request(request: &WireRequest, claim: &Claim) -> String {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let headers = claim.signed_headers.split(';').fold(String::new(), |mut headers, name| {
        let given = request.headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
        let values: Vec<String> = given.map(|(_, value)| single_spaced(value)).collect();
        headers.extend([name, ":", &values.join(","), "\n"]);
        headers
    });
    format!(
        "{}\n{}\n{}\n{headers}\n{}\n{}",
        request.method,
        // Services other than S3 encode the path once more.
        if path.is_empty() { "/".to_owned() } else { percent_encode(path.as_bytes(), IN_PATHS).to_string() },
        canonical_query(query),
        claim.signed_headers,
        body_hash(&request.body),
    )
}

/// The parameters in order, without the signature itself.
fn canonical_query(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut pairs: Vec<(String, String)> = pairs
        .map(|(name, value)| (encoded_once(name), encoded_once(value)))
        .filter(|(name, _)| name != "X-Amz-Signature")
        .collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Encoded as the signer does it, however the client encoded it.
fn encoded_once(text: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(text).collect();
    percent_encode(&bytes, EVERYWHERE).to_string()
}

fn single_spaced(value: &str) -> String {
    value.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
