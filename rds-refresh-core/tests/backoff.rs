//! Retry policies and the backoffs of the crate `backoff`.
#![cfg(feature = "backoff")]

use std::time::Duration;

use backoff::SystemClock;
use backoff::exponential::ExponentialBackoff;
use rds_refresh_core::RetryPolicy;

fn policy() -> RetryPolicy {
    RetryPolicy {
        initial_interval: Duration::from_millis(300),
        factor: 1.7,
        max_interval: Duration::from_secs(42),
        jitter: 0.35,
        max_elapsed: Some(Duration::from_mins(17)),
        ..RetryPolicy::default()
    }
}

#[test]
fn a_policy_comes_back_from_a_backoff_as_it_was() {
    for policy in [policy(), RetryPolicy { max_elapsed: None, ..policy() }, RetryPolicy::default()] {
        let backoff = ExponentialBackoff::<SystemClock>::from(&policy);
        assert_eq!(RetryPolicy::from(&backoff), policy);
    }
}

#[test]
fn what_a_backoff_does_not_know_stays_at_its_default() {
    let backoff = ExponentialBackoff::<SystemClock>::from(&RetryPolicy { max_attempts: 3, ..policy() });
    assert_eq!(RetryPolicy::from(&backoff).max_attempts, RetryPolicy::default().max_attempts);
}

#[test]
fn every_field_of_a_backoff_arrives() {
    let backoff = ExponentialBackoff::<SystemClock> {
        initial_interval: Duration::from_secs(2),
        multiplier: 3.0,
        max_interval: Duration::from_secs(99),
        randomization_factor: 0.5,
        max_elapsed_time: Some(Duration::from_mins(10)),
        ..ExponentialBackoff::default()
    };
    let policy = RetryPolicy::from(&backoff);
    assert_eq!(policy.initial_interval, Duration::from_secs(2));
    assert_eq!((policy.factor, policy.jitter), (3.0, 0.5));
    assert_eq!(policy.max_interval, Duration::from_secs(99));
    assert_eq!(policy.max_elapsed, Some(Duration::from_mins(10)));
}
