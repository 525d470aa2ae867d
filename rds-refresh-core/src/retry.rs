//! Whether and when to try again after an error: decided here, slept elsewhere.

use std::time::Duration;

use crate::error::ErrorKind;

/// How a failed call of a step is tried again. Pure data: it decides and never sleeps.
///
/// Waiting for RDS is not retrying: see [`WaitPolicy`](crate::WaitPolicy). The run's deadline bounds every retry as well.
///
/// ```
/// use rds_refresh_core::{ErrorKind, RetryPolicy, retry::{Failures, NextRetry}};
/// use std::time::Duration;
///
/// let policy = RetryPolicy { jitter: 0.0, ..RetryPolicy::default() };
/// let third = Failures { in_a_row: 3, counted: 3, lasting: Duration::from_secs(3) };
/// assert_eq!(policy.next(ErrorKind::Transient, third, 0), NextRetry::After(Duration::from_secs(4)));
/// assert_eq!(policy.next(ErrorKind::Invalid, third, 0), NextRetry::GiveUp);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    /// The pause after the first failure. Default 1 s.
    pub initial_interval: Duration,
    /// By how much the pause grows with each failure in a row. Default 2.
    pub factor: f64,
    /// The longest pause. Default 60 s.
    pub max_interval: Duration,
    /// The part of a pause by which it may be shorter or longer, 0–1. Default 0.2. It follows from the run's id and the command's
    /// number, so the same run always pauses the same.
    pub jitter: f64,
    /// How many failures in a row end the step, once they have lasted for `patience`. Throttles, busy resources and lacking capacity are
    /// not counted, nor is anything while a step is undone: that is tried until its deadline. Default 8.
    pub max_attempts: u32,
    /// How long failures in a row must last before they can end the step. Default 30 min: most outages are over by then, and a run that
    /// is given up has cost hours.
    pub patience: Duration,
    /// How long failures in a row may last, counted or not. Default: as long as the step's deadline allows.
    pub max_elapsed: Option<Duration>,
    /// The pause after "insufficient capacity", which passes in minutes or not at all. Default 5 min.
    pub capacity_interval: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            initial_interval: Duration::from_secs(1),
            factor: 2.0,
            max_interval: Duration::from_mins(1),
            jitter: 0.2,
            max_attempts: 8,
            patience: Duration::from_mins(30),
            max_elapsed: None,
            capacity_interval: Duration::from_mins(5),
        }
    }
}

/// The failures of a step since its last success, the present one included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// All of them.
    pub in_a_row: u32,
    /// Those that count against the attempt budget.
    pub counted: u32,
    /// The time since the first of them.
    pub lasting: Duration,
}

/// What to do after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextRetry {
    /// Try again after this pause.
    After(Duration),
    /// Stop and wait for a person: the caller must be able to act again first.
    Park,
    /// Do not try again.
    GiveUp,
}

impl RetryPolicy {
    /// What to do after a failure of this kind. A pure function; `seed` spreads the pauses of runs that fail at the same time.
    #[must_use]
    pub fn next(&self, kind: ErrorKind, failures: Failures, seed: u64) -> NextRetry {
        let pause = match kind {
            ErrorKind::Credentials => return NextRetry::Park,
            ErrorKind::Conflict
            | ErrorKind::NotFound
            | ErrorKind::Quota
            | ErrorKind::Denied
            | ErrorKind::Invalid
            | ErrorKind::TerminalStatus => return NextRetry::GiveUp,
            ErrorKind::Capacity => self.capacity_interval,
            ErrorKind::Throttled | ErrorKind::Transient | ErrorKind::UnknownOutcome | ErrorKind::Busy => {
                self.interval(failures.in_a_row)
            }
        };
        let spent = Self::counts(kind) && failures.counted >= self.max_attempts && failures.lasting >= self.patience;
        let lasting = self.max_elapsed.is_some_and(|limit| failures.lasting >= limit);
        if spent || lasting { NextRetry::GiveUp } else { NextRetry::After(jittered(pause, self.jitter, seed)) }
    }

    /// Whether an error of this kind uses up one of the attempts.
    #[must_use]
    pub fn counts(kind: ErrorKind) -> bool {
        !matches!(kind, ErrorKind::Throttled | ErrorKind::Busy | ErrorKind::Capacity)
    }

    fn interval(&self, failures: u32) -> Duration {
        let exponent = i32::try_from(failures.saturating_sub(1)).unwrap_or(i32::MAX);
        let grown = self.initial_interval.as_secs_f64() * self.factor.max(1.0).powi(exponent);
        // An infinite or absurd interval is the longest one.
        Duration::try_from_secs_f64(grown).unwrap_or(self.max_interval).min(self.max_interval)
    }
}

/// `duration`, shorter or longer by at most the part `by`, as `seed` says.
pub(crate) fn jittered(duration: Duration, by: f64, seed: u64) -> Duration {
    // SplitMix64's finaliser: neighbouring seeds give unrelated numbers.
    let mut bits = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    // 32 bits are exact in an f64.
    let unit = f64::from((bits >> 32) as u32) / f64::from(u32::MAX);
    let factor = 1.0 + by.clamp(0.0, 1.0) * (2.0 * unit - 1.0);
    Duration::try_from_secs_f64(duration.as_secs_f64() * factor).unwrap_or(duration)
}

#[cfg(feature = "backoff")]
mod convert {
    use std::time::Duration;

    use backoff::exponential::{ExponentialBackoff, ExponentialBackoffBuilder};

    use super::RetryPolicy;

    /// A policy with the intervals, the growth, the jitter and the time limit of a backoff of the crate `backoff`. That crate knows
    /// no attempts, no patience and no capacity: those stay at their defaults.
    impl<C> From<&ExponentialBackoff<C>> for RetryPolicy {
        fn from(backoff: &ExponentialBackoff<C>) -> Self {
            Self {
                initial_interval: backoff.initial_interval,
                factor: backoff.multiplier,
                max_interval: backoff.max_interval,
                jitter: backoff.randomization_factor,
                max_elapsed: backoff.max_elapsed_time,
                ..Self::default()
            }
        }
    }

    /// A backoff of the crate `backoff`, for code outside a refresh that should pause alike.
    impl<C: backoff::Clock + Default> From<&RetryPolicy> for ExponentialBackoff<C> {
        fn from(policy: &RetryPolicy) -> Self {
            let limit: Option<Duration> = policy.max_elapsed;
            ExponentialBackoffBuilder::<C>::new()
                .with_initial_interval(policy.initial_interval)
                .with_multiplier(policy.factor)
                .with_max_interval(policy.max_interval)
                .with_randomization_factor(policy.jitter)
                .with_max_elapsed_time(limit)
                .build()
        }
    }
}
