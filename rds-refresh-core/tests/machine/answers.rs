//! Late and duplicate answers and timers, and the numbers that tell them apart.

use rds_refresh_core::machine::Why;
use rds_refresh_core::{Command, ErrorKind, EventKind, Seen};
use serde_json::json;

use super::support::{Run, abc, error, pending, seconds};

#[test]
fn a_duplicate_answer_changes_nothing() {
    let run = Run::of(abc()).is("do a");
    let seq = run.seq();
    let answer = EventKind::Ready { seq, fact: json!(1), keeps: vec![], made: Vec::new() };
    run.takes(answer.clone()).is("do b").ignores(answer, Why::Stale).is("do b");
}

#[test]
fn a_second_answer_of_another_kind_changes_nothing() {
    let run = Run::of(abc());
    let seq = run.seq();
    run.pending()
        .ignores(EventKind::Ready { seq, fact: json!(1), keeps: vec![], made: Vec::new() }, Why::Stale)
        .ignores(EventKind::Failed { seq, error: error(ErrorKind::Invalid), at_stake: Vec::new() }, Why::Stale)
        .ignores(EventKind::Lost { seq }, Why::Stale)
        .is("sleep 15s");
}

#[test]
fn the_answer_to_a_call_that_was_given_up_as_lost_is_late() {
    let run = Run::of(abc());
    let seq = run.seq();
    run.after(seconds(75))
        .lost()
        .ignores(EventKind::Ready { seq, fact: json!(1), keeps: vec![], made: Vec::new() }, Why::Stale)
        .sleeps(seconds(1))
        .is("do a");
}

#[test]
fn a_timer_that_goes_off_twice_looks_once() {
    let run = Run::of(abc()).pending().is("sleep 15s");
    let woke = EventKind::Woke { seq: run.seq() };
    run.after(seconds(15)).takes(woke.clone()).is("do a").ignores(woke, Why::Stale).is("do a");
}

#[test]
fn the_timer_of_an_earlier_wait_does_not_end_a_later_one() {
    let run = Run::of(abc()).pending();
    let first = EventKind::Woke { seq: run.seq() };
    run.sleeps(seconds(15)).pending().after(seconds(1)).ignores(first, Why::Stale).is("sleep 15s");
}

#[test]
fn an_answer_that_was_never_asked_for_changes_nothing() {
    let run = Run::of(abc());
    let next = run.seq() + 1;
    run.ignores(pending(next, Seen::default()), Why::Stale).ignores(EventKind::Woke { seq: u64::MAX }, Why::Stale);
}

#[test]
fn a_lost_call_is_repeated_under_another_number() {
    let run = Run::of(abc());
    let seq = run.seq();
    let run = run.after(seconds(75)).lost().sleeps(seconds(1)).is("do a");
    assert!(run.seq() > seq);
}

#[test]
fn every_command_has_a_number_of_its_own_and_keeps_it() {
    let story: [fn(Run) -> Run; 14] = [
        |run| run.pending(),
        |run| run.sleeps(seconds(15)),
        |run| run.ready(),
        |run| run.fails(ErrorKind::Transient),
        |run| run.sleeps(seconds(1)),
        |run| run.fails(ErrorKind::Credentials),
        |run| run.resumed(),
        |run| run.fails(ErrorKind::Invalid),
        |run| run.undone(),
        |run| run.sleeps(seconds(120)),
        |run| run.undone(),
        |run| run.undone(),
        |run| run.resumed(),
        |run| run.verified(true),
    ];
    let mut run = Run::of(abc());
    for (index, happens) in story.into_iter().enumerate() {
        let before = run.seq();
        run = happens(run);
        assert_eq!(run.seq(), before + 1, "{index}: {run:?}");
        let command = run.machine.command(&run.state);
        match &command {
            Command::Run(call) => assert_eq!(call.seq, run.seq()),
            Command::Sleep(sleep) => assert_eq!(sleep.seq, run.seq()),
            Command::Finish(_) => {}
        }
        assert_eq!(run.machine.command(&run.state), command, "asking changes nothing");
    }
}

#[test]
fn a_call_says_all_that_a_worker_needs() {
    let run = Run::of(abc()).ready().after(seconds(5)).pending().sleeps(seconds(15));
    let Command::Run(call) = run.machine.command(&run.state) else { panic!("{run:?}") };
    assert_eq!((call.step, call.attempt, call.run.as_str()), ("b", 1, "r1"));
    assert_eq!(call.elapsed, seconds(20));
    assert_eq!(call.not_after, run.now + seconds(60));
    assert_eq!(call.facts.names().collect::<Vec<_>>(), ["a", "request"]);
}
