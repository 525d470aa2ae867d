//! What RDS noted about the resources of a step that failed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// An RDS event, as `DescribeEvents` shows it: evidence of why something failed, and never what a run decides by.
///
/// It is stored in states and shown to people. RDS writes no secrets into its events. Texts are cut to keep states small:
/// at 63 characters the resource, at 200 the message.
///
/// ```
/// use rds_refresh_core::RdsEvent;
///
/// let at = "2026-11-23T08:00:00Z".parse()?;
/// let event = RdsEvent::new(at, "orders-staging", "Database instance in\nincompatible-network.");
/// assert_eq!(event.to_string(), "2026-11-23T08:00:00.000Z orders-staging: Database instance in incompatible-network.");
/// # Ok::<(), rds_refresh_core::ids::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RdsEvent {
    /// When it happened, by RDS's clock.
    pub at: Timestamp,
    /// `SourceIdentifier`: what it happened to.
    pub resource: String,
    /// `Message`, on one line.
    pub message: String,
}

/// How many events a failure carries: the newest.
pub const MOST_EVENTS: usize = 5;

impl RdsEvent {
    /// An event that happened to this resource.
    #[must_use]
    pub fn new(at: Timestamp, resource: impl AsRef<str>, message: impl AsRef<str>) -> Self {
        Self { at, resource: line(resource.as_ref(), 63), message: line(message.as_ref(), 200) }
    }

    /// The newest of these, the oldest first, each as short as [`new`](Self::new) makes it: they may come from anywhere.
    pub(crate) fn newest(mut events: Vec<Self>) -> Vec<Self> {
        events.sort();
        events.drain(..events.len().saturating_sub(MOST_EVENTS));
        events.into_iter().map(|event| Self::new(event.at, event.resource, event.message)).collect()
    }
}

impl fmt::Display for RdsEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.at, self.resource, self.message)
    }
}

/// The text in one line, cut at so many characters.
fn line(text: &str, longest: usize) -> String {
    let mut line: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    // What has been cut stays as it is when it is cut again.
    if let Some((cut, _)) = line.char_indices().nth(longest) {
        let before = line[..cut].char_indices().last().map_or(0, |(index, _)| index);
        line.truncate(before);
        line.push('…');
    }
    line
}
