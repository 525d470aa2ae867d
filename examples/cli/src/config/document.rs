//! A TOML file whose fields are known by line.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::args::Override;
use crate::failure::{self, Failure};

/// The file as text, and as the values in it.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) path: Option<PathBuf>,
    pub(super) table: Map<String, Value>,
    text: String,
}

impl Document {
    pub(super) fn empty() -> Self {
        Self { path: None, table: Map::new(), text: String::new() }
    }

    /// What no file holds.
    pub(super) fn of(values: Value) -> Self {
        let table = if let Value::Object(table) = values { table } else { Map::new() };
        Self { table, ..Self::empty() }
    }

    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Failure::input(format!("there is no configuration file {}", path.display()))
                .next(format!("`rds-refresh init {}` writes one", path.display())),
            _ => failure::io("cannot read the configuration file", path, &error),
        })?;
        match toml::from_str(&text) {
            Ok(table) => Ok(Self { path: Some(path.to_owned()), table, text }),
            Err(error) => {
                let line = error.span().map(|span| format!(", line {}", line_of(&text, span.start))).unwrap_or_default();
                Err(Failure::input(format!("{}{line}: not TOML: {}", path.display(), error.message())))
            }
        }
    }

    /// Says what is wrong: pairs of a field's path and a sentence about it. Nothing wrong is no failure.
    pub(super) fn complain(&self, problems: &[(String, String)], overrides: &[Override]) -> Result<(), Failure> {
        if problems.is_empty() {
            return Ok(());
        }
        let name = self.path.as_ref().map_or("the request".to_owned(), |path| path.display().to_string());
        let mut what = match problems.len() {
            1 => format!("{name} has a problem"),
            several => format!("{name} has {several} problems"),
        };
        for (path, problem) in problems {
            let path = segments(path);
            let given_by = overrides.iter().rev().find(|given| path.starts_with(&given.path));
            let place = match (given_by, self.line(&path)) {
                (Some(given), _) => format!("{}: ", given.flag),
                (None, Some(line)) => format!("line {line}: "),
                (None, None) => String::new(),
            };
            // Writing to a string cannot fail.
            let _ = write!(what, "\n  {place}{problem}");
        }
        Err(Failure::input(what)
            .next("mend it there; `rds-refresh init` shows every field, and `rds-refresh plan` checks without a call"))
    }

    /// The line of a field, or else of the table that it should be in.
    fn line(&self, path: &[String]) -> Option<usize> {
        let root = DeTable::parse(&self.text).ok()?;
        let mut found = None;
        let mut table = Some(root.get_ref());
        let mut value: Option<&Spanned<DeValue<'_>>> = None;
        for segment in path {
            if let (Some(DeValue::Array(array)), Ok(index)) = (value.map(Spanned::get_ref), segment.parse::<usize>()) {
                value = array.get(index);
                found = value.map(|value| value.span().start).or(found);
                table = None;
                continue;
            }
            let (key, inner) =
                table?.iter().find(|(key, _)| key.get_ref() == segment).map_or((None, None), |(k, v)| (Some(k), Some(v)));
            let Some(inner) = inner else { break };
            found = key.map(|key| key.span().start);
            value = Some(inner);
            table = match inner.get_ref() {
                DeValue::Table(table) => Some(table),
                _ => None,
            };
        }
        found.map(|start| line_of(&self.text, start))
    }
}

fn line_of(text: &str, start: usize) -> usize {
    text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1
}

/// The parts of `source.temporary.security_groups[0]` or `tags."cost centre"`.
fn segments(path: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut quoted = false;
    for c in path.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' | '[' | ']' if !quoted => {
                if !part.is_empty() {
                    parts.push(std::mem::take(&mut part));
                }
            }
            c => part.push(c),
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}
