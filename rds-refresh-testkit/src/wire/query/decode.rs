use std::collections::BTreeMap;

use super::Params;
use crate::wire::refusal;
use crate::world::ApiError;

/// The parameters of a form, be it a body or the query of a URL.
///
/// Refuses what a lenient parser would quietly repair: a broken escape, bytes that are not UTF-8, a parameter given twice.
pub(crate) fn decode(form: &[u8]) -> Result<Params, ApiError> {
    if !escapes_are_whole(form) {
        return Err(refusal::malformed("the query string contains a broken percent escape"));
    }
    let mut left = BTreeMap::new();
    for (name, text) in form_urlencoded::parse(form) {
        // The parser puts this character where the bytes were not UTF-8.
        if name.contains(char::REPLACEMENT_CHARACTER) || text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(refusal::malformed("the query string is not UTF-8"));
        }
        if left.contains_key(name.as_ref()) {
            return Err(refusal::malformed(&format!("the parameter {name} is given twice")));
        }
        left.insert(name.into_owned(), text.into_owned());
    }
    Ok(Params { left, within: String::new() })
}

fn escapes_are_whole(form: &[u8]) -> bool {
    let hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    form.iter().enumerate().filter(|(_, byte)| **byte == b'%').all(|(at, _)| hex(form.get(at + 1)) && hex(form.get(at + 2)))
}
