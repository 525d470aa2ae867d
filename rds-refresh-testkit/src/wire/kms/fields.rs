use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::world::ops::TagList;
use crate::world::{ApiError, Paging};

/// The fields of a JSON request that nobody has asked for yet. What is left at the end is refused, as in
/// [`Params`](crate::wire::query::Params).
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// The fields of a body, which must be one JSON object.
    pub(super) fn decode(body: &[u8]) -> Result<Self, ApiError> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            _ => Err(ApiError::refused("SerializationException", "The body is not a JSON object")),
        }
    }

    /// A text, if it was given.
    pub(super) fn string(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        self.typed(name, "a string", |value| value.as_str().map(str::to_owned))
    }

    /// A text that must be given.
    pub(super) fn required(&mut self, name: &str) -> Result<String, ApiError> {
        self.given(name)?;
        Ok(self.string(name)?.unwrap_or_default())
    }

    /// Refuses the request if it does not hold a field, whatever its type.
    pub(super) fn given(&self, name: &str) -> Result<(), ApiError> {
        match self.0.get(name) {
            None | Some(Value::Null) => {
                Err(invalid(&format!("Value null at '{name}' failed to satisfy constraint: Member must not be null")))
            }
            Some(_) => Ok(()),
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, ApiError> {
        self.typed(name, "a boolean", Value::as_bool)
    }

    /// An integer.
    pub(super) fn number(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        self.typed(name, "an integer", Value::as_i64)
    }

    /// A list of texts. One that was not given is empty.
    pub(super) fn strings(&mut self, name: &str) -> Result<Vec<String>, ApiError> {
        let texts = |value: &Value| value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect();
        Ok(self.typed(name, "a list of strings", texts)?.unwrap_or_default())
    }

    /// A list of structures, each read by `read`. One that was not given is empty.
    pub(super) fn list<T>(&mut self, name: &str, read: impl Fn(&mut Self) -> Result<T, ApiError>) -> Result<Vec<T>, ApiError> {
        let objects = |value: &Value| value.as_array()?.iter().map(|item| item.as_object().cloned()).collect();
        let objects: Option<Vec<_>> = self.typed(name, "a list of structures", objects)?;
        let read = |object| {
            let mut fields = Self(object);
            let read = read(&mut fields)?;
            fields.finish()?;
            Ok(read)
        };
        objects.unwrap_or_default().into_iter().map(read).collect()
    }

    /// A structure. One that was not given is empty. Whoever reads it must [`finish`](Self::finish) it too.
    pub(super) fn structure(&mut self, name: &str) -> Result<Self, ApiError> {
        Ok(Self(self.typed(name, "a structure", |value| value.as_object().cloned())?.unwrap_or_default()))
    }

    /// Texts by name. A map that was not given is empty.
    pub(super) fn texts(&mut self, name: &str) -> Result<BTreeMap<String, String>, ApiError> {
        let texts =
            |value: &Value| value.as_object()?.iter().map(|(key, text)| Some((key.clone(), text.as_str()?.to_owned()))).collect();
        Ok(self.typed(name, "a map of strings", texts)?.unwrap_or_default())
    }

    /// `Tags`.
    pub(super) fn tags(&mut self) -> Result<TagList, ApiError> {
        self.list("Tags", |tag| Ok((tag.required("TagKey")?, tag.required("TagValue")?)))
    }

    /// `Marker` and `Limit`.
    pub(super) fn paging(&mut self) -> Result<Paging, ApiError> {
        Ok(Paging { marker: self.string("Marker")?, max_records: self.number("Limit")? })
    }

    /// Refuses the request if it holds a field that was not read.
    pub(super) fn finish(self) -> Result<(), ApiError> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(invalid(&format!("the field '{name}' is not one that this model honours for this operation"))),
        }
    }

    /// Takes a field. One that is null was not given.
    fn typed<T>(&mut self, name: &str, kind: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, ApiError> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match read(&value) {
                Some(value) => Ok(Some(value)),
                None => Err(ApiError::refused("SerializationException", format!("{name} must be {kind}"))),
            },
        }
    }
}

fn invalid(what: &str) -> ApiError {
    ApiError::refused("ValidationException", format!("1 validation error detected: {what}"))
}
