//! Each invariant sees what breaks it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use rds_refresh_core::ids::AccountId;
use rds_refresh_core::machine::Verdict;
use rds_refresh_core::{Resource, ResourceKind, StepError};
use rds_refresh_testkit::fault::FaultScript;
use rds_refresh_testkit::invariant;
use rds_refresh_testkit::sim::{Record, Simulation};
use rds_refresh_testkit::world::ops;
use rds_refresh_testkit::world::resource::DbCluster;
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
fn a_step_that_deletes_the_source_cluster() {
    let mut record = record();
    also(&mut record, |fake, source, _| {
        let identifier = "orders-production".to_owned();
        let unprotect = |cluster: &mut DbCluster| cluster.deletion_protection = false;
        fake.world().at_mut(&source.place()).clusters.get_mut(&identifier).map(unprotect).unwrap();
        fake.call(source, &ops::DeleteDbCluster { identifier, skip_final_snapshot: Some(true), ..Default::default() }).unwrap();
    });
    caught(&record, "source-untouched");
    caught(&record, "only-its-own");
}

#[test]
fn a_step_that_modifies_the_source_cluster() {
    let mut record = record();
    also(&mut record, |fake, source, _| {
        let identifier = "orders-production".to_owned();
        let change = ops::ModifyDbCluster { identifier, deletion_protection: Some(true), ..Default::default() };
        fake.call(source, &change).unwrap();
    });
    caught(&record, "source-untouched");
}

#[test]
fn a_step_that_writes_a_key_policy() {
    let mut record = record();
    also(&mut record, |fake, source, _| {
        let policy = rds_refresh_testkit::Stage::own_key_policy(&source.place());
        let key = fake.world().at(&source.place()).keys.keys().next().unwrap().clone();
        let put = ops::PutKeyPolicy { key, policy, ..Default::default() };
        let _ = fake.call(source, &put);
    });
    caught(&record, "source-untouched");
}

#[test]
fn a_step_that_shares_with_a_third_account() {
    let mut record = record();
    let third: AccountId = "333333333333".parse().unwrap();
    record.shares.insert(("arn:aws:rds:eu-west-1:111111111111:snapshot:x".to_owned(), third.to_string()));
    caught(&record, "source-untouched");
}

#[test]
fn a_step_that_leaves_an_instance_behind() {
    let mut record = record();
    also(&mut record, |fake, _, destination| {
        let restore = ops::RestoreDbInstanceFromDbSnapshot {
            identifier: "orders-production-nightly-t9".into(),
            snapshot: Some("orders-staging-nightly-d1".into()),
            subnet_group: Some("private".into()),
            class: Some("db.r6g.large".into()),
            ..Default::default()
        };
        fake.call(destination, &restore).unwrap();
    });
    caught(&record, "nothing-unexplained");
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
fn a_step_that_deletes_what_was_there_before() {
    let mut record = record();
    also(&mut record, |fake, source, _| {
        let automated = fake.world().at(&source.place()).cluster_snapshots.keys().next().unwrap().clone();
        // Nobody can delete an automated snapshot by a call: a manual one of long ago stands in for it.
        let mut world = fake.world();
        let mut snapshot = world.at(&source.place()).cluster_snapshots[&automated].clone();
        snapshot.identifier = "quarterly".into();
        snapshot.snapshot_type = "manual".into();
        world.at_mut(&source.place()).cluster_snapshots.insert("quarterly".into(), snapshot);
        drop(world);
        fake.call(source, &ops::DeleteDbClusterSnapshot { identifier: "quarterly".into() }).unwrap();
    });
    caught(&record, "only-its-own");
}

#[test]
fn a_run_that_takes_another_cluster_for_its_result() {
    let mut record = record();
    let request = serde_json::to_value(&record.runs[0].request).unwrap().to_string();
    let request = request.replace("orders-staging", "orders-elsewhere");
    let request: serde_json::Value = serde_json::from_str(&request).unwrap();
    record.runs[0].request = request.try_into().unwrap();
    caught(&record, "only-its-own");
}

#[test]
fn a_store_that_loses_a_state_so_that_something_is_made_twice() {
    let mut record = record();
    also(&mut record, |fake, source, _| {
        let create = ops::CreateDbClusterSnapshot {
            identifier: "orders-production-nightly-c2".into(),
            cluster: "orders-production".into(),
            ..Default::default()
        };
        fake.call(source, &create).unwrap();
    });
    caught(&record, "crash-changes-nothing");
    caught(&record, "nothing-unexplained");
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
fn steps_that_cut_a_copy_off_from_its_source() {
    for action in ["DeleteDBSnapshot", "ModifyDBSnapshotAttribute"] {
        let mut record = record();
        let call = record.journal().iter().rposition(|entry| entry.action == action && entry.took_effect).unwrap();
        record.copies[0].lost = Some(call..call + 1);
        caught(&record, "source-outlives-copy");
    }
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
    overdue.runs[0].outcome.as_mut().unwrap().elapsed = Duration::from_hours(24 * 100);
    caught(&overdue, "every-run-ends");

    let mut gave_up = record();
    gave_up.runs[0].surprise = Some("the state is damaged".into());
    caught(&gave_up, "every-run-ends");
}

#[test]
fn a_trace_that_depends_on_more_than_the_seed() {
    let mut record = record();
    let trace = record.trace();
    record.again = Some(trace.clone());
    assert_eq!(invariant::check(&record), []);
    for other in [trace.replacen("available", "backing-up", 1), format!("{trace} "), trace[1..].to_owned()] {
        record.again = Some(other);
        caught(&record, "same-seed-same-trace");
    }
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
