//! What a retry policy says about every kind of error, as tables.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use std::time::Duration;

use proptest::prelude::*;
use rds_refresh_core::retry::{Failures, NextRetry};
use rds_refresh_core::{ErrorKind, RetryPolicy};

use ErrorKind::{
    Busy, Capacity, Conflict, Credentials, Denied, Invalid, NotFound, Quota, TerminalStatus, Throttled, Transient, UnknownOutcome,
};

fn steady() -> RetryPolicy {
    RetryPolicy { jitter: 0.0, ..RetryPolicy::default() }
}

fn after(seconds: u64) -> NextRetry {
    NextRetry::After(Duration::from_secs(seconds))
}

/// So many failures in a row in half an hour, all of them counted.
fn counted(failures: u32) -> Failures {
    Failures { in_a_row: failures, counted: failures, lasting: Duration::from_mins(30) }
}

/// So many failures in a row, none of them counted.
fn uncounted(failures: u32) -> Failures {
    Failures { in_a_row: failures, counted: 0, lasting: Duration::ZERO }
}

#[test]
fn every_kind_on_its_first_failure_and_when_the_budget_is_spent() {
    let table = [
        (Throttled, after(1), after(60)),
        (Transient, after(1), NextRetry::GiveUp),
        (UnknownOutcome, after(1), NextRetry::GiveUp),
        (Busy, after(1), after(60)),
        (Conflict, NextRetry::GiveUp, NextRetry::GiveUp),
        (NotFound, NextRetry::GiveUp, NextRetry::GiveUp),
        (Quota, NextRetry::GiveUp, NextRetry::GiveUp),
        (Capacity, after(300), after(300)),
        (Credentials, NextRetry::Park, NextRetry::Park),
        (Denied, NextRetry::GiveUp, NextRetry::GiveUp),
        (Invalid, NextRetry::GiveUp, NextRetry::GiveUp),
        (TerminalStatus, NextRetry::GiveUp, NextRetry::GiveUp),
    ];
    for (kind, first, spent) in table {
        assert_eq!(steady().next(kind, counted(1), 0), first, "{kind}");
        assert_eq!(steady().next(kind, counted(8), 0), spent, "{kind}");
    }
}

#[test]
fn attempts_end_nothing_while_there_is_patience() {
    let many = Failures { lasting: Duration::from_secs(30 * 60 - 1), ..counted(100) };
    for kind in [Transient, UnknownOutcome] {
        assert_eq!(steady().next(kind, many, 0), after(60), "{kind}");
        assert_eq!(steady().next(kind, counted(7), 0), after(60), "{kind}");
        let impatient = RetryPolicy { patience: Duration::ZERO, ..steady() };
        assert_eq!(impatient.next(kind, many, 0), NextRetry::GiveUp, "{kind}");
    }
}

#[test]
fn pauses_double_up_to_the_longest() {
    let pauses: Vec<NextRetry> = (1..=8).map(|failures| steady().next(Throttled, uncounted(failures), 0)).collect();
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60].map(after));
}

#[test]
fn an_uncounted_failure_after_counted_ones_grows_the_pause_and_spends_nothing() {
    let failures = Failures { in_a_row: 12, counted: 7, lasting: Duration::ZERO };
    assert_eq!(steady().next(Throttled, failures, 0), after(60));
    assert_eq!(steady().next(Transient, failures, 0), after(60));
}

#[test]
fn a_limit_in_time_holds_for_every_kind_that_is_tried_again() {
    let policy = RetryPolicy { max_elapsed: Some(Duration::from_secs(90)), ..steady() };
    for kind in [Throttled, Transient, UnknownOutcome, Busy, Capacity] {
        let lasting = |seconds| Failures { lasting: Duration::from_secs(seconds), ..uncounted(2) };
        assert!(matches!(policy.next(kind, lasting(89), 0), NextRetry::After(_)), "{kind}");
        assert_eq!(policy.next(kind, lasting(90), 0), NextRetry::GiveUp, "{kind}");
    }
    let lasting = Failures { lasting: Duration::from_secs(90), ..uncounted(2) };
    assert_eq!(policy.next(Credentials, lasting, 0), NextRetry::Park, "a person has all the time there is");
}

#[test]
fn a_factor_below_one_does_not_shrink_pauses() {
    for factor in [0.5, 0.0, -3.0, f64::NAN] {
        assert_eq!(RetryPolicy { factor, ..steady() }.next(Throttled, uncounted(5), 0), after(1), "{factor}");
    }
}

#[test]
fn jitter_is_the_same_for_the_same_seed_and_spreads_over_others() {
    let policy = RetryPolicy { jitter: 0.2, ..RetryPolicy::default() };
    let pause = |seed| match policy.next(Throttled, uncounted(5), seed) {
        NextRetry::After(pause) => pause,
        other => panic!("{other:?}"),
    };
    assert_eq!(pause(7), pause(7));
    let mut pauses: Vec<Duration> = (0..100).map(pause).collect();
    let bounds = Duration::from_millis(12_800)..=Duration::from_millis(19_200);
    assert!(pauses.iter().all(|pause| bounds.contains(pause)), "{pauses:?}");
    pauses.sort_unstable();
    pauses.dedup();
    assert!(pauses.len() > 90, "{}", pauses.len());
    assert!(pauses[0] < Duration::from_secs(14) && pauses[pauses.len() - 1] > Duration::from_secs(18));
}

proptest! {
    #[test]
    fn no_policy_panics_and_no_pause_is_longer_than_jitter_allows(
        kind in prop::sample::select(ErrorKind::ALL),
        (initial, longest, capacity) in (any::<Duration>(), any::<Duration>(), any::<Duration>()),
        (factor, jitter) in (any::<f64>(), any::<f64>()),
        (in_a_row, counted, seed) in (any::<u32>(), any::<u32>(), any::<u64>()),
        (lasting, limit) in (any::<Duration>(), any::<Option<Duration>>()),
    ) {
        let policy = RetryPolicy {
            initial_interval: initial,
            factor,
            max_interval: longest,
            jitter,
            max_attempts: counted,
            patience: longest,
            max_elapsed: limit,
            capacity_interval: capacity,
        };
        if let NextRetry::After(pause) = policy.next(kind, Failures { in_a_row, counted, lasting }, seed) {
            let planned = if kind == Capacity { capacity } else { longest };
            prop_assert!(pause.as_secs_f64() <= planned.as_secs_f64() * 2.0 + 1.0);
        }
    }
}
