//! The windows in which RDS makes backups and does maintenance (RDS API reference, `PreferredBackupWindow` and
//! `PreferredMaintenanceWindow`).

use std::time::Duration;

use rds_refresh_core::Timestamp;

use super::ApiError;

const DAY: Duration = Duration::from_hours(24);
const WEEK: Duration = Duration::from_hours(24 * 7);
const MINUTES_OF_DAY: u32 = 24 * 60;

/// The window of backups that something gets for which none is asked.
pub(crate) const BACKUP: &str = "03:00-03:30";
/// The window of maintenance that something gets for which none is asked.
pub(crate) const MAINTENANCE: &str = "sun:05:00-sun:05:30";

/// A backup window, as `03:00-03:30`, by default [`BACKUP`].
pub(crate) fn backup_window(asked: Option<&str>) -> Result<String, ApiError> {
    let window = asked.unwrap_or(BACKUP);
    let (opens, closes) = window.split_once('-').unwrap_or_default();
    let length =
        minute_of_day(opens).zip(minute_of_day(closes)).map(|(opens, closes)| (closes + MINUTES_OF_DAY - opens) % MINUTES_OF_DAY);
    check("PreferredBackupWindow", window, "hh24:mi-hh24:mi", length)
}

/// A maintenance window, as `sun:05:00-sun:05:30`, by default [`MAINTENANCE`]. RDS stores it in lower case.
pub(crate) fn maintenance_window(asked: Option<&str>) -> Result<String, ApiError> {
    let window = asked.unwrap_or(MAINTENANCE).to_ascii_lowercase();
    let (opens, closes) = window.split_once('-').unwrap_or_default();
    let week = 7 * MINUTES_OF_DAY;
    let length = minute_of_week(opens).zip(minute_of_week(closes)).map(|(opens, closes)| (closes + week - opens) % week);
    check("PreferredMaintenanceWindow", &window, "ddd:hh24:mi-ddd:hh24:mi", length)
}

/// When a backup window opens after `now`.
pub(crate) fn next_backup(window: &str, now: Timestamp) -> Option<Timestamp> {
    minute_of_day(window.split_once('-')?.0).map(|minute| next(now, Duration::from_mins(minute.into()), DAY))
}

/// When a maintenance window opens after `now`.
pub(crate) fn next_maintenance(window: &str, now: Timestamp) -> Option<Timestamp> {
    // The epoch was a Thursday; weeks are counted from Monday.
    let minute = minute_of_week(window.split_once('-')?.0)? + 4 * MINUTES_OF_DAY;
    Some(next(now, Duration::from_mins((minute % (7 * MINUTES_OF_DAY)).into()), WEEK))
}

/// The first instant after `now` that lies `offset` behind a multiple of `every` since the epoch.
fn next(now: Timestamp, offset: Duration, every: Duration) -> Timestamp {
    let every_millis = u64::try_from(every.as_millis()).unwrap_or(u64::MAX);
    let begun = now.before(Duration::from_millis(now.as_millis() % every_millis));
    let this = begun + offset;
    if this > now { this } else { this + every }
}

fn check(parameter: &str, window: &str, format: &str, length: Option<u32>) -> Result<String, ApiError> {
    match length {
        None => Err(ApiError::invalid_value(format!("Invalid value {window} for {parameter}. Must be in the format {format}"))),
        Some(0..30) => Err(ApiError::invalid_value(format!("The {parameter} must be at least 30 minutes: {window}"))),
        Some(_) => Ok(window.to_owned()),
    }
}

fn minute_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |text: &str, below: u32| -> Option<u32> {
        let number = text.parse().ok().filter(|number: &u32| *number < below);
        number.filter(|_| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    Some(two_digits(hours, 24)? * 60 + two_digits(minutes, 60)?)
}

fn minute_of_week(text: &str) -> Option<u32> {
    let (day, time) = text.split_once(':')?;
    let day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().zip(0..).find(|(name, _)| **name == day)?.1;
    Some(day * MINUTES_OF_DAY + minute_of_day(time)?)
}
