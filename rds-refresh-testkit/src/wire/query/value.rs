//! What texts mean. An error is the rule that the text breaks, to be read after "it must be".

pub(super) fn flag(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false"),
    }
}

pub(super) fn number(text: &str) -> Result<i64, &'static str> {
    text.parse().map_err(|_| "a decimal integer")
}
