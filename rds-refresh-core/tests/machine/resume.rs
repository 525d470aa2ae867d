//! Taking up a failed run at the earliest step whose fact is needed and no longer stands, and a succeeded one in a longer plan.

use rds_refresh_core::machine::Why;
use rds_refresh_core::{Applied, ErrorKind, EventKind, Machine, Plan, PlanError, Record, Worker};

use serde_json::json;

use super::support::{A, B, C, D, E, F, Fake, Request, Run, abc, resource, seconds};

/// Each step's needs after the colon, records in brackets: a: request; b: a; c: \[a\], b; d: c; e: request; f: d, \[b\].
fn abcdef() -> Result<(Machine, Worker), PlanError> {
    Plan::new()
        .given::<Request>()
        .then(Fake::<A, Request>::new())
        .then(Fake::<B, A>::new())
        .then(Fake::<C, (Record<A>, B)>::new())
        .then(Fake::<D, C>::new())
        .then(Fake::<E, Request>::new())
        .then(Fake::<F, (D, Record<B>)>::new())
        .build()
}

/// The run of a plan whose first steps are done, and the next failed.
fn failed_at(plan: Result<(Machine, Worker), PlanError>, done: usize) -> Run {
    let mut run = Run::of(plan);
    for _ in 0..done {
        run = run.ready();
    }
    run = run.fails(ErrorKind::Quota).absent();
    for _ in 0..done {
        run = run.undone();
    }
    assert!(run.does().starts_with("failed at"), "{run:?}");
    run
}

#[test]
fn the_step_that_failed_is_done_again_under_a_new_attempt() {
    failed_at(abc(), 0).resumed().is("do a-2").fails(ErrorKind::Quota).is("undo a-2").absent().resumed().is("do a-3");
}

#[test]
fn only_facts_that_are_needed_are_asked_for() {
    // c needs b, and of a only the record.
    failed_at(abc(), 2).resumed().is("verify b").verified(true).is("do c-2").ready().is("succeeded");
    // e needs nothing but the request, and f, which was not reached, needs d.
    failed_at(abcdef(), 4).resumed().is("verify d").verified(true).is("do e-2").ready().is("do f");
}

#[test]
fn a_fact_that_is_gone_asks_for_what_it_needed_in_turn() {
    let gone = failed_at(abc(), 2).resumed().is("verify b").verified(false).is("verify a");
    // The earliest that no longer stands is made first; the attempt rises only where something is made again.
    gone.clone().verified(true).is("do b-2").ready().is("do c-2").ready().is("succeeded");
    gone.verified(false).is("do a-2").ready().is("do b-2").ready().is("do c-2").ready().is("succeeded");
}

#[test]
fn a_fact_that_stands_is_not_made_again_although_an_earlier_one_is_gone() {
    // f failed: it needs d. d is gone and asks for c, which stands: b and a are never asked for.
    let run = failed_at(abcdef(), 5).resumed().is("verify d").verified(false).is("verify c").verified(true);
    run.is("do d-2").ready().is("do f-2").ready().is("succeeded");
}

#[test]
fn what_was_derived_from_a_fact_that_is_gone_is_done_again() {
    // As a temporary instance, its masking, and its release: b is about a, c remembers a, d is about b; e failed and needs a.
    let plan = Plan::new().given::<Request>().then(Fake::<A, Request>::new()).then(Fake::<B, A>::new());
    let plan = plan.then(Fake::<C, (Record<A>, Request)>::new()).then(Fake::<D, B>::new()).then(Fake::<E, A>::new());
    let run = failed_at(plan.build(), 4).resumed().is("verify a").verified(false).is("do a-2");
    assert_eq!(run.state.facts().names().collect::<Vec<_>>(), ["request"]);
    run.ready().is("do b-2").ready().is("do c-2").ready().is("do d-2").ready().is("do e-2").ready().is("succeeded");
}

#[test]
fn a_derived_fact_that_is_gone_with_its_origin_is_not_looked_at_any_more() {
    // c needs a and b, and b was derived from a: b is looked at first, then a, and what was said of b is void.
    let plan = Plan::new().given::<Request>().then(Fake::<A, Request>::new()).then(Fake::<B, A>::new());
    let plan = plan.then(Fake::<C, (A, B)>::new());
    let run = failed_at(plan.build(), 2).resumed().is("verify b").verified(true).is("verify a").verified(false);
    run.is("do a-2").ready().is("do b-2").ready().is("do c-2").ready().is("succeeded");
}

