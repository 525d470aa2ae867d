//! Signature Version 4 (AWS general reference, *Signing AWS API requests*): what the signature of a request has to be.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::claim::Claim;
use super::signing_keys::SigningKey;
use crate::wire::message::WireRequest;

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
    let headers: String = claim
        .signed_headers
        .split(';')
        .map(|name| {
            let given = request.headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
            let values: Vec<String> = given.map(|(_, value)| single_spaced(value)).collect();
            format!("{name}:{}\n", values.join(","))
        })
        .collect();
    format!(
        "{}\n{}\n{}\n{headers}\n{}\n{}",
        request.method,
        // Services other than S3 encode the path once more.
        if path.is_empty() { "/".to_owned() } else { encoded(path.as_bytes(), b"/") },
        canonical_query(query),
        claim.signed_headers,
        body_hash(&request.body),
    )
}

/// The parameters in order, without the signature itself.
fn canonical_query(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut pairs: Vec<(String, String)> = pairs
        .map(|(name, value)| (encoded(&decoded(name), b""), encoded(&decoded(value), b"")))
        .filter(|(name, _)| name != "X-Amz-Signature")
        .collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn single_spaced(value: &str) -> String {
    value.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Percent-encoded as RFC 3986 has it, but for the bytes in `plain`.
fn encoded(bytes: &[u8], plain: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || plain.contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push('%');
            text.push_str(&hex(&[*byte]).to_ascii_uppercase());
        }
    }
    text
}

/// The bytes behind the percent escapes. One that is broken stands for itself.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let escape = match rest {
            [b'%', high, low, ..] => char::from(*high).to_digit(16).zip(char::from(*low).to_digit(16)),
            _ => None,
        };
        match escape.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[3..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
