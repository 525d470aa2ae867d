//! Going back: to how everything was at the beginning, or at a moment of one's own.

use hyper::StatusCode;
use serde_json::Value;

use super::{Asked, PREFIX, Refusal, clock};
use crate::server::backend::Backend;

/// Everything is as at the beginning.
pub(super) fn reset(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
    backend.reset();
    clock::show(backend, asked)
}

/// The world as it is now is what `restore` goes back to.
pub(super) fn checkpoint(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
    backend.remember();
    clock::show(backend, asked)
}

/// Everything is as at the checkpoint.
pub(super) fn restore(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
    if backend.restore() {
        return clock::show(backend, asked);
    }
    let message = format!("There is no checkpoint. POST {PREFIX}checkpoint sets one, POST {PREFIX}reset goes back to the start.");
    Err(Refusal::new(StatusCode::CONFLICT, message))
}
