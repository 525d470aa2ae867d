//! Deadlines, stalls, and clocks that cannot be trusted.

use std::time::Duration;

use rds_refresh_core::{ErrorKind, EventKind, Seen};

use super::support::{Fake, Run, abc, abc_with, error, limits, seconds};

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn the_look_at_the_deadline_decides() {
    let overdue = Run::of(abc()).pends_for(HOUR).is("do a");
    assert_eq!(overdue.now, overdue.state.began() + HOUR, "the last wait ends at the deadline");
    overdue.clone().ready().is("do b");
    overdue.pending().is("undo a").absent().is("failed at a: not done within 1h; it was busy");
}

#[test]
fn a_call_that_was_begun_before_the_deadline_does_not_decide() {
    let slow = Fake::new().wait(|wait| wait.call_limit = 2 * HOUR);
    let run = Run::of(abc_with(slow)).ready().after(HOUR + seconds(1)).pending();
    run.sleeps_any().is("do b").pending().is("undo b");
}

#[test]
fn throttles_do_not_outlive_it() {
    let mut run = Run::of(abc());
    while run.now < run.state.began() + HOUR {
        run = run.fails(ErrorKind::Throttled).sleeps_any().is("do a");
    }
    run.fails(ErrorKind::Throttled).is("undo a").absent().is("failed at a: not done within 1h; last: throttled");
}

#[test]
fn a_lost_call_at_the_deadline_is_repeated_but_not_for_ever() {
    let overdue = Run::of(abc()).pends_for(HOUR);
    overdue.clone().lost().sleeps(seconds(1)).is("do a").ready().is("do b");
    let mut run = overdue;
    for _ in 0..7 {
        run = run.after(seconds(75)).lost().sleeps_any().is("do a");
    }
    run.after(seconds(75)).lost().is("undo a");
}

#[test]
fn a_verification_has_one() {
    let failed = Run::at_c().fails(ErrorKind::Invalid).absent().undone().undone();
    let mut run = failed.resumed();
    let resumed = run.now;
    while run.now < resumed + HOUR {
        run = run.fails(ErrorKind::Throttled).sleeps_any().is("verify b");
    }
    run.clone().verified(true).is("do c-2");
    run.fails(ErrorKind::Throttled).is("undo b").undone().undone().is("failed at b: not done within 1h; last: throttled");
}

#[test]
fn a_compensation_has_one_and_what_it_could_not_remove_is_left_over() {
    let run = Run::at_b().fails(ErrorKind::Invalid).removing(&["i1"]).pends_for(HOUR).is("undo b").pending();
    let run = run.is("undo a").undone().is("failed at b: invalid");
    assert_eq!(run.remains(), [vec![], vec![], vec!["i1"]]);
    assert!(run.outcome().leftovers[0].why.contains("not done within 1h"));
}

#[test]
fn the_window_for_late_effects_holds_against_the_deadline() {
    // Nothing is found for the first time when the deadline has passed already.
    let run = Run::at_b().fails(ErrorKind::Invalid).pends_for(HOUR).undone().is("sleep 2m").sleeps_any();
    run.clone().undone().is("undo a");
    // Something that shows in the end is not waited for again.
    run.removing(&["late"]).is("undo a").undone().is("failed at b: invalid");
}

#[test]
fn no_wait_goes_beyond_it() {
    let slow = Fake::new().wait(|wait| wait.deadline = seconds(100));
    let run = Run::of(abc_with(slow)).ready().after(seconds(40));
    let seq = run.seq();
    let pending = EventKind::Pending {
        seq,
        seen: Seen::status("creating"),
        look_in: Some(Duration::from_mins(9)),
        expected: None,
        removing: Vec::new(),
        at_stake: Vec::new(),
        events: Vec::new(),
    };
    run.clone().takes(pending).is("sleep 1m").sleeps_any().is("do b").pending().is("undo b");
    run.fails(ErrorKind::Capacity).is("sleep 1m");
}

#[test]
fn a_step_may_know_when_to_look_but_not_later_than_the_longest_interval() {
    let told = |look_in| {
        let run = Run::of(abc());
        let (seq, seen) = (run.seq(), Seen::default());
        run.takes(EventKind::Pending {
            seq,
            seen,
            look_in: Some(look_in),
            expected: None,
            removing: Vec::new(),
            at_stake: Vec::new(),
            events: Vec::new(),
        })
        .does()
    };
    assert_eq!(told(seconds(100)), "sleep 1m 40s");
    assert_eq!(told(Duration::from_hours(2)), "sleep 10m");
    assert_eq!(told(Duration::ZERO), "sleep 1s");
}

