//! When to look again at something that takes minutes to hours, and how long to keep looking.

use std::time::Duration;

use crate::retry::jittered;

/// How long a step is waited for, and how often it is looked at. Pure data: it decides and never sleeps.
///
/// ```
/// use rds_refresh_core::{WaitPolicy, wait::Look};
/// use std::time::Duration;
///
/// let policy = WaitPolicy { jitter: 0.0, ..WaitPolicy::default() };
/// // Eight minutes are expected and none has passed: most of them can be slept through.
/// let look = Look { elapsed: Duration::ZERO, expected: Some(Duration::from_secs(480)), percent: None };
/// assert_eq!(policy.next_look(look, 0), Duration::from_secs(384));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct WaitPolicy {
    /// The shortest pause between two looks, nudges included. Default 15 s: RDS limits calls for account and Region as a whole.
    pub min_interval: Duration,
    /// The longest pause between two looks. Default 10 min.
    pub max_interval: Duration,
    /// The part of a pause by which it may be shorter or longer, 0–1. Default 0.1.
    pub jitter: f64,
    /// How long the step may take, and again how long its compensation may take. Default 6 h. It holds against a look that was
    /// begun after it passed, so a step that is late but ready is ready.
    pub deadline: Duration,
    /// How long the progress in percent may stand still. Default: as long as the deadline allows. Time without a percentage, as
    /// while a copy is queued, does not count.
    pub stall_limit: Option<Duration>,
    /// How long one call of the step may take before it is given up as lost. Default 60 s.
    pub call_limit: Duration,
}

impl Default for WaitPolicy {
    fn default() -> Self {
        Self {
            min_interval: Duration::from_secs(15),
            max_interval: Duration::from_mins(10),
            jitter: 0.1,
            deadline: Duration::from_hours(6),
            stall_limit: None,
            call_limit: Duration::from_mins(1),
        }
    }
}

/// What is known when the next look is planned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// How long the step has taken so far.
    pub elapsed: Duration,
    /// How long it is expected to take in all, if the step knows.
    pub expected: Option<Duration>,
    /// How far RDS says it is, 0–100.
    pub percent: Option<u8>,
}

/// The part of the estimated rest that is slept through before the next look.
const APPROACH: f64 = 0.8;

/// Once the estimate has passed, or where there is none, the pause is this part of the time that has gone by.
const OVERDUE: u32 = 12;

impl WaitPolicy {
    /// The pause until the next look. A pure function; `seed` spreads the looks of runs that wait at the same time.
    ///
    /// Where the end can be estimated, from the progress or from what is expected, most of the rest is slept through, so the looks
    /// close in on the end; elsewhere pauses grow with the time that has gone by.
    #[must_use]
    pub fn next_look(&self, look: Look, seed: u64) -> Duration {
        let rest = look.estimate().and_then(|total| total.checked_sub(look.elapsed)).filter(|rest| !rest.is_zero());
        let pause = match rest {
            Some(rest) => rest.mul_f64(APPROACH),
            None => look.elapsed / OVERDUE,
        };
        jittered(pause, self.jitter, seed).clamp(self.min_interval, self.max_interval.max(self.min_interval))
    }
}

impl Look {
    /// How long the whole is likely to take. The first and the last percent say little about the rest.
    fn estimate(&self) -> Option<Duration> {
        match self.percent {
            Some(percent @ 5..=98) => Some(self.elapsed.saturating_mul(100) / u32::from(percent)),
            _ => self.expected,
        }
    }
}
