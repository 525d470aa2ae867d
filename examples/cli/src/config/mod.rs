//! One file and flags; flags win. Everything that is wrong is said at once, with file, line, field and what it must be.

mod connection;
mod document;
mod schema;
mod template;

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use rds_refresh_core::request::{FieldProblem, ProblemKind, Request};
use rds_refresh_testkit::TwoAccounts;
use serde_json::{Map, Value};

pub(crate) use connection::{Connection, Reached};
use document::Document;
pub(crate) use schema::schema;
pub(crate) use template::TEMPLATE;

use crate::args::{Global, RequestArgs};
use crate::failure::Failure;

/// The configuration file, read but for the request in it, which flags may complete.
#[derive(Debug)]
pub(crate) struct Config {
    document: Document,
    connection: Connection,
    state_dir: Option<PathBuf>,
}

impl Config {
    /// The file that was named, or the usual one; none is as good as an empty one.
    pub(crate) fn find(global: &Global) -> Result<Self, Failure> {
        match global.config.clone().or_else(usual) {
            Some(path) => Self::read(&path),
            None => Self::of(Document::empty()),
        }
    }

    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        Self::of(Document::read(path)?)
    }

    /// The request that the embedded fake's stage offers, for flags to complete.
    pub(crate) fn embedded(stage: &TwoAccounts) -> Result<Self, Failure> {
        let invalid = |error: &dyn std::fmt::Display| Failure::outside(format!("the stage offers no request: {error}"));
        let request = stage.request("orders-staging").build().map_err(|error| invalid(&error))?;
        let request = serde_json::to_value(request).map_err(|error| invalid(&error))?;
        Self::of(Document::of(request))
    }

    fn of(mut document: Document) -> Result<Self, Failure> {
        let mut problems = Vec::new();
        let connection = Connection::read(document.table.remove("connection"), &mut problems);
        let state_dir = document.table.remove("state_dir").and_then(|given| match given {
            Value::String(dir) if !dir.is_empty() => Some(PathBuf::from(dir)),
            other => {
                problems.push(("state_dir".to_owned(), format!("state_dir is {other}: it must be a directory, in quotes")));
                None
            }
        });
        document.complain(&problems, &[])?;
        Ok(Self { document, connection, state_dir })
    }

    /// How the accounts are reached, as far as the file says.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The file, if there is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.document.path.as_deref()
    }

    /// Where runs are kept: the flag, the environment, the file, or where XDG has it.
    pub(crate) fn state_dir(&self, global: &Global) -> Result<PathBuf, Failure> {
        if let Some(dir) = global.state_dir.as_ref().or(self.state_dir.as_ref()) {
            return Ok(dir.clone());
        }
        let strategy = etcetera::choose_base_strategy().map_err(|error| {
            Failure::input(format!("where to keep runs cannot be known: {error}"))
                .next("give --state-dir, or set RDS_REFRESH_STATE_DIR")
        })?;
        Ok(strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("rds-refresh"))
    }

    /// The request: that of the file, with the flags put over it.
    pub(crate) fn request(&self, args: &RequestArgs) -> Result<Request, Failure> {
        let overrides = args.overrides().map_err(Failure::input)?;
        if self.document.table.is_empty() && overrides.is_empty() {
            return Err(Failure::input("there is no configuration file, and no flag says what to refresh")
                .next("`rds-refresh init` writes a commented file; `rds-refresh run --embedded` needs none"));
        }
        let mut request = self.document.table.clone();
        for given in &overrides {
            put(&mut request, &given.path, given.value.clone());
        }
        Request::try_from(Value::Object(request)).map_err(|invalid| {
            let problems: Vec<(String, String)> =
                invalid.problems.into_iter().map(with_own_fields).map(|it| (it.path.clone(), it.to_string())).collect();
            match self.document.complain(&problems, &overrides) {
                Err(failure) => failure,
                Ok(()) => Failure::input("the request is wrong"),
            }
        })
    }
}

/// The file holds more than a request does.
fn with_own_fields(mut problem: FieldProblem) -> FieldProblem {
    if problem.kind == ProblemKind::Unknown && !problem.path.contains(['.', '"']) {
        problem.rule.push_str(", state_dir, connection");
    }
    problem
}

/// Sets a field, and makes the tables on the way. What is no table gives way: the flag counts.
fn put(table: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [last] => {
            table.insert(last.clone(), value);
        }
        [first, rest @ ..] => {
            let inner = table.entry(first.clone()).or_insert_with(|| Map::new().into());
            if !inner.is_object() {
                *inner = Map::new().into();
            }
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

fn usual() -> Option<PathBuf> {
    let here = PathBuf::from("rds-refresh.toml");
    if here.is_file() {
        return Some(here);
    }
    let home = etcetera::choose_base_strategy().ok()?.config_dir().join("rds-refresh").join("config.toml");
    home.is_file().then_some(home)
}
