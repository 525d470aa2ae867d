use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{InvalidValue, RunId, checked_string};

/// The identifier of a DB cluster, a DB instance or a DB cluster snapshot: 1–63 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DbIdentifier(String);

checked_string!(DbIdentifier);

impl FromStr for DbIdentifier {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        const RULE: &str =
            "1 to 63 letters, digits and hyphens, starting with a letter, without two hyphens in a row or one at the end";
        grammar(text, 63).map(Self).ok_or_else(|| InvalidValue::new("DB identifier", text, RULE))
    }
}

impl DbIdentifier {
    /// A name of this run's own, as `orders-production-<run>-s1`: derived from `source`, the run, a letter for what it names and the
    /// attempt, so that it is the same after every crash, and another for every attempt.
    #[must_use]
    pub fn derived(source: &DbIdentifier, run: &RunId, letter: char, attempt: u32) -> Self {
        let rest = format!("-{run}-{letter}{attempt}");
        // A run id has 24 characters at most, so 26 and more are left for the source's name.
        let mut name: String = source.0.chars().take(63 - rest.len()).collect();
        name.truncate(name.trim_end_matches('-').len());
        name.push_str(&rest);
        // Legal by construction: it begins as a legal identifier does, and neither part ends or begins with a hyphen.
        Self(name)
    }

    /// The attempt, if `name` is one that [`derived`](Self::derived) gives to some source for this run, letter and attempt.
    #[must_use]
    pub fn attempt_of(name: &str, run: &RunId, letter: char) -> Option<u32> {
        let (rest, last) = name.rsplit_once('-')?;
        let attempt = last.strip_prefix(letter)?.parse().ok()?;
        let kept: Self = rest.strip_suffix(run.as_str())?.strip_suffix('-')?.parse().ok()?;
        // What is kept of a source is a legal name itself, and keeps all of itself.
        (Self::derived(&kept, run, letter, attempt).0 == name).then_some(attempt)
    }

    /// A pattern, with `*` for any characters, that matches every name [`derived`](Self::derived) from the same source and letter.
    #[must_use]
    pub fn derived_pattern(source: &DbIdentifier, letter: char) -> String {
        // The longest run id and attempt leave that much of the source's name to every run.
        const ALWAYS_KEPT: usize = 63 - "-".len() - 24 - "-s".len() - "4294967295".len();
        if source.0.len() <= ALWAYS_KEPT {
            return format!("{source}-*-{letter}*");
        }
        let kept: String = source.0.chars().take(ALWAYS_KEPT).collect();
        format!("{}*-{letter}*", kept.trim_end_matches('-'))
    }
}

/// The identifier of a manual DB snapshot: 1–255 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DbSnapshotIdentifier(String);

checked_string!(DbSnapshotIdentifier);

impl FromStr for DbSnapshotIdentifier {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        const RULE: &str =
            "1 to 255 letters, digits and hyphens, starting with a letter, without two hyphens in a row or one at the end";
        grammar(text, 255).map(Self).ok_or_else(|| InvalidValue::new("DB snapshot identifier", text, RULE))
    }
}

impl From<DbIdentifier> for DbSnapshotIdentifier {
    fn from(identifier: DbIdentifier) -> Self {
        Self(identifier.0)
    }
}

/// The grammar that all RDS identifiers share. Answers the text as RDS stores it.
fn grammar(text: &str, longest: usize) -> Option<String> {
    let legal = (1..=longest).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.contains("--")
        && !text.ends_with('-');
    legal.then(|| text.to_ascii_lowercase())
}