#[test]
fn a_clock_that_jumps_ahead_costs_a_look_and_not_the_run() {
    // A laptop is closed for three days, with an hour to go.
    let run = Run::of(abc()).pending().after(Duration::from_hours(72));
    let woke = EventKind::Woke { seq: run.seq() };
    let run = run.takes(woke).is("do a");
    assert_eq!(run.state.report().elapsed, seconds(15 + 600), "the planned sleep and ten minutes");
    run.pending().sleeps_any().is("do a").ready().is("do b");
}

#[test]
fn so_does_one_that_jumps_during_a_call() {
    let run = Run::of(abc()).after(Duration::from_hours(72)).pending();
    assert_eq!(run.state.report().elapsed, seconds(60 + 600), "the longest call and ten minutes");
}

#[test]
fn a_clock_that_is_set_back_holds_nothing_up() {
    let mut run = Run::of(abc()).after(seconds(10)).pending();
    run.now = run.now.before(Duration::from_hours(24));
    // The driver sleeps as long as was planned, not until the far instant.
    let woke = EventKind::Woke { seq: run.seq() };
    let run = run.takes(woke).is("do a");
    assert_eq!(run.state.report().elapsed, seconds(10), "time does not run backwards");
    run.after(seconds(20)).pending().sleeps(seconds(15)).is("do a");
}

#[test]
fn deadlines_are_met_on_a_clock_that_keeps_jumping() {
    let mut run = Run::of(abc());
    for look in 0.. {
        assert!(look < 200, "it must end");
        run = if look % 2 == 0 { run.after(Duration::from_hours(5)) } else { run };
        run.now = run.now.before(Duration::from_hours(2));
        run = run.pending();
        if run.does() == "undo a" {
            break;
        }
        run = run.sleeps_any();
    }
}

/// The run sees this at every look, for so long.
fn sees_for(mut run: Run, seen: &Seen, time: Duration) -> Run {
    let end = run.now + time;
    while run.now < end {
        run = run.sees(seen.clone()).sleeps_any();
    }
    run
}

fn stalling() -> Run {
    Run::of(abc_with(Fake::new().wait(|wait| wait.stall_limit = Some(Duration::from_mins(20))))).ready()
}

fn at(percent: u8) -> Seen {
    Seen::status("copying").percent(Some(percent))
}

#[test]
fn progress_that_stands_still_for_too_long_ends_the_step() {
    let run = sees_for(stalling(), &at(40), Duration::from_mins(19));
    let run = if run.now < run.state.began() + Duration::from_mins(20) { run.sees(at(40)).sleeps_any() } else { run };
    run.sees(at(40)).is("undo b").absent().undone().is("failed at b: stood at 40 % for 20m; it was copying");
}

#[test]
fn progress_that_moves_at_all_does_not() {
    let mut run = stalling();
    for percent in [40, 41, 42, 41] {
        run = sees_for(run, &at(percent), Duration::from_mins(8)).is("do b");
    }
}

#[test]
fn neither_does_a_queue_which_has_no_percentage() {
    let run = sees_for(stalling(), &Seen::status("queued"), Duration::from_mins(35)).is("do b");
    // The time in the queue is not held against the copy.
    sees_for(run, &at(0), Duration::from_mins(15)).is("do b");
}

#[test]
fn without_a_limit_only_the_deadline_counts() {
    let mut run = Run::of(abc());
    while run.now < run.state.began() + HOUR {
        run = run.sees(at(40)).sleeps_any().is("do a");
    }
    run.sees(at(40)).is("undo a");
}

#[test]
fn a_deadline_of_nothing_still_allows_a_look() {
    let instant = || Fake::new().wait(|wait| wait.deadline = Duration::ZERO);
    Run::of(abc_with(instant())).ready().ready().is("do c");
    Run::of(abc_with(instant())).ready().pending().is("undo b").undone().sleeps(limits().absence_window).undone().is("undo a");
}

#[test]
fn an_absurd_estimate_is_forgotten() {
    let run = Run::of(abc());
    let (seq, seen) = (run.seq(), Seen::default());
    let expected = Some(Duration::from_millis(1 << 60));
    let run = run
        .takes(EventKind::Pending {
            seq,
            seen,
            look_in: None,
            expected,
            removing: Vec::new(),
            at_stake: Vec::new(),
            events: Vec::new(),
        })
        .is("sleep 15s");
    // A state that could not be loaded again would be the end of the run.
    Run::load(run.stored(), run.machine).unwrap();
}

#[test]
fn an_error_at_the_deadline_that_ends_the_step_anyway_is_the_cause() {
    let overdue = Run::of(abc()).pends_for(HOUR);
    let seq = overdue.seq();
    let run = overdue.takes(EventKind::Failed { seq, error: error(ErrorKind::Quota), at_stake: Vec::new(), events: Vec::new() });
    run.absent().is("failed at a: quota");
}
