//! The parameters of a request, as the AWS Query protocol writes them.

mod common;
mod decode;
mod value;

use std::collections::BTreeMap;

use rds_refresh_core::Timestamp;

use crate::wire::refusal;
use crate::world::ApiError;

pub(crate) use decode::decode;

/// Parameters that nobody has asked for yet.
///
/// Every getter takes what it reads. What is left when an operation has read all it honours would have been ignored in silence:
/// [`finish`](Self::finish) refuses it by name, so that no test passes because the fake overlooked half of a request.
///
/// They may hold a master password, and so do not show themselves.
pub(crate) struct Params {
    left: BTreeMap<String, String>,
    /// How the full names begin: empty for a request, `Tags.Tag.1` for an element of a list.
    within: String,
}

impl Params {
    /// The parameter's text, if it was given. It may be empty.
    pub(crate) fn string(&mut self, name: &str) -> Option<String> {
        self.left.remove(name)
    }

    /// The text of a parameter that must be given.
    pub(crate) fn required(&mut self, name: &str) -> Result<String, ApiError> {
        self.string(name).ok_or_else(|| ApiError::missing(&self.full_name(name)))
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, name: &str) -> Result<Option<bool>, ApiError> {
        self.parsed(name, value::flag)
    }

    /// A decimal integer.
    pub(crate) fn number(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        self.parsed(name, value::number)
    }

    /// A point in time in ISO 8601.
    pub(crate) fn time(&mut self, name: &str) -> Result<Option<Timestamp>, ApiError> {
        self.parsed(name, value::time)
    }

    /// A list of texts.
    pub(crate) fn strings(&mut self, name: &str) -> Result<Vec<String>, ApiError> {
        self.list(name, |element| element.required(""))
    }

    /// A list of structures or texts, each read by `read`. A list that was not given is empty.
    ///
    /// Elements are `<name>.<member>.<index>`, counted from one. The member's name is documented for each list, but clients
    /// differ (some always say `member`), and as it carries nothing any is accepted. Some clients send an empty list as its bare
    /// name without a value.
    pub(crate) fn list<T>(&mut self, name: &str, read: impl Fn(&mut Self) -> Result<T, ApiError>) -> Result<Vec<T>, ApiError> {
        if self.left.remove(name).is_some_and(|text| !text.is_empty()) {
            return Err(refusal::malformed(&format!("{} is a list", self.full_name(name))));
        }
        let read = |mut element: Self| {
            let read = read(&mut element)?;
            element.finish()?;
            Ok(read)
        };
        self.elements(name)?.into_values().map(read).collect()
    }

    /// Refuses parameters, whatever their value: those that exist, but not for what this request is about. `what` is to be read
    /// after the name.
    pub(crate) fn refuse(&self, names: &[&str], what: &str) -> Result<(), ApiError> {
        let given = |name: &&&str| {
            self.left.keys().any(|key| key.strip_prefix(**name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
        };
        match names.iter().find(given) {
            Some(name) => Err(ApiError::invalid_combination(format!("{name} {what}"))),
            None => Ok(()),
        }
    }

    /// Takes a parameter of which the model knows a single value, which is also the default.
    pub(crate) fn only(&mut self, name: &str, known: &str) -> Result<(), ApiError> {
        match self.string(name) {
            Some(odd) if odd != known => Err(refusal::unreadable(&self.full_name(name), &odd, &format!("{known} in this model"))),
            _ => Ok(()),
        }
    }

    /// Drops parameters that change nothing the model knows. The operation that does so says why.
    pub(crate) fn ignore(&mut self, names: &[&str]) {
        for name in names {
            self.left.remove(*name);
        }
    }

    /// Refuses the request if it holds a parameter that was not read.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        match self.left.first_key_value() {
            None => Ok(()),
            Some((name, _)) => Err(refusal::not_honoured(&self.full_name(name))),
        }
    }

    fn parsed<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, &'static str>) -> Result<Option<T>, ApiError> {
        let Some(text) = self.left.remove(name) else { return Ok(None) };
        parse(&text).map(Some).map_err(|rule| refusal::unreadable(&self.full_name(name), &text, rule))
    }

    /// The elements of a list by index, each with the rest of its parameters' names; a bare text has the name "".
    fn elements(&mut self, name: &str) -> Result<BTreeMap<u32, Self>, ApiError> {
        let full_name = self.full_name(name);
        let dotted = format!("{name}.");
        let mut behind = self.left.split_off(&dotted);
        let mut elements = BTreeMap::<u32, Self>::new();
        let mut member = None;
        while let Some(entry) = behind.first_entry().filter(|entry| entry.key().starts_with(&dotted)) {
            let (key, text) = entry.remove_entry();
            let malformed = || refusal::malformed(&format!("{key} is no element of the list {full_name}"));
            let mut parts = key[dotted.len()..].splitn(3, '.');
            let found = parts.next().unwrap_or_default().to_owned();
            let index = parts.next().and_then(|index| index.parse().ok()).filter(|index| *index > 0).ok_or_else(malformed)?;
            if *member.get_or_insert_with(|| found.clone()) != found {
                return Err(malformed());
            }
            let within = format!("{full_name}.{found}.{index}");
            let element = elements.entry(index).or_insert_with(|| Self { left: BTreeMap::new(), within });
            // Given twice, as 1 and as 01.
            if element.left.insert(parts.next().unwrap_or_default().to_owned(), text).is_some() {
                return Err(malformed());
            }
        }
        self.left.append(&mut behind);
        Ok(elements)
    }

    fn full_name(&self, name: &str) -> String {
        match (self.within.as_str(), name) {
            ("", name) => name.to_owned(),
            (within, "") => within.to_owned(),
            (within, name) => format!("{within}.{name}"),
        }
    }
}
