//! Refreshes that fail: what is undone, what is kept, and how they are taken up again.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use rds_refresh_core::driver::Signal;
use rds_refresh_core::machine::Cause;
use rds_refresh_core::request::Request;
use rds_refresh_core::{OnFailure, Outcome, Store, Upkeep, Verdict};
use serde_json::{Value, json};

use crate::fixture::Run;

/// The usual request with one field of the destination's cluster changed.
fn with_cluster_field(run: &Run, field: &str, value: Value) -> Request {
    let mut request = serde_json::to_value(run.request()).unwrap();
    request["destination"]["cluster"][field] = value;
    Request::try_from(request).unwrap()
}

async fn fail_in_the_last_step(run: &Run, on_failure: OnFailure) -> Outcome {
    let request = with_cluster_field(run, "parameter_group", json!("no-such-group"));
    run.driver().start(run.id.clone(), request.into_facts().unwrap(), on_failure).await.unwrap()
}

fn failed_step(outcome: &Outcome) -> &str {
    match &outcome.verdict {
        Verdict::Failed { step, cause: Cause::Error { .. } } => step,
        verdict => panic!("{verdict:?}"),
    }
}

fn lines<T: ToString>(list: &[T]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_is_costly_is_removed_and_snapshots_are_kept_and_named() {
    let run = Run::seeded(1);
    let outcome = fail_in_the_last_step(&run, OnFailure::RemoveCostly).await;

    assert_eq!(failed_step(&outcome), "restore-cluster");
    assert_eq!(
        lines(&outcome.kept),
        [
            "DB snapshot orders-staging-nightly-d1 in 222222222222/eu-west-1",
            "DB snapshot orders-production-nightly-s1 in 111111111111/eu-west-1",
            "DB cluster snapshot orders-production-nightly-c1 in 111111111111/eu-west-1",
        ]
    );
    assert_eq!(lines(&outcome.removed), ["snapshot share orders-production-nightly-s1:222222222222 in 111111111111/eu-west-1"]);
    assert!(outcome.leftovers.is_empty(), "{:?}", outcome.leftovers);
    let mut expected = lines(&outcome.kept);
    expected.push("DB cluster orders-production in 111111111111/eu-west-1".into());
    let mut found = run.resources();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn everything_is_removed_where_that_is_asked_for() {
    let run = Run::seeded(1);
    let outcome = fail_in_the_last_step(&run, OnFailure::RemoveAll).await;
    assert_eq!((outcome.kept.len(), outcome.leftovers.len()), (0, 0));
    assert_eq!(run.resources(), ["DB cluster orders-production in 111111111111/eu-west-1"]);
}

#[tokio::test]
async fn everything_is_kept_and_named_where_that_is_asked_for() {
    let run = Run::seeded(1);
    let outcome = fail_in_the_last_step(&run, OnFailure::KeepAll).await;
    assert_eq!(outcome.removed.len(), 0);
    // The temporary instance was released before.
    assert_eq!(outcome.kept.len(), 4, "{:?}", outcome.kept);
}

#[tokio::test]
async fn a_corrected_request_costs_the_last_step_only() {
    let run = Run::seeded(1);
    fail_in_the_last_step(&run, OnFailure::RemoveCostly).await;
    let before = run.mutations().len();

    let driver = run.driver();
    driver.amend(&run.id, &run.facts()).await.unwrap();
    let outcome = driver.resume(&run.id).await.unwrap();

    assert_eq!(outcome.verdict, Verdict::Succeeded);
    assert_eq!(
        run.mutations()[before..],
        [
            "RestoreDBClusterFromSnapshot orders-staging",
            "DeleteDBSnapshot orders-production-nightly-s1",
            "DeleteDBClusterSnapshot orders-production-nightly-c1",
        ]
    );
    assert!(outcome.leftovers.is_empty(), "{:?}", outcome.leftovers);
}

#[tokio::test]
async fn what_somebody_deleted_between_failing_and_resuming_is_not_listed() {
    let run = Run::seeded(1);
    let before = lines(&fail_in_the_last_step(&run, OnFailure::RemoveCostly).await.kept);
    let (copy, place) = ("orders-staging-nightly-d1", run.stage.destination.place());
    assert!(before[0].contains(copy), "{before:?}");
    run.stage.fake.world().at_mut(&place).snapshots.remove(copy).unwrap();
    let outcome = run.driver().resume(&run.id).await.unwrap();
    assert_eq!(failed_step(&outcome), "restore-cluster");
    let again = lines(&outcome.kept);
    assert_eq!(again, before.iter().map(|kept| kept.replace(copy, "orders-staging-nightly-d2")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_correction_that_touches_what_is_made_is_refused() {
    let run = Run::seeded(1);
    fail_in_the_last_step(&run, OnFailure::RemoveCostly).await;
    let other = with_source_cluster(&run, "another-production");
    let error = run.driver().amend(&run.id, &other.into_facts().unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("snapshot-cluster: the snapshot is of another cluster"), "{error}");
}

#[tokio::test]
async fn a_cancelled_run_leaves_nothing_that_bills() {
    let run = Run::seeded(1);
    let driver = run.driver();
    let (id, store) = (run.id.clone(), run.store.clone());
    // Cancelled as soon as the temporary instance is being restored.
    let driver = driver.with_observer(move |report| {
        if report.steps.last().is_some_and(|step| step.step == "restore-temporary-instance" && step.status.is_some()) {
            at_once(store.signal(&id, Signal::Cancel)).unwrap();
        }
    });
    let outcome = driver.start(run.id.clone(), run.facts(), OnFailure::default()).await.unwrap();
    assert!(matches!(&outcome.verdict, Verdict::Failed { cause: Cause::Cancelled, .. }), "{:?}", outcome.verdict);
    assert_eq!(lines(&outcome.removed), ["DB instance orders-production-nightly-t1 in 111111111111/eu-west-1"]);
    assert!(!run.resources().iter().any(|resource| resource.starts_with("DB instance")));
}

/// Unsharing a snapshot kills the copy that is being made of it.
#[tokio::test]
async fn a_copy_that_is_kept_is_finished_before_its_source_is_unshared() {
    let run = Run::seeded(1);
    let (id, store) = (run.id.clone(), run.store.clone());
    let driver = run.driver().with_observer(move |report| {
        if report.steps.last().is_some_and(|step| step.step == "copy-snapshot" && step.percent.is_some_and(|done| done > 20)) {
            at_once(store.signal(&id, Signal::Cancel)).unwrap();
        }
    });
    let outcome = driver.start(run.id.clone(), run.facts(), OnFailure::RemoveCostly).await.unwrap();
    assert!(matches!(&outcome.verdict, Verdict::Failed { cause: Cause::Cancelled, .. }), "{:?}", outcome.verdict);
    let copy = "orders-staging-nightly-d1";
    assert!(lines(&outcome.kept).iter().any(|kept| kept.contains(copy)), "{:?}", outcome.kept);
    run.stage.advance(std::time::Duration::from_hours(24));
    let mut world = run.stage.fake.world();
    world.settle();
    assert_eq!(world.at(&run.stage.destination.place()).snapshots[copy].status, "available");
    assert!(lines(&outcome.removed).iter().any(|removed| removed.starts_with("snapshot share")), "{:?}", outcome.removed);
}

/// RDS does not delete a cluster while it makes it; once it is available, it is not deleted any more.
#[tokio::test]
async fn a_cluster_that_became_available_while_its_deletion_was_refused_is_kept_and_named() {
    let run = Run::seeded(1);
    let (id, store) = (run.id.clone(), run.store.clone());
    let driver = run.driver().with_observer(move |report| {
        if report.steps.last().is_some_and(|step| step.step == "restore-cluster" && step.status.is_some()) {
            at_once(store.signal(&id, Signal::Cancel)).unwrap();
        }
    });
    let outcome = driver.start(run.id.clone(), run.facts(), OnFailure::RemoveCostly).await.unwrap();
    assert!(matches!(&outcome.verdict, Verdict::Failed { cause: Cause::Cancelled, .. }), "{:?}", outcome.verdict);
    let cluster = "DB cluster orders-staging in 222222222222/eu-west-1";
    assert!(run.resources().iter().any(|resource| resource == cluster));
    assert!(lines(&outcome.kept).iter().any(|kept| kept == cluster), "{:?}", outcome.kept);
    assert!(!lines(&outcome.removed).iter().any(|removed| removed == cluster), "{:?}", outcome.removed);
    // It bills, and nothing but a person ends that.
    assert!(!outcome.is_undone());
    assert_eq!(outcome.advice(), ["remove what bills, unless it is used or the run is to go on with it"]);
    let (upkeep, first) = outcome.kept_by_upkeep().next().unwrap();
    assert_eq!((upkeep, lines(&first)), (Upkeep::Bills, vec![cluster.to_owned()]));
}

fn with_source_cluster(run: &Run, cluster: &str) -> Request {
    let mut request = serde_json::to_value(run.request()).unwrap();
    request["source"]["cluster"] = json!(cluster);
    Request::try_from(request).unwrap()
}

/// The answer of something that never waits.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut cx = Context::from_waker(Waker::noop());
    match pin!(future).as_mut().poll(&mut cx) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("it waits"),
    }
}
