//! How the machine tries again what failed: the attempt budget, and what is outside it.

use std::time::Duration;

use rds_refresh_core::{ErrorKind, RetryPolicy};

use super::support::{Fake, Run, abc, abc_with, seconds};

/// Fails in this way as long as there is patience: a pause a minute, but for the first six.
fn fails_for_half_an_hour(mut run: Run, kind: ErrorKind) -> Run {
    for pause in [1, 2, 4, 8, 16, 32] {
        run = run.fails(kind).sleeps(seconds(pause));
    }
    (0..29).fold(run, |run, _| run.fails(kind).sleeps(seconds(60)).is("do a"))
}

#[test]
fn failures_in_a_row_use_up_the_budget() {
    let run = fails_for_half_an_hour(Run::of(abc()), ErrorKind::Transient);
    run.fails(ErrorKind::UnknownOutcome).is("undo a").absent().is("failed at a: unknown-outcome");
}

#[test]
fn a_look_that_answers_starts_the_budget_afresh() {
    let mut run = Run::of(abc());
    for _ in 0..3 {
        for pause in [1, 2, 4, 8, 16, 32, 60] {
            run = run.fails(ErrorKind::Transient).sleeps(seconds(pause));
        }
        run = run.pending().sleeps_any();
    }
    run.is("do a");
}

#[test]
fn what_is_not_the_steps_failure_is_not_counted() {
    // Each for longer than there is patience.
    for (kind, times) in [(ErrorKind::Throttled, 36), (ErrorKind::Busy, 36), (ErrorKind::Capacity, 7)] {
        let mut run = Run::of(abc());
        for _ in 0..times {
            run = run.fails(kind).sleeps_any().is("do a");
        }
        // Neither do they count against a later failure that does.
        for _ in 0..7 {
            run = run.fails(ErrorKind::Transient).sleeps_any().is("do a");
        }
        run.fails(ErrorKind::Transient).is("undo a");
    }
}

#[test]
fn lost_calls_are_not_counted() {
    let mut run = Run::of(abc());
    for _ in 0..20 {
        run = run.after(seconds(75)).lost().sleeps_any().is("do a");
    }
}

#[test]
fn lacking_capacity_is_tried_again_slowly() {
    Run::of(abc()).fails(ErrorKind::Capacity).sleeps(seconds(300)).fails(ErrorKind::Capacity).is("sleep 5m");
}

#[test]
fn a_limit_in_time_ends_even_what_is_not_counted() {
    let b = Fake::new().retry(|retry| retry.max_elapsed = Some(Duration::from_mins(3)));
    let mut run = Run::of(abc_with(b)).ready();
    for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
        run = run.fails(ErrorKind::Throttled).sleeps(seconds(pause)).is("do b");
    }
    run.fails(ErrorKind::Throttled).is("undo b");
}

#[test]
fn the_policy_is_the_steps_own() {
    let hasty = |retry: &mut RetryPolicy| {
        *retry = RetryPolicy { max_attempts: 1, patience: Duration::ZERO, jitter: 0.0, ..RetryPolicy::default() };
    };
    Run::of(abc_with(Fake::new().retry(hasty))).fails(ErrorKind::Transient).is("sleep 1s");
    Run::of(abc_with(Fake::new().retry(hasty))).ready().fails(ErrorKind::Transient).is("undo b");
}

/// What is not undone bills.
#[test]
fn a_compensation_is_tried_until_its_deadline() {
    let mut run = fails_for_half_an_hour(Run::of(abc()), ErrorKind::Transient).fails(ErrorKind::Transient).is("undo a");
    for pause in [1, 2, 4, 8, 16, 32] {
        run = run.fails(ErrorKind::Transient).sleeps(seconds(pause)).is("undo a");
    }
    // The deadline of an hour.
    for _ in 0..58 {
        run = run.fails(ErrorKind::Transient).sleeps(seconds(60)).is("undo a");
    }
    run.fails(ErrorKind::Transient).sleeps_any().fails(ErrorKind::Transient).is("failed at a: transient");
}
