use std::fmt;
use std::time::Duration;

use rds_refresh_core::ids::{AccountId, Region};
use serde::{Deserialize, Serialize};

use super::seconds;
use crate::world::Operation;

/// Which calls a fault strikes. What is left out matches everything; by default the first matching call is struck, and no other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Calls {
    /// The operations. Default: any.
    pub operation: Operations,
    /// The calling account. Default: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The Region that is called. Default: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The resource as the journal names it; `*` stands for any characters, `?` for one. Default: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// How many matching calls go by before the first one that is struck. Default 0.
    pub skip: u32,
    /// How many calls are struck. Default 1; `null` for all of them.
    pub times: Option<u32>,
    /// The chance of each matching call to be struck, 0–100. Default 100. Which ones, the world's seed decides.
    pub percent: u8,
    /// From when on calls match, in seconds since the script was armed. Default 0.
    #[serde(with = "seconds")]
    pub from: Duration,
    /// Until when calls match, in seconds since the script was armed. Default: for ever.
    #[serde(with = "seconds::optional", skip_serializing_if = "Option::is_none")]
    pub until: Option<Duration>,
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            operation: Operations::Any,
            account: None,
            region: None,
            resource: None,
            skip: 0,
            times: Some(1),
            percent: 100,
            from: Duration::ZERO,
            until: None,
        }
    }
}

impl Calls {
    /// The first call of an operation.
    #[must_use]
    pub fn of(operation: Operation) -> Self {
        Self { operation: Operations::One(operation), ..Self::default() }
    }

    /// The first call that changes nothing.
    #[must_use]
    pub fn reads() -> Self {
        Self { operation: Operations::Reads, ..Self::default() }
    }

    /// The first call that changes something.
    #[must_use]
    pub fn mutations() -> Self {
        Self { operation: Operations::Mutations, ..Self::default() }
    }

    /// Only those of an account.
    #[must_use]
    pub fn by(mut self, account: &AccountId) -> Self {
        self.account = Some(account.clone());
        self
    }

    /// Only those about a resource; `*` stands for any characters, `?` for one.
    #[must_use]
    pub fn about(mut self, resource: &str) -> Self {
        self.resource = Some(resource.to_owned());
        self
    }

    /// Not the first `skip` of them.
    #[must_use]
    pub fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// This many of them.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// All of them.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Each with a chance, 0–100.
    #[must_use]
    pub fn percent(mut self, percent: u8) -> Self {
        self.percent = percent;
        self
    }

    /// Only in a window of time, counted from when the script is armed.
    #[must_use]
    pub fn between(mut self, from: Duration, until: Duration) -> Self {
        (self.from, self.until) = (from, Some(until));
        self
    }
}

/// A set of operations: `"any"`, `"reads"`, `"mutations"`, or the name of one as on the wire, `"CopyDBSnapshot"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Operations {
    /// All of them.
    #[default]
    Any,
    /// Those that change nothing.
    Reads,
    /// Those that change something.
    Mutations,
    /// One.
    One(Operation),
}

impl Operations {
    /// Whether an operation is one of them.
    #[must_use]
    pub fn contains(self, operation: Operation) -> bool {
        match self {
            Self::Any => true,
            Self::Reads => !operation.mutates(),
            Self::Mutations => operation.mutates(),
            Self::One(one) => one == operation,
        }
    }
}

impl fmt::Display for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any",
            Self::Reads => "reads",
            Self::Mutations => "mutations",
            Self::One(operation) => operation.name(),
        })
    }
}

impl From<Operations> for String {
    fn from(operations: Operations) -> Self {
        operations.to_string()
    }
}

impl TryFrom<String> for Operations {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let one = || Operation::ALL.iter().find(|operation| operation.name() == text);
        match text.as_str() {
            "any" => Ok(Self::Any),
            "reads" => Ok(Self::Reads),
            "mutations" => Ok(Self::Mutations),
            _ => one().map(|operation| Self::One(*operation)).ok_or_else(|| {
                format!("{text:?} is no operation of this model: it must be \"any\", \"reads\", \"mutations\" or a name as \"CopyDBSnapshot\"")
            }),
        }
    }
}
