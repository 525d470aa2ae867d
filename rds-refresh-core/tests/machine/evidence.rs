//! What a failure carries beside its reason: what was seen last, what RDS noted, how long the step took.

use std::time::Duration;

use rds_refresh_core::evidence::MOST_EVENTS;
use rds_refresh_core::machine::Cause;
use rds_refresh_core::{Applied, Command, ErrorKind, EventKind, RdsEvent, Seen, Timestamp, Verdict};
use serde_json::json;

use super::support::{Fake, Run, abc, abc_with, error, seconds, start_of_day};

const HOUR: Duration = Duration::from_hours(1);

fn event(minute: u64, message: &str) -> RdsEvent {
    RdsEvent::new(start_of_day() + Duration::from_mins(minute), "i1", message)
}

fn failing(run: Run, events: Vec<RdsEvent>) -> Run {
    let seq = run.seq();
    run.takes(EventKind::Failed { seq, error: error(ErrorKind::TerminalStatus), at_stake: Vec::new(), events })
}

fn pending(run: Run, seen: Seen, events: Vec<RdsEvent>) -> Run {
    let seq = run.seq();
    run.takes(EventKind::Pending { seq, seen, look_in: None, expected: None, removing: Vec::new(), at_stake: Vec::new(), events })
}

fn may_be_last(run: &Run) -> bool {
    match run.machine.command(&run.state) {
        Command::Run(call) => call.may_be_last,
        command => panic!("{command:?}"),
    }
}

fn messages(events: &[RdsEvent]) -> Vec<&str> {
    events.iter().map(|event| event.message.as_str()).collect()
}

#[test]
fn events_come_with_the_failure_and_stay_with_the_run() {
    let run = failing(Run::at_b(), vec![event(2, "later"), event(1, "earlier")]).is("undo b");
    assert_eq!(messages(&run.state.report().failing.unwrap().events), ["earlier", "later"]);
    let reloaded = Run::load(run.stored(), run.machine.clone()).unwrap();
    let failed = reloaded.absent().undone().is("failed at b: terminal-status");
    assert_eq!(messages(&failed.outcome().events), ["earlier", "later"]);

    let stored = serde_json::to_value(failed.outcome()).unwrap();
    assert_eq!(stored["events"][0], json!({ "at": "2026-11-23T08:01:00.000Z", "resource": "i1", "message": "earlier" }));

    // The next failure is another one.
    let again = failed.resumed().verified(true).fails(ErrorKind::Invalid).absent().undone();
    assert!(again.outcome().events.is_empty());
}

#[test]
fn the_newest_are_kept_and_long_ones_cut_wherever_they_come_from() {
    // As another program's worker may send them.
    let long: RdsEvent =
        serde_json::from_value(json!({ "at": start_of_day(), "resource": "r".repeat(900), "message": "ä\n".repeat(900) }))
            .unwrap();
    let many = (1..40).map(|minute| {
        let mut event = long.clone();
        event.at = start_of_day() + Duration::from_mins(minute);
        event
    });
    let run = failing(Run::at_b(), many.rev().collect());
    let kept = run.state.report().failing.unwrap().events;
    let minutes: Vec<u64> = kept.iter().map(|event| event.at.since(start_of_day()).as_secs() / 60).collect();
    assert_eq!(minutes, [35, 36, 37, 38, 39]);
    assert_eq!(kept.len(), MOST_EVENTS);
    for event in kept {
        assert_eq!((event.resource.chars().count(), event.message.chars().count()), (63, 200));
        assert!(!event.message.contains('\n'));
    }
}

#[test]
fn a_failure_that_is_tried_again_leaves_no_events() {
    let run = Run::at_b();
    let seq = run.seq();
    let events = vec![event(1, "a rumour")];
    let run = run.takes(EventKind::Failed { seq, error: error(ErrorKind::Capacity), at_stake: Vec::new(), events });
    let failed = run.sleeps_any().is("do b").fails(ErrorKind::Invalid).absent().undone();
    assert!(failed.outcome().events.is_empty());
}

