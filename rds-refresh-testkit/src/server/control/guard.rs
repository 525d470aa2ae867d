//! Who may not use the control API: web pages.
//!
//! A page that a browser on this computer shows can send requests to loopback. Those from another origin say so (`Origin`). Those of
//! a name that was first the page's own and then made to stand for 127.0.0.1 (DNS rebinding) carry that name (`Host`).

use std::net::IpAddr;

use hyper::StatusCode;
use hyper::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use hyper::http::uri::Authority;

use super::Refusal;

/// Refuses what comes from a web page. On another interface than loopback any name may be the right one, as in a network of
/// containers.
pub(super) fn check(headers: &HeaderMap, listens_on: IpAddr) -> Result<(), Refusal> {
    let header = |name: HeaderName| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let host = header(HOST);
    if let Some(host) = host.as_ref().filter(|host| listens_on.is_loopback() && !is_loopback(host)) {
        let message = format!("The control API does not answer to the name {host}. Call it 127.0.0.1 or localhost.");
        return Err(Refusal::new(StatusCode::FORBIDDEN, message));
    }
    let own = host.map(|host| format!("http://{host}"));
    match header(ORIGIN) {
        Some(origin) if own.as_deref() != Some(origin.as_ref()) => {
            let message =
                format!("The control API does not answer to the web pages of {origin}. Call it without the header Origin.");
            Err(Refusal::new(StatusCode::FORBIDDEN, message))
        }
        _ => Ok(()),
    }
}

fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
