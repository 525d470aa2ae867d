//! Step 6: the copy under the destination's own key.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::*;
use rds_refresh_core::ports::DbSnapshot;
use rds_refresh_core::request::DestinationRequest;
use rds_refresh_core::steps::{CopySnapshot, Decision, Handover};
use rds_refresh_core::{ErrorKind, OnFailure, Progress, Step, StepError};

const LAG: Duration = Duration::from_mins(5);
const NEARLY: Duration = Duration::from_secs(299);

fn step(destination: MockDestination) -> CopySnapshot {
    CopySnapshot::new(Arc::new(destination))
}

fn decide(handover: &Handover, elapsed: Duration, copy: Option<&DbSnapshot>, shared: Option<&DbSnapshot>) -> String {
    let cx = cx_with(|cx| cx.elapsed = elapsed);
    told(&CopySnapshot::decide(&destination_request(), handover, &cx, copy, shared))
}

fn copy(status: &str) -> DbSnapshot {
    DbSnapshot { status: status.into(), ..seen_copy() }
}

#[test]
fn the_copy_by_its_status() {
    for (status, expected) in SNAPSHOT_STATUSES {
        assert_eq!(decide(&handover(), LAG, Some(&copy(status)), None), expected, "{status}");
    }
    let decision = CopySnapshot::decide(&destination_request(), &handover(), &cx(), Some(&seen_copy()), None);
    assert_eq!(decision, Decision::Ready(snapshot_copy()));
}

