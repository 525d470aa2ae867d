use std::fmt;

use serde_json::Value;

use super::pieces::{indentation, written};

/// What an edit does to a policy's statements. Shown as lines that begin with `-` and `+`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The statements taken out, as they were written, but for the indentation.
    pub removed: Vec<String>,
    /// The statements put in, as indented JSON.
    pub added: Vec<String>,
}

impl Diff {
    pub(super) fn remove(&mut self, statement: &str) {
        let indentation = format!("\n{}", indentation(statement).unwrap_or_default());
        self.removed.push(statement.replace(&indentation, "\n"));
    }

    pub(super) fn add(&mut self, statement: &Value) {
        self.added.push(written(statement, Some("")));
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signed =
            self.removed.iter().map(|statement| ('-', statement)).chain(self.added.iter().map(|statement| ('+', statement)));
        let lines = signed.flat_map(|(sign, statement)| statement.lines().map(move |line| (sign, line)));
        for (number, (sign, line)) in lines.enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{sign} {line}")?;
        }
        Ok(())
    }
}
