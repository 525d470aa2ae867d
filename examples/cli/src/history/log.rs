use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
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
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path(state_dir, run)).ok();
        if file.as_mut().is_some_and(is_torn) {
            // What is appended must not hang on to what a crash left of a line.
            file = file.and_then(|mut file| file.write_all(b"\n").ok().map(|()| file));
        }
        Self { file }
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

/// Whether the last line has no end.
fn is_torn(file: &mut File) -> bool {
    let mut last = [0];
    file.seek(SeekFrom::End(-1)).is_ok() && file.read_exact(&mut last).is_ok() && last != *b"\n"
}

fn path(state_dir: &Path, run: &RunId) -> PathBuf {
    state_dir.join(format!("{run}.history.jsonl"))
}