#[test]
fn a_queued_copy_shows_no_progress() {
    for (status, expected) in [("pending", None), ("copying", Some(0))] {
        let copy = DbSnapshot { percent: Some(0), ..copy(status) };
        match CopySnapshot::decide(&destination_request(), &handover(), &cx(), Some(&copy), None) {
            Decision::Wait(seen) => assert_eq!(seen.percent, expected, "{status}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_copy_that_is_there_outlives_the_hand_over() {
    let old = Handover { made_at: at("2020-01-01T00:00:00Z"), ..handover() };
    assert_eq!(decide(&old, LAG, Some(&seen_copy()), None), "ready");
    assert_eq!(decide(&old, LAG, None, Some(&seen_shared_snapshot())), "fail invalid");
}

#[test]
fn a_copy_that_is_not_ours_is_not_adopted() {
    let mut others = strangers!(seen_copy());
    others.push(("of another snapshot", DbSnapshot { copied_from: Some(COPY_ARN.into()), ..seen_copy() }));
    others.push(("not a copy", DbSnapshot { copied_from: None, ..seen_copy() }));
    others.push(("under another key", DbSnapshot { kms_key: Some(KEY.into()), ..seen_copy() }));
    for (what, copy) in others {
        assert_eq!(decide(&handover(), LAG, Some(&copy), Some(&seen_shared_snapshot())), "fail conflict", "{what}");
    }
    // An alias cannot be compared with the key's ARN; the other marks can.
    let request = destination_builder().with_kms_key("alias/staging").build().unwrap();
    assert_eq!(told(&CopySnapshot::decide(&request, &handover(), &cx(), Some(&seen_copy()), None)), "ready");
    let plain = DbSnapshot { encrypted: false, ..seen_copy() };
    assert_eq!(told(&CopySnapshot::decide(&request, &handover(), &cx(), Some(&plain), None)), "fail invalid");
}

#[test]
fn the_shared_snapshot_decides_where_there_is_no_copy() {
    let shared = |change: &dyn Fn(&mut DbSnapshot)| {
        let mut shared = seen_shared_snapshot();
        change(&mut shared);
        Some(shared)
    };
    let rows = [
        ("shared", shared(&|_| {}), "do"),
        ("not available yet", shared(&|it| it.status = "creating".into()), "wait creating"),
        ("failed", shared(&|it| it.status = "failed".into()), "fail terminal-status"),
        ("being deleted", shared(&|it| it.status = "deleting".into()), "fail terminal-status"),
        ("another snapshot", shared(&|it| it.arn = COPY_ARN.into()), "fail conflict"),
        ("another key", shared(&|it| it.kms_key = Some(OTHER_KEY.into())), "fail conflict"),
        ("no key", shared(&|it| it.kms_key = None), "fail conflict"),
        ("not encrypted", shared(&|it| it.encrypted = false), "fail conflict"),
        ("another engine", shared(&|it| it.engine = "mysql".into()), "fail conflict"),
    ];
    for (what, shared, expected) in rows {
        assert_eq!(decide(&handover(), LAG, None, shared.as_ref()), expected, "{what}");
    }
    // The other way round as well: what says that it has no key must have none.
    let request = destination_builder().with_allow_unencrypted_source(true).build().unwrap();
    let keyless = Handover { kms_key: None, ..handover() };
    let told_of = |shared: &DbSnapshot| told(&CopySnapshot::decide(&request, &keyless, &cx(), None, Some(shared)));
    assert_eq!(told_of(&seen_shared_snapshot()), "fail conflict");
    assert_eq!(told_of(&DbSnapshot { encrypted: false, kms_key: None, ..seen_shared_snapshot() }), "do");
    assert_eq!(decide(&handover(), NEARLY, None, None), "wait not shared yet");
    assert_eq!(decide(&handover(), LAG, None, None), "fail not-found");
}

async fn reconcile(
    destination: MockDestination,
    elapsed: Duration,
) -> Result<Progress<rds_refresh_core::steps::SnapshotCopy>, StepError> {
    let cx = cx_with(|cx| cx.elapsed = elapsed);
    step(destination).reconcile(&(destination_request(), handover()), &cx).await
}

fn without_copy() -> MockDestination {
    let mut destination = MockDestination::new();
    destination.expect_describe_db_snapshot().withf(|it| it.as_str() == COPY).times(1).returning(|_| Ok(None));
    destination
        .expect_describe_shared_db_snapshot()
        .withf(|it| it.to_string() == SNAPSHOT_ARN)
        .times(1)
        .returning(|_| Ok(Some(seen_shared_snapshot())));
    destination
}

#[tokio::test]
async fn one_copy_is_made_and_tagged() {
    let mut destination = without_copy();
    destination
        .expect_copy_db_snapshot()
        .withf(|it| {
            it.source.to_string() == SNAPSHOT_ARN
                && (it.identifier.as_str(), it.kms_key.as_str()) == (COPY, DESTINATION_KEY)
                && it.tags["rds-refresh:owner"] == "r1/handover/staging-r1-d1"
                && it.tags["cost-centre"] == "1234"
                && it.tags.contains_key("rds-refresh:expires")
        })
        .times(1)
        .returning(|_| Ok(DbSnapshot { percent: Some(0), ..copy("pending") }));
    match reconcile(destination, LAG).await.unwrap() {
        Progress::Pending(seen, None) => assert_eq!((seen.status.as_str(), seen.percent), ("pending", None)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refused_hand_over_is_asked_about_by_nobody() {
    let mut destination = MockDestination::new();
    destination.expect_describe_db_snapshot().times(1).returning(|_| Ok(None));
    let handover = Handover { snapshot: "arn:aws:rds:eu-west-1:333333333333:snapshot:x".parse().unwrap(), ..handover() };
    let error = step(destination).reconcile(&(destination_request(), handover), &cx()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn a_mutation_that_fails() {
    mutation_failures(|error| async move {
        let mut destination = without_copy();
        destination.expect_copy_db_snapshot().times(1).return_once(|_| Err(error));
        reconcile(destination, LAG).await
    })
    .await;
}

#[tokio::test]
async fn a_share_or_a_grant_may_arrive_late() {
    let key = || StepError::denied("no").with_code("KMSKeyNotAccessibleFault");
    let rows = [
        (key(), NEARLY, None),
        (key(), LAG, Some(ErrorKind::Denied)),
        (StepError::not_found("no"), Duration::ZERO, None),
        (StepError::not_found("no"), LAG, Some(ErrorKind::NotFound)),
        (StepError::denied("no").with_code("AccessDenied"), Duration::ZERO, Some(ErrorKind::Denied)),
    ];
    for (error, elapsed, expected) in rows {
        let mut destination = without_copy();
        destination.expect_copy_db_snapshot().times(1).return_once(|_| Err(error));
        let answer = reconcile(destination, elapsed).await;
        assert_eq!(answer.err().map(|error| error.kind()), expected);
    }
}

#[tokio::test]
async fn undoing() {
    let strange = DbSnapshot { copied_from: Some(COPY_ARN.into()), ..copy("available") };
    let rows = [
        ("never ran", OnFailure::RemoveAll, None, 0, "done"),
        // Deleting what is being copied is documented for cluster snapshots only.
        ("halfway", OnFailure::RemoveAll, Some(copy("copying")), 0, "copying staging-r1-d1"),
        ("done", OnFailure::RemoveAll, Some(copy("available")), 1, "deleting staging-r1-d1"),
        ("failed", OnFailure::RemoveAll, Some(copy("failed")), 1, "deleting staging-r1-d1"),
        ("no costs", OnFailure::RemoveCostly, Some(copy("available")), 0, "kept staging-r1-d1"),
        ("keep", OnFailure::KeepAll, Some(copy("failed")), 0, "kept staging-r1-d1"),
        ("a stranger", OnFailure::RemoveAll, Some(strange), 0, "fail conflict"),
    ];
    for (what, on_failure, found, deletions, expected) in rows {
        let mut destination = MockDestination::new();
        destination.expect_describe_db_snapshot().times(1).return_once(|_| Ok(found));
        destination.expect_delete_db_snapshot().times(deletions).returning(|_| Ok(()));
        let cx = cx_with(|cx| cx.on_failure = on_failure);
        let undo = step(destination).compensate(&(destination_request(), handover()), &cx).await;
        assert_eq!(undone(&undo), expected, "{what}");
    }
}

#[tokio::test]
async fn whether_the_fact_stands() {
    for (status, stands) in [(None, false), (Some("available"), true), (Some("deleting"), false), (Some("failed"), false)] {
        let found = status.map(copy);
        let mut destination = MockDestination::new();
        destination.expect_describe_db_snapshot().times(1).return_once(|_| Ok(found));
        assert_eq!(step(destination).verify(&snapshot_copy(), &cx()).await, Ok(stands), "{status:?}");
    }
}

#[tokio::test]
async fn only_what_is_not_found_is_gone() {
    for status in [None, Some("deleting"), Some("failed")] {
        let found = status.map(copy);
        let mut destination = MockDestination::new();
        destination.expect_describe_db_snapshot().times(1).return_once(|_| Ok(found));
        assert_eq!(step(destination).is_gone(&snapshot_copy(), &cx()).await, Ok(status.is_none()), "{status:?}");
    }
}

#[test]
fn what_an_amended_request_may_change() {
    let step = step(MockDestination::new());
    let differs = |after: DestinationRequest| step.differs(&(destination_request(), handover()), &(after, handover())).is_some();
    assert!(!differs(destination_builder().with_cluster(cluster_builder().with_parameter_group("other")).build().unwrap()));
    assert!(differs(destination_builder().with_kms_key("alias/other").build().unwrap()));
    assert!(differs(destination_builder().with_cluster(cluster_builder().with_identifier("other")).build().unwrap()));
}
