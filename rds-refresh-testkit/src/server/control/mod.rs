//! The control API: the world's time, its journal, its faults, its policies and all it holds, for a test in another process.

mod clock;
mod faults;
mod guard;
mod iam;
mod journal;
mod stage;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::backend::Backend;
use super::body::Unread;
use crate::world::{Operation, Service};

/// What the paths of the control API begin with. No request of an AWS client does.
pub(super) const PREFIX: &str = "/_fake/";

/// Answers one request to `path`, as it follows the prefix.
pub(super) fn answer(backend: &Backend, head: &Parts, path: &str, body: Result<Vec<u8>, Unread>) -> Response<Full<Bytes>> {
    let guarded = guard::check(&head.headers, backend.options().listen.ip());
    let answered = guarded.and_then(|()| route(&head.method, path)).and_then(|handler| {
        let body = body.map_err(|unread| Refusal::from(crate::ApiError::from(unread)))?;
        handler(backend, &Asked { query: head.uri.query().unwrap_or_default(), body: &body })
    });
    match answered {
        Ok(value) => respond(StatusCode::OK, &value),
        Err(refusal) => refusal.respond(),
    }
}

/// What a handler looks at.
struct Asked<'r> {
    query: &'r str,
    body: &'r [u8],
}

type Handler = fn(&Backend, &Asked<'_>) -> Result<Value, Refusal>;

const ROUTES: &[(Method, &str, Handler)] = &[
    (Method::POST, "checkpoint", stage::checkpoint),
    (Method::GET, "clock", clock::show),
    (Method::POST, "clock/advance", clock::advance),
    (Method::DELETE, "faults", faults::disarm),
    (Method::GET, "faults", faults::show),
    (Method::POST, "faults", faults::arm),
    (Method::GET, "health", health),
    (Method::GET, "iam", iam::show),
    (Method::POST, "iam/access-key", iam::access_key),
    (Method::POST, "iam/enforcement", iam::enforce),
    (Method::POST, "iam/policy", iam::put_policy),
    (Method::GET, "journal", journal::show),
    (Method::GET, "operations", operations),
    (Method::POST, "reset", stage::reset),
    (Method::POST, "restore", stage::restore),
    (Method::GET, "world", world),
];

fn route(method: &Method, path: &str) -> Result<Handler, Refusal> {
    let found: Vec<_> = ROUTES.iter().filter(|(_, known, _)| *known == path).collect();
    if found.is_empty() {
        let paths: Vec<String> = ROUTES.iter().map(|(method, path, _)| format!("{method} {PREFIX}{path}")).collect();
        return Err(Refusal::new(StatusCode::NOT_FOUND, format!("There is no such path. There are: {}.", paths.join(", "))));
    }
    if let Some((.., handler)) = found.iter().find(|(known, ..)| known == method) {
        return Ok(*handler);
    }
    let allowed: Vec<&str> = found.iter().map(|(method, ..)| method.as_str()).collect();
    let wrong = format!("Use {} {PREFIX}{path}, not {method}.", allowed.join(" or "));
    Err(Refusal { allow: Some(allowed.join(", ")), ..Refusal::new(StatusCode::METHOD_NOT_ALLOWED, wrong) })
}

#[expect(clippy::unnecessary_wraps, reason = "it is one of the handlers, of which others refuse")]
fn health(_: &Backend, _: &Asked<'_>) -> Result<Value, Refusal> {
    Ok(json!({ "status": "ok" }))
}

#[expect(clippy::unnecessary_wraps, reason = "it is one of the handlers, of which others refuse")]
fn world(backend: &Backend, _: &Asked<'_>) -> Result<Value, Refusal> {
    backend.bring_up_to_date();
    let mut world = backend.fake().world();
    world.settle();
    Ok(world.to_json())
}

#[expect(clippy::unnecessary_wraps, reason = "it is one of the handlers, of which others refuse")]
fn operations(_: &Backend, _: &Asked<'_>) -> Result<Value, Refusal> {
    let of = |service: Service| -> Vec<&str> {
        Operation::ALL.iter().filter(|operation| operation.service() == service).map(|operation| operation.name()).collect()
    };
    Ok(json!({ "rds": of(Service::Rds), "kms": of(Service::Kms), "sts": of(Service::Sts), "ec2": of(Service::Ec2) }))
}

/// Why a request is refused, and what to send instead.
struct Refusal {
    status: StatusCode,
    message: String,
    allow: Option<String>,
}

impl Refusal {
    fn new(status: StatusCode, message: String) -> Self {
        Self { status, message, allow: None }
    }

    fn respond(self) -> Response<Full<Bytes>> {
        let mut response = respond(self.status, &json!({ "message": self.message }));
        if let Some(value) = self.allow.as_deref().and_then(|methods| HeaderValue::from_str(methods).ok()) {
            response.headers_mut().insert(ALLOW, value);
        }
        response
    }
}

impl From<crate::ApiError> for Refusal {
    fn from(error: crate::ApiError) -> Self {
        Self::new(StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST), error.message)
    }
}

fn respond(status: StatusCode, value: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(format!("{value}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
