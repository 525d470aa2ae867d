//! What is to go wrong, and what has.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{Asked, PREFIX, Refusal};
use crate::fault::FaultScript;
use crate::server::backend::Backend;
use crate::world::World;

/// The script in force, and how often what has struck.
#[expect(clippy::unnecessary_wraps, reason = "it is one of the handlers, of which others refuse")]
pub(super) fn show(backend: &Backend, _: &Asked<'_>) -> Result<Value, Refusal> {
    Ok(shown(&settled(backend)))
}

/// Puts a script in force, in place of the one that was.
pub(super) fn arm(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
    let wrong = |why: String| {
        let message = format!(
            "{why}. Send a body as {{\"faults\": [{{\"calls\": {{\"operation\": \"CopyDBSnapshot\"}}, \"strike\": \"throttled\"}}]}}; \
             DELETE {PREFIX}faults ends all of them."
        );
        Refusal::new(StatusCode::BAD_REQUEST, message)
    };
    let text = std::str::from_utf8(asked.body).map_err(|error| wrong(format!("The body is not UTF-8: {error}")))?;
    let script = FaultScript::from_json(text).map_err(|error| wrong(format!("The body is {error}")))?;
    let mut world = settled(backend);
    world.arm(script);
    Ok(shown(&world))
}

/// Nothing more goes wrong.
#[expect(clippy::unnecessary_wraps, reason = "it is one of the handlers, of which others refuse")]
pub(super) fn disarm(backend: &Backend, _: &Asked<'_>) -> Result<Value, Refusal> {
    let mut world = settled(backend);
    world.disarm();
    Ok(shown(&world))
}

/// The world of this moment: a script's times count from when it is armed.
fn settled(backend: &Backend) -> std::sync::MutexGuard<'_, World> {
    backend.bring_up_to_date();
    let mut world = backend.fake().world();
    world.settle();
    world
}

fn shown(world: &World) -> Value {
    json!({ "now": world.now(), "script": world.fault_script(), "struck": world.struck() })
}
