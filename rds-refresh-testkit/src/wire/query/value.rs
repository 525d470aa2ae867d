//! What texts mean. An error is the rule that the text breaks, to be read after "it must be".

use std::str::FromStr;
use std::time::Duration;

use rds_refresh_core::Timestamp;

pub(super) fn flag(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false"),
    }
}

pub(super) fn number<T: FromStr>(text: &str) -> Result<T, &'static str> {
    text.parse().map_err(|_| "a decimal integer within its range")
}

pub(super) fn time(text: &str) -> Result<Timestamp, &'static str> {
    const RULE: &str = "a time, as 2026-01-02T03:04:05Z";
    let (local, ahead, offset) = split_offset(text).ok_or(RULE)?;
    let local: Timestamp = format!("{local}Z").parse().map_err(|_| RULE)?;
    Ok(if ahead { local.before(offset) } else { local + offset })
}

/// A time without its offset, whether that is ahead of UTC, and by how much. Without any offset a time is UTC, as AWS takes it.
fn split_offset(text: &str) -> Option<(&str, bool, Duration)> {
    if let Some(local) = text.strip_suffix(['Z', 'z']) {
        return Some((local, true, Duration::ZERO));
    }
    let time = text.find('T')?;
    let Some(sign) = text[time..].find(['+', '-']).map(|at| at + time) else { return Some((text, true, Duration::ZERO)) };
    let (hours, minutes) = match text[sign + 1..].split_once(':') {
        Some(parts) => parts,
        None => text[sign + 1..].split_at_checked(2)?,
    };
    let within = |digits: &str, limit: u64| match digits.parse() {
        Ok(number) if digits.len() == 2 && number < limit => Some(number),
        _ => None,
    };
    let offset = within(hours, 24)? * 3600 + within(minutes, 60)? * 60;
    Some((&text[..sign], text[sign..].starts_with('+'), Duration::from_secs(offset)))
}
