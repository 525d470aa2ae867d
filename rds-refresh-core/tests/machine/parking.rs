//! Parked, not failed: nothing is undone while somebody can still mend what is wrong.

use std::time::Duration;

use rds_refresh_core::machine::{Cause, Why};
use rds_refresh_core::{ErrorKind, EventKind, Verdict};
use serde_json::json;

use super::support::{Run, abc, limits, seconds};

const DAY: Duration = Duration::from_hours(24);

#[test]
fn credentials_park_even_the_first_step() {
    let run = Run::of(abc()).fails(ErrorKind::Credentials).is("parked at a: credentials");
    let Verdict::Parked { until, .. } = run.outcome().verdict else { panic!("{run:?}") };
    assert_eq!(until, run.now + limits().park_limit);
    assert!(run.state.is_stopped());
}

#[test]
fn denied_fails_a_run_that_has_achieved_nothing_and_parks_any_other() {
    Run::of(abc()).fails(ErrorKind::Denied).is("undo a").absent().is("failed at a: denied");
    Run::at_b().fails(ErrorKind::Denied).is("parked at b: denied");
}

#[test]
fn a_run_that_may_do_nothing_at_all_fails_and_says_what_it_may_have_made() {
    let run = Run::of(abc()).fails(ErrorKind::Denied).fails_leaving(ErrorKind::Denied, &["s1"]).is("failed at a: denied");
    assert_eq!(run.remains(), [vec![], vec![], vec!["s1"]]);
}

#[test]
fn a_resume_goes_on_with_the_same_attempt() {
    let run = Run::at_b().fails(ErrorKind::Credentials).after(DAY).resumed().is("do b").ready().is("do c").ready();
    run.is("succeeded");
}

#[test]
fn the_deadline_is_suspended_and_the_time_not_counted() {
    let run = Run::at_b().pends_for(seconds(1800));
    let run = if run.does() == "do b" { run } else { run.sleeps_any() };
    let elapsed = run.state.report().elapsed;
    let run = run.fails(ErrorKind::Credentials).after(2 * DAY).resumed().is("do b");
    assert_eq!(run.state.report().elapsed, elapsed);
    let rest = Duration::from_hours(1).saturating_sub(elapsed);
    run.pends_for(rest).is("do b").pending().is("undo b");
}

#[test]
fn a_resume_forgives_the_failures_that_led_there() {
    let mut run = Run::at_b();
    for _ in 0..7 {
        run = run.fails(ErrorKind::Transient).sleeps_any();
    }
    run.fails(ErrorKind::Credentials).resumed().fails(ErrorKind::Transient).is("sleep 1s");
}

#[test]
fn a_cancel_undoes() {
    Run::at_b().fails(ErrorKind::Credentials).takes(EventKind::Cancelled).is("undo b");
}

#[test]
fn before_the_limit_nothing_else_moves_it_and_at_the_limit_anything_does() {
    let parked = Run::at_b().fails(ErrorKind::Credentials);
    let early = parked.clone().after(limits().park_limit.saturating_sub(seconds(1)));
    early.ignores(EventKind::Nudged, Why::Parked).after(seconds(1)).takes(EventKind::Nudged).is("undo b");

    let run = parked.after(limits().park_limit).takes(EventKind::Nudged).absent().undone();
    let Verdict::Failed { cause: Cause::ParkLimit { error }, .. } = run.outcome().verdict else { panic!("{run:?}") };
    assert_eq!(error.kind(), ErrorKind::Credentials);
}

#[test]
fn at_the_limit_a_late_answer_is_not_taken_for_one() {
    let parked = Run::at_b().fails(ErrorKind::Credentials).after(limits().park_limit);
    for seq in [parked.seq(), parked.seq() - 1] {
        let run =
            parked.clone().takes(EventKind::Ready { seq, fact: json!("late"), keeps: vec![], made: Vec::new() }).is("undo b");
        assert!(!run.state.facts().contains("b"));
        parked.clone().takes(EventKind::Woke { seq }).is("undo b");
    }
}

#[test]
fn a_run_that_is_being_undone_parks_too_and_tries_again_at_the_limit() {
    let parked = Run::at_b().fails(ErrorKind::Invalid).removing(&["i1"]).sleeps(seconds(15)).fails(ErrorKind::Credentials);
    let parked = parked.is("parked at b: credentials");
    // What was asked to be removed before is still known.
    let finish = |run: Run| {
        let run = run.is("undo b").absent().undone().is("failed at b: invalid");
        assert_eq!(run.remains(), [vec!["i1"], vec![], vec![]]);
    };
    finish(parked.clone().resumed());
    finish(parked.after(limits().park_limit).takes(EventKind::Nudged));
}

#[test]
fn denied_parks_a_compensation_that_would_leave_work_behind() {
    Run::at_c().fails(ErrorKind::Invalid).fails(ErrorKind::Denied).is("parked at c: denied");
}

#[test]
fn a_verification_parks_and_goes_on() {
    let failed = Run::at_c().fails(ErrorKind::Invalid).absent().undone().undone();
    let parked = failed.resumed().fails(ErrorKind::Denied).is("parked at b: denied");
    parked.clone().resumed().is("verify b").verified(true).is("do c-2");
    parked
        .after(limits().park_limit)
        .takes(EventKind::Nudged)
        .is("undo b")
        .undone()
        .undone()
        .is("failed at b: parked for too long: denied");
}
