use std::collections::BTreeMap;

/// The condition keys that are in the context of a request, and their values.
///
/// Keys are compared without regard to case (IAM user guide, condition elements).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// The same with a key of one value, as `aws:RequestedRegion`.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.set(key, [value]);
        self
    }

    /// Adds a key of any number of values, as `aws:TagKeys`. It replaces what was there.
    pub fn set(&mut self, key: &str, values: impl IntoIterator<Item = impl Into<String>>) {
        self.0.insert(key.to_ascii_lowercase(), values.into_iter().map(Into::into).collect());
    }

    /// The values of a key, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<&[String]> {
        self.0.get(&key.to_ascii_lowercase()).map(Vec::as_slice)
    }

    /// Adds everything of another context.
    pub(in crate::world) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}
