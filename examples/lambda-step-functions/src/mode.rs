use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which part of a refresh a state machine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The source account's half.
    Source,
    /// The destination account's half.
    Destination,
    /// The settlement, in the source account.
    Settle,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Source, Self::Destination, Self::Settle];

    /// The name, as the environment and files spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Destination => "destination",
            Self::Settle => "settle",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(name: &str) -> Result<Self, UnknownMode> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name).ok_or_else(|| UnknownMode(name.to_owned()))
    }
}

/// No mode has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of source, destination and settle")]
pub struct UnknownMode(pub String);