#[test]
fn the_last_fact_is_looked_at_first_whoever_needs_it() {
    let plan = Plan::new().given::<Request>().then(Fake::<A, Request>::new()).then(Fake::<B, A>::new()).then(Fake::<C, B>::new());
    // d failed and needs b; e was not reached and needs a and c.
    let plan = plan.then(Fake::<D, B>::new()).then(Fake::<E, (A, C)>::new());
    let run = failed_at(plan.build(), 3).resumed().is("verify c").verified(true).is("verify b").verified(true);
    run.is("verify a").verified(true).is("do d-2");
}

#[test]
fn a_step_that_was_undone_and_has_not_run_since_is_not_undone_again() {
    let verifying = failed_at(abc(), 2).resumed().verified(false).is("verify a");
    verifying.takes(EventKind::Cancelled).verified(true).is("undo a").undone().is("failed at a: cancelled");
}

#[test]
fn what_was_removed_before_is_no_news_after_a_resume() {
    let run = Run::at_b().fails(ErrorKind::Quota).removing(&["b-t1"]).sleeps(seconds(15)).absent().undone();
    assert_eq!(run.remains(), [vec!["b-t1"], vec![], vec![]]);
    let run = run.resumed().verified(true).ready().ready().is("succeeded");
    assert_eq!(run.remains(), [vec![] as Vec<&str>, vec![], vec![]]);
}

#[test]
fn a_fact_that_is_gone_is_no_longer_known() {
    let run = failed_at(abc(), 2).resumed().verified(false);
    assert!(!run.state.facts().contains("b"));
}

#[test]
fn what_was_made_again_is_undone_again_when_the_run_fails_again() {
    let run = failed_at(abc(), 2).resumed().verified(false).verified(true).is("do b-2").fails(ErrorKind::Quota);
    run.is("undo b-2").absent().is("undo a").undone().is("failed at b: quota");
}

#[test]
fn what_is_in_use_again_is_no_longer_kept_or_left_over() {
    let failed = Run::at_c().fails(ErrorKind::Quota).absent();
    let kept = failed.clone().undone_keeping(&["b-t1"]).undone_keeping(&["a-t1"]);
    assert_eq!(kept.remains(), [vec![], vec!["b-t1", "a-t1"], vec![]]);
    assert_eq!(kept.resumed().verified(true).ready().is("succeeded").remains(), [vec![] as Vec<&str>, vec![], vec![]]);

    let left = failed.fails_leaving(ErrorKind::Conflict, &["b-t1"]).undone();
    assert_eq!(left.remains(), [vec![], vec![], vec!["b-t1"]]);
    assert_eq!(left.resumed().verified(true).ready().is("succeeded").remains(), [vec![] as Vec<&str>, vec![], vec![]]);
}

#[test]
fn what_an_earlier_attempt_left_stays_in_the_outcome_however_often_the_run_is_resumed() {
    // b was not done: what it made is kept, and the second attempt makes something else.
    let run = Run::at_b().fails(ErrorKind::Quota).undone_keeping(&["b-t1"]).sleeps(seconds(120)).undone_keeping(&["b-t1"]);
    let run = run.undone().resumed().verified(true).is("do b-2").ready().is("do c").fails(ErrorKind::Quota).absent();
    let run = run.is("undo b-2").undone_keeping(&["b-t2"]).undone();
    assert_eq!(run.remains(), [vec![], vec!["b-t1", "b-t2"], vec![]]);
    let run = run.resumed().is("verify b-2").verified(true).is("do c-2").ready().is("succeeded");
    assert_eq!(run.remains(), [vec![], vec!["b-t1"], vec![]]);
}

#[test]
fn so_does_what_an_earlier_attempt_could_not_remove() {
    let run = Run::at_b().fails(ErrorKind::Quota).fails_leaving(ErrorKind::Conflict, &["b-t1"]).undone();
    let run = run.resumed().verified(true).is("do b-2").ready().fails(ErrorKind::Quota).absent();
    let run = run.fails_leaving(ErrorKind::Conflict, &["b-t2"]).undone();
    assert_eq!(run.remains(), [vec![], vec![], vec!["b-t1", "b-t2"]]);
    let run = run.resumed().verified(true).ready().is("succeeded");
    assert_eq!(run.remains(), [vec![], vec![], vec!["b-t1"]]);
}

