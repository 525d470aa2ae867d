use std::fmt;

use serde::{Serialize, Serializer};

/// A `JSONata` expression over `$states`, as a state machine writes it: `{% … %}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expr(String);

impl Expr {
    /// The expression of this text.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A path in the state's input, which is what a tick answered.
    pub(super) fn input(path: &str) -> Self {
        Self(format!("$states.input.{path}"))
    }

    /// Whether a text at this path of the input is that one.
    pub(super) fn is(path: &str, text: &str) -> Self {
        Self(format!("$states.input.{path} = '{text}'"))
    }

    /// Whether the input has something at this path.
    pub(super) fn exists(path: &str) -> Self {
        Self(format!("$exists($states.input.{path})"))
    }

    pub(super) fn and(self, other: &Self) -> Self {
        Self(format!("{} and {}", self.0, other.0))
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{% {} %}}", self.0)
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
