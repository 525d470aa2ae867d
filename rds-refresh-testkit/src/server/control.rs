//! The control API: the world's time, its journal and all it holds, for a test in another process.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::backend::Backend;
use super::body::Unread;

/// What the paths of the control API begin with. No request of an AWS client does.
pub(super) const PREFIX: &str = "/_fake/";

/// Answers one request to `path`, as it follows the prefix.
pub(super) fn answer(backend: &Backend, head: &Parts, path: &str, body: Result<Vec<u8>, Unread>) -> Response<Full<Bytes>> {
    let answered = route(&head.method, path).and_then(|handler| {
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
    (Method::GET, "clock", clock),
    (Method::POST, "clock/advance", advance),
    (Method::GET, "health", health),
    (Method::GET, "journal", journal),
    (Method::POST, "reset", reset),
    (Method::GET, "world", world),
];

fn route(method: &Method, path: &str) -> Result<Handler, Refusal> {
    let mut found = ROUTES.iter().filter(|(_, known, _)| *known == path).peekable();
    let Some((allowed, ..)) = found.peek() else {
        let paths: Vec<String> = ROUTES.iter().map(|(method, path, _)| format!("{method} {PREFIX}{path}")).collect();
        return Err(Refusal::new(StatusCode::NOT_FOUND, format!("There is no such path. There are: {}.", paths.join(", "))));
    };
    let wrong = format!("Use {allowed} {PREFIX}{path}, not {method}.");
    match found.find(|(known, ..)| known == method) {
        Some((.., handler)) => Ok(*handler),
        None => Err(Refusal { allow: Some(allowed), ..Refusal::new(StatusCode::METHOD_NOT_ALLOWED, wrong) }),
    }
}

fn health(_: &Backend, _: &Asked<'_>) -> Result<Value, Refusal> {
    Ok(json!({ "status": "ok" }))
}

fn clock(backend: &Backend, _: &Asked<'_>) -> Result<Value, Refusal> {
    backend.bring_up_to_date();
    let mode = backend.clock_mode();
    let mut world = backend.fake().world();
    world.settle();
    Ok(json!({
        "now": world.now(),
        "mode": mode.to_string(),
        "factor": mode.factor(),
        "next_change": world.next_change(),
    }))
}

/// The longest single leap: ten years.
const LONGEST: f64 = 10.0 * 365.0 * 24.0 * 60.0 * 60.0;

fn advance(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Advance {
        seconds: f64,
    }
    let wrong = |why: String| Refusal::new(StatusCode::BAD_REQUEST, format!("{why}. Send a body as {{\"seconds\": 90.5}}."));
    let Advance { seconds } = serde_json::from_slice(asked.body).map_err(|error| wrong(format!("The body is wrong: {error}")))?;
    if !(0.0..=LONGEST).contains(&seconds) {
        return Err(wrong(format!("The seconds must be from 0 to {LONGEST}, not {seconds}")));
    }
    backend.advance(Duration::from_secs_f64(seconds));
    clock(backend, asked)
}

/// The calls from the index `since` on.
fn journal(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
    let wrong = |why: String| Refusal::new(StatusCode::BAD_REQUEST, format!("{why}. Ask for /_fake/journal?since=INDEX."));
    let mut since = 0_usize;
    for (name, value) in form_urlencoded::parse(asked.query.as_bytes()) {
        if name != "since" {
            return Err(wrong(format!("The journal knows no parameter {name:?}")));
        }
        since = value.parse().map_err(|_| wrong(format!("{value:?} is no index")))?;
    }
    let world = backend.fake().world();
    let entries = world.journal().iter().enumerate().skip(since);
    let entries: Vec<Value> = entries
        .map(|(index, entry)| {
            json!({
                "index": index,
                "time": entry.at,
                "account": entry.account,
                "region": entry.region,
                "action": entry.action,
                "resource": entry.resource,
                "outcome": entry.error.unwrap_or("ok"),
                "took_effect": entry.took_effect,
            })
        })
        .collect();
    Ok(json!({ "next": world.journal().len(), "entries": entries }))
}

fn world(backend: &Backend, _: &Asked<'_>) -> Result<Value, Refusal> {
    backend.bring_up_to_date();
    let mut world = backend.fake().world();
    world.settle();
    Ok(world.to_json())
}

fn reset(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
    backend.reset();
    clock(backend, asked)
}

/// Why a request is refused, and what to send instead.
struct Refusal {
    status: StatusCode,
    message: String,
    allow: Option<&'static Method>,
}

impl Refusal {
    fn new(status: StatusCode, message: String) -> Self {
        Self { status, message, allow: None }
    }

    fn respond(self) -> Response<Full<Bytes>> {
        let mut response = respond(self.status, &json!({ "message": self.message }));
        if let Some(value) = self.allow.and_then(|method| HeaderValue::from_str(method.as_str()).ok()) {
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
