//! What no step and no store can break, as the machine and the driver have it: records that are false.

use std::time::Duration;

use rds_refresh_core::machine::Verdict;
use rds_refresh_core::{Resource, ResourceKind, StepError};
use rds_refresh_testkit::fault::FaultScript;
use rds_refresh_testkit::invariant;
use rds_refresh_testkit::sim::{Record, Simulation};
use rds_refresh_testkit::world::ops;
use rds_refresh_testkit::{Caller, Fake};

/// A refresh in which nothing goes wrong, and which nothing is wrong with.
fn record() -> Record {
    let record = (0..1000).map(|seed| Simulation::drawn(seed).with_faults(FaultScript::new()).run()).find(|record| {
        let is_usual = record.runs[0].request.source().snapshot == rds_refresh_core::request::SnapshotChoice::Create;
        is_usual && record.calm.is_some() && !record.runs[0].request.source().keep_snapshots
    });
    let Some(record) = record else { panic!("none of a thousand seeds is of this kind") };
    assert_eq!(invariant::check(&record), []);
    assert!(record.runs[0].outcome.as_ref().is_some_and(|outcome| outcome.verdict == Verdict::Succeeded));
    record
}

/// Has a step that is broken do something in the world at the end.
fn also(record: &mut Record, act: impl FnOnce(&Fake, &Caller, &Caller)) {
    let (source, destination) = (record.runs[0].request.source(), record.runs[0].request.destination());
    let source = Caller::new(source.account.clone(), source.region.clone());
    let destination = Caller::new(destination.account.clone(), destination.region.clone());
    let fake = Fake::new(record.after.clone());
    act(&fake, &source, &destination);
    record.after = fake.world().clone();
}

#[track_caller]
fn caught(record: &Record, invariant: &str) {
    let found = invariant::check(record);
    assert!(found.iter().any(|violation| violation.invariant == invariant), "{found:?}");
    let shown = found[0].to_string();
    assert!(shown.contains(&format!("--bin sim -- --seed {}", record.seed)), "{shown}");
}

#[test]
fn a_machine_that_forgets_what_it_kept() {
    let mut record = record();
    record.runs[0].outcome.as_mut().unwrap().kept.clear();
    caught(&record, "nothing-unexplained");
}

#[test]
fn a_machine_that_says_removed_of_what_exists() {
    let mut record = record();
    let outcome = record.runs[0].outcome.as_mut().unwrap();
    let kept = outcome.kept[0].clone();
    outcome.removed.push(kept);
    caught(&record, "nothing-unexplained");
}

#[test]
fn a_driver_that_reports_success_of_a_failed_run() {
    let mut record = record();
    let cause = rds_refresh_core::machine::Cause::Error { error: StepError::invalid("broken") };
    record.runs[0].outcome.as_mut().unwrap().verdict = Verdict::Failed { step: "restore-cluster".into(), cause };
    // Its cluster is the result of nothing then.
    caught(&record, "nothing-unexplained");
    caught(&record, "crash-changes-nothing");
}

#[test]
fn a_crash_after_which_something_is_missing() {
    let mut record = record();
    also(&mut record, |fake, _, destination| {
        fake.call(destination, &ops::DeleteDbSnapshot { identifier: "orders-staging-nightly-d1".into() }).unwrap();
    });
    caught(&record, "crash-changes-nothing");
}

#[test]
fn a_secret_in_a_state_an_error_or_the_journal() {
    let mut in_state = record();
    let canary = in_state.canary.clone();
    in_state.states[0].1.push_str(&canary);
    caught(&in_state, "secrets-stay-secret");

    let mut in_outcome = record();
    let canary = in_outcome.canary.clone();
    let cause = rds_refresh_core::machine::Cause::Error { error: StepError::invalid(format!("syntax error near {canary}")) };
    in_outcome.runs[0].outcome.as_mut().unwrap().verdict = Verdict::Failed { step: "mask".into(), cause };
    caught(&in_outcome, "secrets-stay-secret");

    let mut in_journal = record();
    let canary = in_journal.canary.clone();
    also(&mut in_journal, |fake, source, _| {
        let _ = fake.call(source, &ops::DeleteDbSnapshot { identifier: canary });
    });
    caught(&in_journal, "secrets-stay-secret");
}

#[test]
fn runs_that_do_not_end() {
    let mut stuck = record();
    stuck.ended = false;
    caught(&stuck, "every-run-ends");

    let mut without_outcome = record();
    without_outcome.runs[0].outcome = None;
    caught(&without_outcome, "every-run-ends");

    let mut overdue = record();
    let longest = overdue.runs[0].longest;
    assert!(longest > Duration::from_hours(24) && longest < Duration::from_hours(24 * 28), "{longest:?}");
    overdue.runs[0].outcome.as_mut().unwrap().elapsed = 3 * longest;
    caught(&overdue, "every-run-ends");

    let mut gave_up = record();
    gave_up.runs[0].surprise = Some("the state is damaged".into());
    caught(&gave_up, "every-run-ends");
}

#[test]
fn what_somebody_else_made_is_not_held_against_a_run() {
    let mut record = record();
    let place = record.runs[0].request.source();
    let stray = Resource {
        kind: ResourceKind::DbInstance,
        account: place.account.clone(),
        region: place.region.clone(),
        id: "somebody-elses".into(),
    };
    also(&mut record, |fake, source, _| {
        let mut world = fake.world();
        let member = world.at(&source.place()).instances.values().next().unwrap().clone();
        let instance = rds_refresh_testkit::world::resource::DbInstance { identifier: stray.id.clone(), cluster: None, ..member };
        world.at_mut(&source.place()).instances.insert(stray.id.clone(), instance);
    });
    let found = invariant::check(&record);
    assert!(!found.iter().any(|violation| violation.invariant == "nothing-unexplained"), "{found:?}");
}
