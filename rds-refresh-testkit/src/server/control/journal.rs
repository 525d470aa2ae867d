//! What was asked of the model.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{Asked, Refusal};
use crate::server::backend::Backend;
use crate::world::Entry;

/// The calls from the index `since` on.
pub(super) fn show(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
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
    let entries: Vec<Value> = entries.map(|(index, entry)| row(index, entry)).collect();
    Ok(json!({ "next": world.journal().len(), "entries": entries }))
}

fn row(index: usize, entry: &Entry) -> Value {
    json!({
        "index": index,
        "time": entry.at,
        "account": entry.account,
        "principal": entry.principal,
        "region": entry.region,
        "action": entry.action,
        "resource": entry.resource,
        "outcome": entry.error.unwrap_or("ok"),
        "took_effect": entry.took_effect,
        "fault": entry.fault,
        "somebody": entry.somebody,
    })
}
