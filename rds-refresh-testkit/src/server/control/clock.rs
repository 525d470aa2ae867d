//! What time it is, and how to change that.

use std::time::Duration;

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Refusal};
use crate::server::backend::Backend;

/// The time, how it passes, and when something happens next by itself.
#[expect(clippy::unnecessary_wraps, reason = "it is one of the handlers, of which others refuse")]
pub(super) fn show(backend: &Backend, _: &Asked<'_>) -> Result<Value, Refusal> {
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

pub(super) fn advance(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
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
    show(backend, asked)
}
