//! Undoing: from the step that failed to the first, once each, and every resource is accounted for.

use rds_refresh_core::{Command, ErrorKind, EventKind, OnFailure};

use super::support::{Run, abc, given, limits, seconds, start_of_day};

#[test]
fn it_begins_with_the_step_that_failed_and_goes_back() {
    let run = Run::at_c().fails(ErrorKind::Quota).is("undo c").absent().is("undo b").undone().is("undo a").undone();
    run.is("failed at c: quota");
}

#[test]
fn steps_that_were_never_reached_are_not_undone() {
    Run::of(abc()).fails(ErrorKind::Quota).is("undo a").absent().is("failed at a: quota");
}

#[test]
fn an_unfinished_step_is_absent_after_two_looks_and_a_finished_one_after_one() {
    let run = Run::at_b().fails(ErrorKind::Quota).is("undo b").undone();
    run.sleeps(limits().absence_window).is("undo b").undone().is("undo a").undone().is("failed at b: quota");
}

#[test]
fn the_window_begins_anew_when_something_shows() {
    let run = Run::at_b().fails(ErrorKind::Quota).undone().sleeps(seconds(120)).removing(&["late"]).sleeps(seconds(15));
    let run = run.undone().sleeps(seconds(120)).undone().is("undo a").undone();
    assert_eq!(run.remains(), [vec!["late"], vec![], vec![]]);
}

#[test]
fn the_second_look_begins_after_the_window_and_does_not_merely_end_after_it() {
    let run = Run::at_b().fails(ErrorKind::Quota).undone().after(seconds(100)).takes(EventKind::Nudged).is("undo b");
    // Begun at 100 s, answered at 150 s: what showed in between was not seen.
    run.after(seconds(50)).undone().is("sleep 1s").sleeps_any().undone().is("undo a");
}

#[test]
fn what_was_asked_to_be_removed_is_removed_when_the_step_is_undone() {
    let run =
        Run::at_b().fails(ErrorKind::Quota).removing(&["i1"]).sleeps(seconds(15)).removing(&["i1", "share"]).sleeps(seconds(15));
    let run = run.absent().undone_keeping(&["s1"]);
    assert_eq!(run.remains(), [vec!["i1", "share"], vec!["s1"], vec![]]);
}

#[test]
fn a_step_that_cannot_be_undone_is_left_over_and_the_others_are_undone() {
    let run = Run::at_c().fails(ErrorKind::Quota).absent().is("undo b");
    let run = run.fails_leaving(ErrorKind::Conflict, &["i1", "g1"]).is("undo a").undone_keeping(&["s1"]);
    assert_eq!(run.remains(), [vec![], vec!["s1"], vec!["i1", "g1"]]);
}

#[test]
fn a_leftover_comes_with_the_command_that_removes_it_unless_it_may_be_somebody_elses() {
    let leftover = |kind| {
        let run = Run::at_c().fails(ErrorKind::Quota).absent().fails_leaving(kind, &["i1"]).undone();
        run.outcome().leftovers[0].to_string()
    };
    let command = "aws --region eu-west-1 rds delete-db-instance --db-instance-identifier i1 --skip-final-snapshot";
    assert_eq!(leftover(ErrorKind::Invalid), format!("DB instance i1 in 111111111111/eu-west-1: invalid — {command}"));
    let look = "look whose it is before you remove it";
    assert_eq!(leftover(ErrorKind::Conflict), format!("DB instance i1 in 111111111111/eu-west-1: conflict — {look}"));
}

#[test]
fn a_compensation_that_never_answers_leaves_whatever_the_step_made() {
    let mut run = Run::of(abc()).fails(ErrorKind::Quota);
    for _ in 0..200 {
        if run.state.is_stopped() {
            break;
        }
        run = run.after(seconds(75)).lost();
        run = if run.state.is_stopped() { run } else { run.sleeps_any() };
    }
    assert_eq!(run.remains(), [vec![], vec![], vec!["whatever a made"]]);
    assert!(run.outcome().leftovers[0].to_string().starts_with("whatever the step a made: not done within 1h"));
}

#[test]
fn what_was_being_removed_and_what_was_at_stake_is_left_over_once() {
    let run = Run::of(abc()).fails(ErrorKind::Quota).removing(&["i1"]).sleeps(seconds(15));
    let run = run.fails_leaving(ErrorKind::Conflict, &["i1", "i2"]);
    assert_eq!(run.remains(), [vec![], vec![], vec!["i1", "i2"]]);
}

#[test]
fn every_call_says_what_a_failing_run_removes() {
    for policy in [OnFailure::RemoveCostly, OnFailure::RemoveAll, OnFailure::KeepAll] {
        let (machine, _) = abc().unwrap();
        let state = machine.start("r1".parse().unwrap(), given(), policy, start_of_day()).unwrap();
        let run = Run { machine, state, now: start_of_day() }.ready().fails(ErrorKind::Quota).is("undo b");
        let Command::Run(call) = run.machine.command(&run.state) else { panic!("{run:?}") };
        assert_eq!(call.on_failure, policy);
    }
}

/// What the steps answer under each policy, and what the outcome then lists. Step b made an instance, step a a snapshot.
#[test]
fn the_policies_differ_in_what_is_removed_and_what_is_kept() {
    let failed = Run::at_c().fails(ErrorKind::Quota).absent();
    let remove_costly = failed.clone().removing(&["i1"]).sleeps(seconds(15)).undone().undone_keeping(&["s1"]);
    assert_eq!(remove_costly.remains(), [vec!["i1"], vec!["s1"], vec![]]);
    let remove_all = failed.clone().removing(&["i1"]).sleeps(seconds(15)).undone().removing(&["s1"]).sleeps(seconds(15)).undone();
    assert_eq!(remove_all.remains(), [vec!["i1", "s1"], vec![], vec![]]);
    let keep_all = failed.undone_keeping(&["i1"]).undone_keeping(&["s1"]);
    assert_eq!(keep_all.remains(), [vec![], vec!["i1", "s1"], vec![]]);
}

#[test]
fn the_facts_of_a_failed_run_stay_known() {
    let run = Run::at_c().fails(ErrorKind::Quota).absent().undone().undone();
    assert_eq!(run.state.facts().names().collect::<Vec<_>>(), ["a", "b", "request"]);
}
