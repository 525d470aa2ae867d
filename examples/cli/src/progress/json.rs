use rds_refresh_core::machine::Report;

use super::Progress;
use crate::history::Event;

/// One event a line, on standard output.
pub(super) struct Json;

impl Progress for Json {
    fn show(&mut self, _: &Report, events: &[Event]) {
        for event in events {
            if let Ok(line) = serde_json::to_string(event) {
                crate::print::line(&line);
            }
        }
    }

    // Standard output is for events alone.
    fn say(&mut self, _: &str) {}
}
