//! Bodies, as far as the server is willing to read them.

use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use super::Limits;
use crate::world::ApiError;

/// Why a body was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is larger than the limit.
    TooLarge,
    /// It did not arrive in time.
    Late,
    /// The connection broke, or the body breaks the rules of its transfer encoding.
    Broken,
}

impl From<Unread> for ApiError {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Self::new("RequestEntityTooLarge", 413, "The request body is too large."),
            Unread::Late => Self::new("RequestTimeout", 408, "The request body was not received within the timeout period."),
            Unread::Broken => Self::refused("IncompleteBody", "The request body could not be read to its end."),
        }
    }
}

/// Reads a body into memory. Of a client that `asks_first` whether to go on, nothing is read that would be refused.
pub(super) async fn read(body: Incoming, asks_first: bool, limits: &Limits) -> Result<Vec<u8>, Unread> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if asks_first && announced > limits.body_bytes {
        return Err(Unread::TooLarge);
    }
    timeout(limits.body_timeout, collect(body, limits.body_bytes)).await.unwrap_or(Err(Unread::Late))
}

/// How many times the limit is read and thrown away. A client that is answered while it still sends may never see the answer: the
/// connection is reset under it.
const DRAINED: usize = 16;

async fn collect(mut body: Incoming, limit: usize) -> Result<Vec<u8>, Unread> {
    let mut collected = Vec::new();
    let mut received = 0;
    while let Some(frame) = body.frame().await {
        // Trailers hold nothing that AWS reads.
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        received += data.len();
        if received > limit.saturating_mul(DRAINED) {
            break;
        }
        if received <= limit {
            collected.extend_from_slice(&data);
        }
    }
    if received <= limit { Ok(collected) } else { Err(Unread::TooLarge) }
}
