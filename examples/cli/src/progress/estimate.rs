//! How long it is going to take.

use std::time::Duration;

use rds_refresh_core::machine::{Report, StepReport};
use rds_refresh_core::preview::Preview;

/// How long something is going to take in all: by its progress, else by experience; `None` where that has been exceeded.
pub(super) fn of(percent: Option<u8>, elapsed: Duration, expected: Option<Duration>) -> Option<Duration> {
    match percent {
        // The first and the last percent say little about the rest.
        Some(percent @ 5..=98) => Some(elapsed.saturating_mul(100) / u32::from(percent)),
        _ => expected.filter(|expected| *expected > elapsed),
    }
}

/// The same for a step as it was reported, of which `elapsed` has gone by meanwhile.
pub(super) fn step(step: &StepReport, elapsed: Duration) -> Option<Duration> {
    of(step.percent, step.elapsed, step.expected).filter(|estimate| *estimate > elapsed)
}

/// How long the whole run is going to take, if nothing fails.
pub(super) fn run(preview: &Preview, report: &Report, elapsed: Duration) -> Duration {
    let reached = |name: &str| report.steps.iter().find(|step| step.step == name);
    let rest = preview.steps.iter().map(|planned| match reached(&planned.step) {
        Some(current) if current.is_current => {
            self::step(current, current.elapsed).map_or(Duration::ZERO, |all| all.saturating_sub(current.elapsed))
        }
        Some(_) => Duration::ZERO,
        None => planned.forecast.expected.unwrap_or_default(),
    });
    let seen = report.elapsed;
    (seen + rest.sum::<Duration>()).max(elapsed)
}
