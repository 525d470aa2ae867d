//! Showing a run while it runs: live on a terminal, in plain lines elsewhere, as JSON for programs.

mod estimate;
mod json;
mod line;
mod live;
mod plain;

use std::io::IsTerminal;
use std::sync::Arc;

use rds_refresh_core::Clock;
use rds_refresh_core::machine::Report;
use rds_refresh_core::preview::Preview;

use crate::args::{Global, Output};
use crate::history::Event;

/// Something that shows a run. None of it may fail: a full pipe is no reason to stop a refresh.
pub(crate) trait Progress: Send {
    /// What happened, and where the run is now.
    fn show(&mut self, report: &Report, events: &[Event]);

    /// Time has gone by.
    fn tick(&mut self) {}

    /// Something to be said between.
    fn say(&mut self, text: &str) {
        crate::print::error_line(text);
    }

    /// The run has stopped: leave the terminal as a person wants to find it.
    fn close(&mut self) {}
}

/// Shows nothing.
struct Silent;

impl Progress for Silent {
    fn show(&mut self, _: &Report, _: &[Event]) {}
}

/// The way that the flags and the terminal ask for.
pub(crate) fn choose(global: &Global, preview: &Preview, left: Option<&Report>, clock: Arc<dyn Clock>) -> Box<dyn Progress> {
    match global.output {
        _ if global.quiet => Box::new(Silent),
        Output::Json => Box::new(json::Json),
        Output::Text if std::io::stderr().is_terminal() => Box::new(live::Live::new(preview, left, clock)),
        Output::Text => Box::new(plain::Plain::default()),
    }
}
