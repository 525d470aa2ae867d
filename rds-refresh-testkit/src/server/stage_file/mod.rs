//! A stage, written down: which accounts there are, and what each of them has in which Region.

mod check;
mod furnish;
mod tables;

use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::Path;

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::Region;

use super::scene::Scene;
use crate::{Stage, VirtualClock};
use tables::StageTable;

/// A stage that is read from TOML. `docs/fake-rds.md` shows every table and key; `stages/` beside it holds an example.
///
/// ```
/// use rds_refresh_testkit::server::StageFile;
///
/// let stage = StageFile::parse(
///     r#"
///     [accounts.only]
///     id = "111111111111"
///     [accounts.only.regions.eu-west-1]
///     "#,
/// );
/// assert!(stage.is_ok());
///
/// let error = StageFile::parse("[accounts.only]\nid = \"1\"").unwrap_err();
/// assert_eq!(error.line(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct StageFile {
    table: StageTable,
    /// The Region that a client uses if nothing says another.
    region: Region,
}

impl StageFile {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or what it says is no stage: the error names file, line, and what should stand there.
    pub fn read(path: &Path) -> Result<Self, InvalidStage> {
        let within = |invalid: InvalidStage| InvalidStage { file: Some(path.display().to_string()), ..invalid };
        let text = fs::read_to_string(path).map_err(|error| within(InvalidStage::unread(&error)))?;
        Self::parse(&text).map_err(within)
    }

    /// Reads a text.
    ///
    /// # Errors
    /// What it says is no stage.
    pub fn parse(text: &str) -> Result<Self, InvalidStage> {
        let table: StageTable = toml::from_str(text).map_err(|error| InvalidStage::at(text, error.span(), error.message()))?;
        let region = check::check(&table).map_err(|(span, message)| InvalidStage::at(text, Some(span), &message))?;
        Ok(Self { table, region })
    }

    pub(super) fn seed(&self) -> Option<u64> {
        self.table.seed
    }

    pub(super) fn start(&self) -> Option<Timestamp> {
        self.table.start
    }

    pub(super) fn set(&self, seed: u64, clock: VirtualClock) -> Scene {
        furnish::furnish(&self.table, &self.region, Stage::new(seed, clock))
    }
}

/// Why something is no stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidStage {
    file: Option<String>,
    /// Counted from 1; 0 where the whole file is meant.
    line: usize,
    text: String,
    message: String,
}

impl InvalidStage {
    /// The line that it is about, counted from 1; 0 if it is about the whole file.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// What is wrong, and what would be right.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    fn at(text: &str, span: Option<Range<usize>>, message: &str) -> Self {
        // Where TOML names no place, the beginning is none either.
        let before = span.and_then(|span| text.get(..span.start));
        let line = before.map_or(0, |before| before.matches('\n').count() + 1);
        let shown = line.checked_sub(1).and_then(|index| text.lines().nth(index)).unwrap_or_default();
        Self { file: None, line, text: shown.trim().to_owned(), message: message.trim_end().to_owned() }
    }

    fn unread(error: &std::io::Error) -> Self {
        Self { file: None, line: 0, text: String::new(), message: format!("cannot be read: {error}") }
    }
}

impl fmt::Display for InvalidStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file.as_deref().unwrap_or("the stage"))?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.message)?;
        if !self.text.is_empty() {
            write!(f, "\n  {}", self.text)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidStage {}
