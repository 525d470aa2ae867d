use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use rds_refresh_core::RunId;

use super::Event;

/// The append-only file `<run>.history.jsonl` beside the state of a run: one event a line.
///
/// It is not synced, and a write that fails is let go: the run is more important than its story.
#[derive(Debug)]
pub(crate) struct HistoryLog {
    file: Option<File>,
}

impl HistoryLog {
    pub(crate) fn open(state_dir: &Path, run: &RunId) -> Self {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Self { file: options.open(path(state_dir, run)).ok() }
    }

    pub(crate) fn append(&mut self, events: &[Event]) {
        let Some(file) = &mut self.file else { return };
        let mut lines = String::new();
        for event in events {
            if let Ok(line) = serde_json::to_string(event) {
                lines.push_str(&line);
                lines.push('\n');
            }
        }
        // In one write, so that a crash tears one line at most.
        let _ = file.write_all(lines.as_bytes());
    }

    /// What is left of the history, in order. Torn lines are passed over.
    pub(crate) fn read(state_dir: &Path, run: &RunId) -> Vec<Event> {
        let Ok(file) = File::open(path(state_dir, run)) else { return Vec::new() };
        BufReader::new(file).lines().map_while(Result::ok).filter_map(|line| serde_json::from_str(&line).ok()).collect()
    }
}

fn path(state_dir: &Path, run: &RunId) -> PathBuf {
    state_dir.join(format!("{run}.history.jsonl"))
}
