//! "Look now": never sooner than the minimum interval after the last look, and never needed.

use rds_refresh_core::EventKind::Nudged;
use rds_refresh_core::machine::Why;
use rds_refresh_core::{ErrorKind, EventKind, Seen};

use super::support::{Run, abc, seconds};

/// Waiting for ten minutes, a second after the look.
fn waiting() -> Run {
    let run = Run::of(abc()).after(seconds(1));
    let seq = run.seq();
    let (seen, expected) = (Seen::status("creating"), Some(seconds(3000)));
    run.takes(EventKind::Pending {
        seq,
        seen,
        look_in: None,
        expected,
        removing: Vec::new(),
        at_stake: Vec::new(),
        events: Vec::new(),
    })
    .is("sleep 10m")
}

#[test]
fn after_the_minimum_interval_it_looks_at_once() {
    waiting().after(seconds(60)).takes(Nudged).is("do a");
}

#[test]
fn before_it_the_look_is_put_forward_to_the_end_of_the_interval() {
    // The look began a second before its answer.
    waiting().after(seconds(4)).takes(Nudged).is("sleep 10s").sleeps(seconds(10)).is("do a");
}

#[test]
fn a_look_that_is_due_soon_enough_stays_where_it_is() {
    waiting().takes(Nudged).is("sleep 14s").ignores(Nudged, Why::TooSoon).after(seconds(3)).ignores(Nudged, Why::TooSoon);
    Run::of(abc()).pending().is("sleep 15s").ignores(Nudged, Why::TooSoon);
    Run::of(abc()).fails(ErrorKind::Transient).is("sleep 1s").ignores(Nudged, Why::TooSoon);
}

#[test]
fn the_timer_that_was_put_forward_is_stale() {
    let run = waiting();
    let seq = run.seq();
    run.after(seconds(4)).takes(Nudged).ignores(EventKind::Woke { seq }, Why::Stale);
}

#[test]
fn during_a_call_it_shortens_the_wait_that_follows() {
    let run = Run::of(abc()).takes(Nudged).is("do a").ignores(Nudged, Why::TooSoon);
    let seq = run.seq();
    let (seen, expected) = (Seen::status("creating"), Some(seconds(3000)));
    let run = run.takes(EventKind::Pending {
        seq,
        seen,
        look_in: None,
        expected,
        removing: Vec::new(),
        at_stake: Vec::new(),
        events: Vec::new(),
    });
    run.is("sleep 15s").sleeps(seconds(15)).pending().is("sleep 10m");
}

#[test]
fn a_clock_that_was_set_back_does_not_put_the_look_off() {
    let mut run = waiting();
    run.now = run.now.before(seconds(86_400));
    run.takes(Nudged).is("sleep 14s");
}

#[test]
fn while_undoing_it_looks_sooner_too() {
    let run = Run::of(abc()).fails(ErrorKind::Invalid).undone().is("sleep 2m").after(seconds(30));
    // Nothing is found again, but too soon after the first time.
    run.takes(Nudged).is("undo a").undone().is("sleep 1m 30s");
}
