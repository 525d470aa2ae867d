//! How the world's time passes beside that of the wall.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

use rds_refresh_core::Timestamp;

/// How the world's time passes: `manual`, `real`, or a factor as `x60`.
///
/// ```
/// use rds_refresh_testkit::server::ClockMode;
///
/// assert_eq!("real".parse(), Ok(ClockMode::Real));
/// assert_eq!("x0.5".parse(), Ok(ClockMode::Times(0.5)));
/// assert_eq!(ClockMode::Times(60.0).to_string(), "x60");
/// let error = "60".parse::<ClockMode>().unwrap_err();
/// assert_eq!(error.to_string(), "\"60\" is no clock: it must be manual, real, or a factor from x0.000001 to x1000000, as x60");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ClockMode {
    /// Only when it is advanced.
    #[default]
    Manual,
    /// As fast as that of the wall.
    Real,
    /// So many times as fast as that of the wall: from a millionth to a million times.
    Times(f64),
}

impl ClockMode {
    /// How many seconds of the world's pass in one of the wall's.
    #[must_use]
    pub fn factor(self) -> f64 {
        match self {
            Self::Manual => 0.0,
            Self::Real => 1.0,
            Self::Times(factor) => factor,
        }
    }
}

impl fmt::Display for ClockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manual => f.write_str("manual"),
            Self::Real => f.write_str("real"),
            Self::Times(factor) => write!(f, "x{factor}"),
        }
    }
}

impl FromStr for ClockMode {
    type Err = InvalidClock;

    fn from_str(text: &str) -> Result<Self, InvalidClock> {
        let factor = |digits: &str| digits.parse().ok().filter(|factor| (0.000_001..=1_000_000.0).contains(factor));
        match text {
            "manual" => Ok(Self::Manual),
            "real" => Ok(Self::Real),
            _ => text.strip_prefix('x').and_then(factor).map(Self::Times).ok_or_else(|| InvalidClock(text.to_owned())),
        }
    }
}

/// A text that says no [`ClockMode`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no clock: it must be manual, real, or a factor from x0.000001 to x1000000, as x60")]
pub struct InvalidClock(String);

/// What the world's clock should show, as a function of the wall's. It never goes back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    mode: ClockMode,
    from: Timestamp,
    began: Instant,
    jumped: Duration,
}

impl Pace {
    /// Time that passes from `from` on, as of `now`.
    pub(super) fn new(mode: ClockMode, from: Timestamp, now: Instant) -> Self {
        Self { mode, from, began: now, jumped: Duration::ZERO }
    }

    /// How time passes.
    pub(super) fn mode(&self) -> ClockMode {
        self.mode
    }

    /// The world's time at `now`.
    pub(super) fn time_at(&self, now: Instant) -> Timestamp {
        // From the beginning, not from the last look: the fractions of a millisecond between many looks would be lost.
        let passed = now.saturating_duration_since(self.began).as_secs_f64() * self.mode.factor();
        self.from + self.jumped + Duration::try_from_secs_f64(passed).unwrap_or(Duration::MAX)
    }

    /// Lets time pass at once, beside what passes by itself.
    pub(super) fn jump(&mut self, by: Duration) {
        self.jumped = self.jumped.saturating_add(by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "an instant can be had from nowhere else; which one it is does not matter")]
    fn time_passes_by_the_factor_and_by_jumps() {
        let (from, wall) = (Timestamp::from_millis(1_000_000), Instant::now());
        for (mode, after_ten_seconds) in [("manual", 0), ("real", 10_000), ("x60", 600_000), ("x0.5", 5_000), ("x0.001", 10)] {
            let mut pace = Pace::new(mode.parse().unwrap(), from, wall);
            assert_eq!(pace.time_at(wall), from, "{mode}");
            let later = wall + Duration::from_secs(10);
            assert_eq!(pace.time_at(later), from + Duration::from_millis(after_ten_seconds), "{mode}");
            pace.jump(Duration::from_millis(1500));
            assert_eq!(pace.time_at(later), from + Duration::from_millis(after_ten_seconds + 1500), "{mode}");
        }
    }

    #[test]
    fn a_clock_that_stands_still_or_goes_back_is_manual_or_nothing() {
        for text in ["", "x", "x0", "x-1", "xinf", "xNaN", "x1e7", "60", "60x", "Manual", "x 60"] {
            assert!(text.parse::<ClockMode>().is_err(), "{text}");
        }
    }
}
