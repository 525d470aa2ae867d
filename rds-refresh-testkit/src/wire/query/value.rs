//! What texts mean. An error is the rule that the text breaks, to be read after "it must be".

use std::time::Duration;

use rds_refresh_core::Timestamp;

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

/// ISO 8601 in the forms that clients send: `2026-01-02T03:04Z`, with seconds, with a fraction, with an offset instead of the `Z`.
pub(super) fn time(text: &str) -> Result<Timestamp, &'static str> {
    const RULE: &str = "a time in ISO 8601, as 2026-01-02T03:04:05Z";
    let (day, time) = text.split_once('T').ok_or(RULE)?;
    let (clock, offset) = time.split_at(time.find(['Z', '+', '-']).unwrap_or(time.len()));
    let seconds = if clock.len() == "03:04".len() { ":00" } else { "" };
    let local: Timestamp = format!("{day}T{clock}{seconds}Z").parse().map_err(|_| RULE)?;
    let Some((hours, minutes)) = offset.get(1..).and_then(|offset| offset.split_once(':')) else {
        return if matches!(offset, "" | "Z") { Ok(local) } else { Err(RULE) };
    };
    let part = |text: &str| text.parse::<u8>().map_err(|_| RULE);
    let offset_by = Duration::from_mins(u64::from(part(hours)?) * 60 + u64::from(part(minutes)?));
    match offset.as_bytes()[0] {
        b'+' => Ok(local.before(offset_by)),
        b'-' => Ok(local + offset_by),
        _ => Err(RULE),
    }
}
