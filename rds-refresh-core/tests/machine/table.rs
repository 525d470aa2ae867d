//! Every phase, and what every event does to it.

use rds_refresh_core::machine::Why;
use rds_refresh_core::{Applied, ErrorKind, EventKind, Seen};
use serde_json::json;

use super::support::{Run, error, limits, pending, seconds};

/// A phase of a run of the plan a, b, c.
type Phase = (&'static str, fn() -> Run);

const CALLING: [Phase; 5] = [
    ("doing b", Run::at_b),
    ("doing b, overdue", || Run::at_b().pends_for(seconds(3600)).is("do b")),
    ("verifying b", || failed_at_c().resumed().is("verify b")),
    ("undoing b", || Run::at_b().fails(ErrorKind::Invalid).is("undo b")),
    ("undoing b, overdue", || Run::at_b().fails(ErrorKind::Invalid).pends_for(seconds(3600)).is("undo b")),
];

const WAITING: [Phase; 3] = [
    ("b, pending", || Run::at_b().pending().is("sleep 15s")),
    ("b, to be verified", || failed_at_c().resumed().fails(ErrorKind::Throttled).is("sleep 1s")),
    ("b, being removed", || Run::at_b().fails(ErrorKind::Invalid).pending().is("sleep 15s")),
];

const STOPPED: [Phase; 4] = [
    ("b parked", || Run::at_b().fails(ErrorKind::Credentials)),
    ("undoing b parked", || Run::at_b().fails(ErrorKind::Invalid).fails(ErrorKind::Credentials)),
    ("succeeded", || Run::at_c().ready()),
    ("failed", failed_at_c),
];

const PARKED_TOO_LONG: [Phase; 2] = [
    ("b parked", || Run::at_b().fails(ErrorKind::Credentials).after(limits().park_limit)),
    ("undoing b parked", || Run::at_b().fails(ErrorKind::Invalid).fails(ErrorKind::Credentials).after(limits().park_limit)),
];

fn failed_at_c() -> Run {
    Run::at_c().fails(ErrorKind::Invalid).absent().undone().undone()
}

/// Every event with the present command's number, then with the number before.
fn events(seq: u64) -> Vec<(String, EventKind)> {
    let mut events = vec![("nudged".to_owned(), EventKind::Nudged), ("cancelled".to_owned(), EventKind::Cancelled)];
    for (suffix, seq) in [("", seq), (", stale", seq - 1)] {
        events.extend([
            (format!("woke{suffix}"), EventKind::Woke { seq }),
            (format!("ready{suffix}"), EventKind::Ready { seq, fact: json!(2), keeps: vec![], made: Vec::new() }),
            (format!("pending{suffix}"), pending(seq, Seen::status("busy"))),
            (format!("undone{suffix}"), EventKind::Undone { seq, kept: Vec::new() }),
            (format!("verified{suffix}"), EventKind::Verified { seq, stands: true, gone: false }),
            (format!("gone{suffix}"), EventKind::Verified { seq, stands: false, gone: false }),
            (format!("lost{suffix}"), EventKind::Lost { seq }),
        ]);
        // What kind of error is stale does not matter.
        let kinds = if suffix.is_empty() { ErrorKind::ALL } else { &ErrorKind::ALL[..1] };
        events.extend(kinds.iter().map(|kind| {
            let name = if suffix.is_empty() { kind.to_string() } else { "failed, stale".to_owned() };
            (name, EventKind::Failed { seq, error: error(*kind), at_stake: Vec::new() })
        }));
    }
    events
}

/// One line for each event, one column for each phase: the command that follows, or why the event changed nothing. Events in a row that
/// do the same share a line.
fn table(phases: &[Phase]) -> String {
    let mut rows = vec![[vec![String::new()], phases.iter().map(|(name, _)| (*name).to_owned()).collect()].concat()];
    let mut first = String::new();
    for (index, (event, _)) in events(1).into_iter().enumerate() {
        let cells: Vec<String> = phases.iter().map(|(_, phase)| cell(phase(), index)).collect();
        match rows.last_mut() {
            Some(last) if last[1..] == cells => last[0] = format!("{first} … {event}"),
            _ => {
                first.clone_from(&event);
                rows.push([vec![event], cells].concat());
            }
        }
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate().map(|(column, cell)| format!("{cell:<width$}", width = width(column)));
        cells.collect::<Vec<_>>().join(" | ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What the event of this index does to the run.
fn cell(mut run: Run, event: usize) -> String {
    let (before, seq) = (run.state.clone(), run.seq());
    match run.apply(events(seq)[event].1.clone()) {
        Applied::Advanced if run.seq() == seq => format!("still {}", run.does()),
        Applied::Advanced => {
            assert_eq!(run.seq(), seq + 1, "a new command has the next number");
            run.does()
        }
        Applied::Ignored(why) => {
            assert_eq!(run.state, before, "an ignored event leaves the state as it is");
            format!("({})", words(why))
        }
    }
}

fn words(why: Why) -> &'static str {
    match why {
        Why::Stale => "stale",
        Why::Unexpected => "unexpected",
        Why::AlreadyStopping => "stopping already",
        Why::TooSoon => "too soon",
        Why::Parked => "parked",
        Why::Ended => "ended",
        Why::NotStopped => "not stopped",
        _ => "?",
    }
}

#[track_caller]
fn assert_table(phases: &[Phase], expected: &str) {
    let found = table(phases);
    assert_eq!(found, expected.trim_matches('\n'), "\n{found}\n");
}

#[test]
fn while_a_call_is_out() {
    assert_table(
        &CALLING,
        "
                            | doing b                  | doing b, overdue         | verifying b              | undoing b                | undoing b, overdue
nudged                      | still do b               | still do b               | still verify b           | still undo b             | still undo b
cancelled                   | still do b               | still do b               | still verify b           | (stopping already)       | (stopping already)
woke                        | (unexpected)             | (unexpected)             | (unexpected)             | (unexpected)             | (unexpected)
ready                       | do c                     | do c                     | (unexpected)             | (unexpected)             | (unexpected)
pending                     | sleep 15s                | undo b                   | (unexpected)             | sleep 15s                | undo a
undone                      | (unexpected)             | (unexpected)             | (unexpected)             | sleep 2m                 | sleep 2m
verified                    | (unexpected)             | (unexpected)             | do c-2                   | (unexpected)             | (unexpected)
gone                        | (unexpected)             | (unexpected)             | verify a                 | (unexpected)             | (unexpected)
lost                        | sleep 1s                 | sleep 1s                 | sleep 1s                 | sleep 1s                 | sleep 1s
throttled … busy            | sleep 1s                 | undo b                   | sleep 1s                 | sleep 1s                 | undo a
conflict … quota            | undo b                   | undo b                   | undo b                   | undo a                   | undo a
capacity                    | sleep 5m                 | undo b                   | sleep 5m                 | sleep 5m                 | undo a
credentials                 | parked at b: credentials | parked at b: credentials | parked at b: credentials | parked at b: credentials | parked at b: credentials
denied                      | parked at b: denied      | parked at b: denied      | parked at b: denied      | parked at b: denied      | parked at b: denied
invalid … terminal-status   | undo b                   | undo b                   | undo b                   | undo a                   | undo a
woke, stale … failed, stale | (stale)                  | (stale)                  | (stale)                  | (stale)                  | (stale)
",
    );
}

#[test]
fn while_it_waits() {
    assert_table(
        &WAITING,
        "
                            | b, pending   | b, to be verified | b, being removed
nudged                      | (too soon)   | (too soon)        | (too soon)
cancelled                   | undo b       | undo b            | (stopping already)
woke                        | do b         | verify b          | undo b
ready … terminal-status     | (unexpected) | (unexpected)      | (unexpected)
woke, stale … failed, stale | (stale)      | (stale)           | (stale)
",
    );
}

#[test]
fn when_it_has_stopped() {
    assert_table(
        &STOPPED,
        "
                     | b parked | undoing b parked   | succeeded | failed
nudged               | (parked) | (parked)           | (ended)   | (ended)
cancelled            | undo b   | (stopping already) | (ended)   | (ended)
woke … failed, stale | (parked) | (parked)           | (ended)   | (ended)
",
    );
}

#[test]
fn when_it_was_parked_for_too_long() {
    assert_table(
        &PARKED_TOO_LONG,
        "
                       | b parked | undoing b parked
nudged … failed, stale | undo b   | undo b
",
    );
}