#[test]
fn what_is_seen_to_be_gone_is_no_longer_kept_or_left_over() {
    // As a copy that somebody deleted: the second attempt makes another.
    let failed = Run::at_c().fails(ErrorKind::Quota).absent();
    let kept = failed.clone().undone_keeping(&["b-t1"]).undone_keeping(&["a-t1"]).resumed().is("verify b");
    let left = failed.fails_leaving(ErrorKind::Conflict, &["b-t1"]).undone().resumed().is("verify b");
    for (run, gone, lists) in [
        (&kept, true, [vec![], vec!["b-t2"], vec![]]),
        // One that has failed, or is being deleted, exists still.
        (&kept, false, [vec![], vec!["b-t1", "b-t2"], vec![]]),
        (&left, true, [vec![], vec!["b-t2"], vec![]]),
        (&left, false, [vec![], vec!["b-t2"], vec!["b-t1"]]),
    ] {
        let run = if gone { run.clone().gone() } else { run.clone().verified(false) };
        let run = run.is("verify a").verified(true).is("do b-2").ready().is("do c-2").fails(ErrorKind::Quota).absent();
        assert_eq!(run.undone_keeping(&["b-t2"]).undone().remains(), lists, "{gone}");
    }
}

#[test]
fn what_was_derived_from_what_is_gone_may_still_exist() {
    let kept = Run::at_c().fails(ErrorKind::Quota).absent().undone_keeping(&["b-t1"]).undone_keeping(&["a-t1"]);
    // a is gone, and b with it is made again: nobody has looked for what b made.
    let run = kept.resumed().verified(false).gone().is("do a-2").ready().ready().ready().is("succeeded");
    assert_eq!(run.remains(), [vec![], vec!["b-t1"], vec![]]);
}

#[test]
fn a_resource_stands_in_one_list_and_the_last_word_counts() {
    let failed = Run::at_c().fails(ErrorKind::Quota).absent();
    // A result keeps its name over all attempts.
    let run = failed.undone_keeping(&["result"]).undone().resumed().verified(false).verified(true).is("do b-2");
    let again = run.fails(ErrorKind::Quota).is("undo b-2");
    let removed = again.clone().removing(&["result"]).sleeps(seconds(15)).absent().undone();
    assert_eq!(removed.remains(), [vec!["result"], vec![], vec![]]);
    let left = again.clone().fails_leaving(ErrorKind::Conflict, &["result"]).undone();
    assert_eq!(left.remains(), [vec![], vec![], vec!["result"]]);
    let kept = again.undone_keeping(&["result"]).sleeps(seconds(120)).undone_keeping(&["result"]).undone();
    assert_eq!(kept.remains(), [vec![], vec!["result"], vec![]]);
}

#[test]
fn only_a_run_that_has_stopped_is_resumed() {
    for run in [Run::at_b(), Run::at_b().pending(), Run::at_b().fails(ErrorKind::Quota), Run::at_c().ready()] {
        let mut after = run.clone();
        assert_eq!(after.machine.resume(&mut after.state, after.now), Applied::Ignored(Why::NotStopped), "{run:?}");
        assert_eq!(after.state, run.state);
    }
}

#[test]
fn a_run_that_succeeded_goes_on_in_a_longer_plan() {
    let stored = Run::at_c().ready().is("succeeded").stored();
    let run = Run::load(stored, abcdef().unwrap().0).unwrap().is("succeeded");
    let run = run.resumed().is("do d").ready().ready().ready().is("succeeded");
    assert_eq!(run.state.report().steps.len(), 6);
}

#[test]
fn a_plan_without_steps_has_succeeded_before_it_began() {
    let run = Run::of(Plan::new().given::<Request>().build()).is("succeeded");
    Run::load(run.stored(), abc().unwrap().0).unwrap().resumed().is("do a");
}

#[test]
fn what_a_finished_step_keeps_is_named_when_the_run_succeeds() {
    let keeping = |run: Run, id: &str| {
        let seq = run.state.seq();
        run.takes(EventKind::Ready { seq, fact: json!(1), keeps: vec![resource(id)], made: Vec::new() })
    };
    let run = keeping(Run::of(abc()).ready(), "b-t1").is("do c");
    assert_eq!(run.clone().ready().is("succeeded").remains(), [vec![], vec!["b-t1"], vec![]]);
    // Also after a failure in which it was kept, and a resume in which it is in use again.
    let run = run.fails(ErrorKind::Quota).absent().undone_keeping(&["b-t1"]).undone().resumed().verified(true).ready();
    assert_eq!(run.is("succeeded").remains(), [vec![], vec!["b-t1"], vec![]]);
}
