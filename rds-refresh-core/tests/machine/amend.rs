//! Correcting the request of a run that has stopped, if nothing that was done would differ.

use rds_refresh_core::machine::StartError;
use rds_refresh_core::{AmendError, ErrorKind, Facts, Machine, OnFailure, Plan, PlanError, Touched, Worker};

use super::support::{A, B, C, Fake, Request, Run, given, start_of_day};

fn other() -> Facts {
    let mut given = Facts::new();
    given.insert(&Request(8)).unwrap();
    given
}

/// All three steps read the request.
fn plan(a: Fake<A, Request>, b: Fake<B, (Request, A)>) -> Result<(Machine, Worker), PlanError> {
    Plan::new().given::<Request>().then(a).then(b).then(Fake::<C, (B, Request)>::new().differs("c")).build()
}

fn amend(run: &mut Run, worker: &Worker, given: &Facts) -> Result<(), AmendError> {
    worker.amend(&run.machine, &mut run.state, given)
}

/// A run of the plan that failed at its third step.
fn failed_at_c(a: Fake<A, Request>, b: Fake<B, (Request, A)>) -> (Run, Worker) {
    let (machine, worker) = plan(a, b).unwrap();
    let run = Run::of(plan(Fake::new(), Fake::new())).ready().ready();
    (Run { machine, ..run.fails(ErrorKind::Invalid).absent().undone().undone() }, worker)
}

#[test]
fn a_change_that_touches_nothing_done_is_accepted() {
    let (mut run, worker) = failed_at_c(Fake::new(), Fake::new());
    assert_eq!(amend(&mut run, &worker, &other()), Ok(()));
    assert_eq!(run.state.facts().get("request").unwrap(), 8);
    assert_eq!(run.state.facts().names().collect::<Vec<_>>(), ["a", "b", "request"], "what was found out stays");
    run.resumed().is("verify b").verified(true).is("do c-2");
}

#[test]
fn a_refusal_names_every_step_that_is_touched_and_changes_nothing() {
    let (mut run, worker) = failed_at_c(Fake::new().differs("other cluster"), Fake::new().differs("other class"));
    let before = run.state.clone();
    let refused = amend(&mut run, &worker, &other()).unwrap_err();
    let touched = |step: &str, why: &str| Touched { step: step.to_owned(), why: why.to_owned() };
    // c failed and was undone: it may differ.
    assert_eq!(refused, AmendError::Touches(vec![touched("a", "other cluster"), touched("b", "other class")]));
    assert_eq!(refused.to_string(), "the change touches what is already made: a: other cluster; b: other class");
    assert_eq!(run.state, before);
}

#[test]
fn a_step_that_is_parked_halfway_is_asked_too() {
    let (machine, worker) = plan(Fake::new(), Fake::new().differs("half made")).unwrap();
    let mut run = Run { machine, ..Run::of(plan(Fake::new(), Fake::new())).ready().fails(ErrorKind::Credentials) };
    assert!(matches!(amend(&mut run, &worker, &other()), Err(AmendError::Touches(touched)) if touched[0].step == "b"));
}

#[test]
fn steps_whose_needs_do_not_change_are_not_asked() {
    let a = Fake::new().differs("always");
    let (mut run, worker) = failed_at_c(a, Fake::new().differs("always"));
    assert_eq!(amend(&mut run, &worker, &given()), Ok(()), "the same request touches nothing");

    // A step of one's own that does not read the request is never in the way.
    let unconcerned = || {
        let plan = Plan::new().given::<Request>().then(Fake::<A, Request>::new());
        plan.then(Fake::<B, A>::new().differs("always")).then(Fake::<C, (B, Request)>::new()).build()
    };
    let mut run = Run::of(unconcerned()).ready().ready().fails(ErrorKind::Invalid).absent().undone().undone();
    let (_, worker) = unconcerned().unwrap();
    assert_eq!(amend(&mut run, &worker, &other()), Ok(()));
}

#[test]
fn only_a_run_that_has_stopped_is_amended() {
    let (_, worker) = plan(Fake::new(), Fake::new()).unwrap();
    let start = || Run::of(plan(Fake::new(), Fake::new()));
    for mut run in [start(), start().pending(), start().fails(ErrorKind::Quota)] {
        assert_eq!(amend(&mut run, &worker, &other()), Err(AmendError::NotStopped), "{run:?}");
    }
    let mut run = start().ready().ready().ready();
    assert_eq!(amend(&mut run, &worker, &other()), Err(AmendError::Succeeded), "{run:?}");
}

#[test]
fn the_facts_must_be_those_of_the_plan() {
    let (mut run, worker) = failed_at_c(Fake::new(), Fake::new());
    let missing = amend(&mut run, &worker, &Facts::new()).unwrap_err();
    assert_eq!(missing, AmendError::Given(StartError::Missing("request".to_owned())));
    let mut too_many = other();
    too_many.insert(&A(1)).unwrap();
    let unknown = amend(&mut run, &worker, &too_many).unwrap_err();
    assert_eq!(unknown, AmendError::Given(StartError::Unknown("a".to_owned())));
}

#[test]
fn the_same_holds_when_a_run_starts() {
    let (machine, _) = plan(Fake::new(), Fake::new()).unwrap();
    let start = |given| machine.start("r1".parse().unwrap(), given, OnFailure::default(), start_of_day());
    assert_eq!(start(Facts::new()), Err(StartError::Missing("request".to_owned())));
    let mut too_many = given();
    too_many.insert(&A(1)).unwrap();
    assert_eq!(start(too_many), Err(StartError::Unknown("a".to_owned())));
}
