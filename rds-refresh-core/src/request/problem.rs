use std::fmt;

use serde_json::Value;

/// Everything that is wrong with a request.
///
/// Its text has one line for each problem, for a terminal:
///
/// ```
/// use rds_refresh_core::request::TemporaryRequest;
///
/// let builder = TemporaryRequest::builder().with_subnet_group("private").with_security_groups(["web"]);
/// let text = "the request has 2 problems:
///   security_groups[0] is \"web\": it must be the id of a security group, as sg-0123456789abcdef0
///   class is missing: it must be a class with family and size, as db.r6gd.large";
/// assert_eq!(builder.build().unwrap_err().to_string(), text);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidRequest {
    /// The problems, in the order in which the fields are read. At least one.
    pub problems: Vec<FieldProblem>,
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldProblem {
    /// Where the field is, as `source.temporary.security_groups[0]`. Empty for the request as a whole.
    pub path: String,
    /// In which way it is wrong.
    pub kind: ProblemKind,
    /// The value as it was given, written as JSON and cut at 100 characters. Only for [`ProblemKind::Wrong`]: what an unknown field
    /// holds is not shown, because it may be a secret that has no place in a request.
    pub value: Option<String>,
    /// The rule that the field breaks, to be read after "it must be".
    pub rule: String,
}

/// In which way a field is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// It is required, and was not given.
    Missing,
    /// Its value breaks the rule.
    Wrong,
    /// There is no such field, or not in this place.
    Unknown,
}

impl FieldProblem {
    pub(super) fn missing(path: String, rule: impl Into<String>) -> Self {
        Self { path, kind: ProblemKind::Missing, value: None, rule: rule.into() }
    }

    pub(super) fn wrong(path: String, value: &Value, rule: impl Into<String>) -> Self {
        Self { path, kind: ProblemKind::Wrong, value: Some(shown(&value.to_string())), rule: rule.into() }
    }

    pub(super) fn unknown(path: String, rule: impl Into<String>) -> Self {
        Self { path, kind: ProblemKind::Unknown, value: None, rule: rule.into() }
    }
}

/// The path of a field within the table at `path`.
pub(super) fn within(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A name that a user may choose freely, as TOML would write it.
pub(super) fn quoted(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    shown(&if bare { name.to_owned() } else { format!("{name:?}") })
}

/// What may stand in a message: a pasted page must not fill a log, nor a control character steer a terminal.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (at, c) in text.chars().enumerate() {
        if at == 100 {
            shown.push('…');
            break;
        }
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

impl fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, kind, value, rule } = self;
        let path = if path.is_empty() { "the request" } else { path };
        match (kind, value) {
            (ProblemKind::Wrong, Some(value)) => write!(f, "{path} is {value}: it must be {rule}"),
            (ProblemKind::Wrong, None) => write!(f, "{path} is wrong: it must be {rule}"),
            (ProblemKind::Missing, _) => write!(f, "{path} is missing: it must be {rule}"),
            (ProblemKind::Unknown, _) => write!(f, "{path} is unknown: it must be {rule}"),
        }
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => f.write_str("the request has a problem:")?,
            several => write!(f, "the request has {several} problems:")?,
        }
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for InvalidRequest {}