#[test]
fn a_deadline_says_what_was_seen_last() {
    let recalibrating = Seen::status("recalibrating").of("orders-staging");
    let mut run = Run::of(abc());
    assert!(!may_be_last(&run));
    while run.now < start_of_day() + HOUR {
        run = run.sees(recalibrating.clone()).sleeps_any();
    }
    assert!(may_be_last(&run));
    let undoing = pending(run, recalibrating.clone(), vec![event(59, "The cluster is being recalibrated")]);
    let failed = undoing.absent().is("failed at a: not done within 1h; orders-staging was recalibrating");
    let outcome = failed.outcome();
    assert_eq!(messages(&outcome.events), ["The cluster is being recalibrated"]);
    let Verdict::Failed { cause: Cause::Deadline { seen, .. }, .. } = outcome.verdict else { panic!("{failed:?}") };
    assert_eq!(seen, Some(recalibrating));
}

#[test]
fn a_stall_says_what_was_seen_last() {
    let copying = || Seen::status("copying").percent(Some(40)).of("copy");
    let stalling = Fake::new().wait(|wait| (wait.stall_limit, wait.call_limit) = (Some(HOUR / 2), seconds(60)));
    let mut run = Run::of(abc_with(stalling)).ready().sees(copying());
    let mut announced = false;
    while run.does() != "undo b" {
        run = run.sleeps_any();
        announced = may_be_last(&run);
        run = run.after(seconds(30));
        run = pending(run, copying(), vec![event(1, "told")]);
    }
    assert!(announced, "the worker was told to bring the events along");
    let failed = run.absent().undone().is("failed at b: stood at 40 % for 30m; copy was copying");
    assert_eq!(messages(&failed.outcome().events), ["told"]);
}

#[test]
fn a_step_whose_progress_is_not_known_does_not_stall() {
    let stalling = Fake::new().wait(|wait| wait.stall_limit = Some(seconds(120)));
    let mut run = Run::of(abc_with(stalling)).ready();
    while run.now < start_of_day() + HOUR / 2 {
        assert!(!may_be_last(&run));
        run = run.pending().sleeps_any();
    }
}

#[test]
fn causes_of_earlier_versions_load() {
    let causes = [
        (json!({ "type": "deadline", "seconds": 3600 }), "not done within 1h"),
        (json!({ "type": "stalled", "percent": 40, "seconds": 60 }), "stood at 40 % for 1m"),
    ];
    for (stored, text) in causes {
        assert_eq!(serde_json::from_value::<Cause>(stored).unwrap().to_string(), text);
    }
}

#[test]
fn the_step_that_failed_keeps_its_time_and_its_looks() {
    let run = Run::at_b().pending().sleeps_any().after(seconds(20));
    let took = run.now.since(start_of_day());
    let ends: [fn(Run) -> Run; 2] = [
        |run| run.fails(ErrorKind::Invalid),
        |mut run| {
            assert_eq!(run.apply(EventKind::Cancelled), Applied::Advanced);
            run.pending()
        },
    ];
    for end in ends {
        let run = end(run.clone()).is("undo b").after(HOUR / 2).absent().undone();
        let report = run.outcome().verdict;
        let Verdict::Failed { step, .. } = report else { panic!("{report:?}") };
        assert_eq!(step, "b");
        let steps = run.state.report().steps;
        assert_eq!((steps[1].elapsed, steps[1].looks), (took, 2));
        // Looking, on a resume, at what a finished step did is not doing it.
        let verifying = run.resumed().is("verify a");
        let failed = verifying.after(HOUR / 4).fails(ErrorKind::Invalid).undone();
        let steps = failed.state.report().steps;
        assert_eq!((steps[0].elapsed, steps[0].looks), (Duration::ZERO, 1));
        assert_eq!((steps[1].elapsed, steps[1].looks), (took, 2));
    }
}

#[test]
fn events_of_one_moment_have_an_order() {
    let at: Timestamp = start_of_day();
    let events = vec![RdsEvent::new(at, "b", "1"), RdsEvent::new(at, "a", "2")];
    let run = failing(Run::at_b(), events);
    assert_eq!(messages(&run.state.report().failing.unwrap().events), ["2", "1"]);
}
