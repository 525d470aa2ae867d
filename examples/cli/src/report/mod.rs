//! The run as a picture and a page: one file that can be attached to a change ticket.

mod axis;
mod html;
mod shapes;
mod svg;
mod timeline;

use rds_refresh_core::machine::Report;
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::{Facts, Timestamp};

pub(crate) use html::page;
pub(crate) use svg::picture;
pub(crate) use timeline::Timeline;

use crate::text::duration;

/// Everything that is drawn and written.
pub(crate) struct Subject<'a> {
    pub(crate) report: &'a Report,
    pub(crate) facts: &'a Facts,
    pub(crate) timeline: Timeline,
}

impl Subject<'_> {
    /// From what to what.
    fn title(&self) -> String {
        let source = self.facts.read::<SourceRequest>().map(|request| request.cluster.to_string());
        let destination = self.facts.read::<DestinationRequest>().map(|request| request.cluster.identifier.to_string());
        match (source, destination) {
            (Ok(source), Ok(destination)) => format!("{source} → {destination}"),
            (Ok(source), Err(_)) => format!("{source}, handed over"),
            (Err(_), Ok(destination)) => format!("{destination}, from a hand-over"),
            (Err(_), Err(_)) => self.report.run.to_string(),
        }
    }

    /// When, and how long.
    fn subtitle(&self) -> String {
        let Timeline { began, ended, .. } = self.timeline;
        let pauses = if self.timeline.gaps.is_empty() { "" } else { " without pauses" };
        format!(
            "run {} · {} to {} UTC · {}{pauses}",
            self.report.run,
            minute(began),
            minute(ended),
            duration(self.report.elapsed)
        )
    }

    /// How it ended, in a word, and whether that is good.
    fn verdict(&self) -> (&'static str, &'static str) {
        use rds_refresh_core::machine::{Cause, Doing};
        let cancelled = self.report.failing.as_ref().is_some_and(|failing| failing.cause == Cause::Cancelled);
        match self.report.doing {
            Doing::Succeeded => ("refreshed", "good"),
            Doing::Failed if cancelled => ("cancelled", "warn"),
            Doing::Failed => ("failed", "bad"),
            Doing::Parked => ("parked", "warn"),
            Doing::Compensating => ("being undone", "warn"),
            _ => ("under way", "warn"),
        }
    }
}

/// To the minute: `2026-11-23 08:00`.
fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..16).unwrap_or(&text).replace('T', " ")
}

/// Text as XML and HTML want it.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
