//! From HTTP to the services and the control API, and back.

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{EXPECT, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};

use super::backend::Backend;
use super::{body, control, media};
use crate::wire::{WireRequest, WireResponse};
use crate::world::ApiError;

/// A fault swallowed the answer: the connection is closed without one.
#[derive(Debug, thiserror::Error)]
#[error("no answer")]
pub(super) struct Silence;

/// Answers one request. Whatever is wrong with it, there is an answer, unless a fault has it otherwise.
pub(super) async fn respond(backend: &Backend, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Silence> {
    let (head, body) = request.into_parts();
    let asks_first = head.headers.contains_key(EXPECT);
    let body = body::read(body, asks_first, &backend.options().limits).await;
    match head.uri.path().strip_prefix(control::PREFIX) {
        Some(path) => Ok(control::answer(backend, &head, path.trim_start_matches('/'), body)),
        None => Some(answer(backend, &head, body)).filter(|response| !response.is_silence()).map(sent).ok_or(Silence),
    }
}

fn answer(backend: &Backend, head: &Parts, body: Result<Vec<u8>, body::Unread>) -> WireResponse {
    let service = backend.service();
    let received = received(head);
    let body = body.map_err(ApiError::from).and_then(|body| media::check(&received).map(|()| body));
    match body {
        Ok(body) => service.answer(&WireRequest { body, ..received }),
        Err(error) => service.refuse(&received, &error),
    }
}

/// A request without its body.
fn received(head: &Parts) -> WireRequest {
    let headers = head.headers.iter();
    WireRequest {
        method: head.method.as_str().to_owned(),
        target: head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        // What is not UTF-8 is no header of AWS's; its value does not matter, that it was there may.
        headers: headers.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        body: Vec::new(),
    }
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

fn sent(response: WireResponse) -> Response<Full<Bytes>> {
    let mut sent = Response::new(Full::from(response.body));
    *sent.status_mut() = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in response.headers {
        // Both are made by the services: content types and UUIDs, which are legal values.
        if let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(value)) {
            sent.headers_mut().insert(name, value);
        }
    }
    sent
}
