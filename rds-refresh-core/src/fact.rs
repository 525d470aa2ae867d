//! What steps learn and need: facts, stored once, by name.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something a step found or made, stored by name in the state for the steps after it.
///
/// Facts travel in states, which are stored and shown: keep them small, and never put a secret into one. Numbers must be integers
/// below 2⁵³ and times strings, because orchestrators re-serialise them as JSON.
///
/// ```
/// use rds_refresh_core::Fact;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Masked { rows: u64 }
///
/// impl Fact for Masked {
///     const NAME: &'static str = "masked";
/// }
/// ```
pub trait Fact: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name under which states store it. Never change it: stored states would no longer load.
    const NAME: &'static str;
}

/// Facts by name: what a state stores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<String, Value>);

impl Facts {
    /// No facts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fact, in place of an earlier one of its name.
    ///
    /// # Errors
    /// If the fact does not serialise to JSON.
    pub fn insert<F: Fact>(&mut self, fact: &F) -> Result<(), UnreadableFact> {
        let value = serde_json::to_value(fact).map_err(|error| UnreadableFact::new(F::NAME, &error))?;
        self.0.insert(F::NAME.to_owned(), value);
        Ok(())
    }

    /// The fact, if it is known and has the shape of this type.
    pub fn read<F: Fact>(&self) -> Result<F, UnreadableFact> {
        let value = self.0.get(F::NAME).ok_or(UnreadableFact { name: F::NAME, why: "it is not known yet".into() })?;
        F::deserialize(value).map_err(|error| UnreadableFact::new(F::NAME, &error))
    }

    /// Whether a fact of this name is known.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The names of all known facts, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The fact of this name, as JSON.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }
}

/// A fact that is missing or does not have the shape that the program expects.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the fact {name:?} cannot be read: {why}")]
pub struct UnreadableFact {
    /// The fact's name.
    pub name: &'static str,
    /// What is wrong with it.
    pub why: String,
}

impl UnreadableFact {
    fn new(name: &'static str, error: &serde_json::Error) -> Self {
        Self { name, why: error.to_string() }
    }
}
