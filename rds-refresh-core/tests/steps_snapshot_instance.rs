//! Step 3: the snapshot of the temporary instance.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::sync::Arc;

use common::*;
use rds_refresh_core::ports::{DbInstance, DbSnapshot};
use rds_refresh_core::steps::{Decision, SnapshotInstance, TakenSnapshot};
use rds_refresh_core::{OnFailure, Progress, Step};

fn step(source: MockSource) -> SnapshotInstance {
    let source = Arc::new(source);
    SnapshotInstance::new(source.clone(), source)
}

fn decide(snapshot: Option<&DbSnapshot>, instance: Option<&DbInstance>) -> String {
    told(&SnapshotInstance::decide(&source_request(), &temporary_instance(), &cx(), snapshot, instance))
}

fn instance(status: &str) -> DbInstance {
    DbInstance { status: status.into(), ..seen_instance() }
}

fn snapshot(status: &str) -> DbSnapshot {
    DbSnapshot { status: status.into(), ..seen_snapshot() }
}

#[test]
fn the_snapshot_by_its_status() {
    for (status, expected) in SNAPSHOT_STATUSES {
        assert_eq!(decide(Some(&snapshot(status)), None), expected, "{status}");
    }
    let decision = SnapshotInstance::decide(&source_request(), &temporary_instance(), &cx(), Some(&seen_snapshot()), None);
    assert_eq!(decision, Decision::Ready(instance_snapshot()));
}

#[test]
fn the_instance_decides_where_there_is_no_snapshot() {
    // A snapshot is legal in these two statuses only; RDS's own backup may come in between.
    for status in ["available", "storage-optimization"] {
        assert_eq!(decide(None, Some(&instance(status))), "do", "{status}");
    }
    for status in ["backing-up", "modifying", "creating", "a-new-status"] {
        assert_eq!(decide(None, Some(&instance(status))), format!("wait {status}"));
    }
    for status in FAILED_INSTANCES.into_iter().chain(["deleting"]) {
        assert_eq!(decide(None, Some(&instance(status))), "fail terminal-status", "{status}");
    }
    assert_eq!(decide(None, None), "fail not-found");
}

#[test]
fn another_instance_of_the_same_name_is_not_snapshotted() {
    let other = DbInstance { resource_id: "db-OTHER".into(), ..seen_instance() };
    assert_eq!(decide(None, Some(&other)), "fail conflict");
}

#[test]
fn a_snapshot_that_is_not_ours_is_not_adopted() {
    let mut others = strangers!(seen_snapshot());
    others.push(("of another instance", DbSnapshot { instance: "orders".into(), ..seen_snapshot() }));
    others.push(("a copy", DbSnapshot { copied_from: Some(COPY_ARN.into()), ..seen_snapshot() }));
    others.push(("under another key", DbSnapshot { kms_key: Some(OTHER_KEY.into()), ..seen_snapshot() }));
    others.push(("not encrypted", DbSnapshot { kms_key: None, ..seen_snapshot() }));
    for (what, snapshot) in others {
        assert_eq!(decide(Some(&snapshot), Some(&seen_instance())), "fail conflict", "{what}");
    }
    let young = DbSnapshot { kms_key: None, created_at: None, ..snapshot("creating") };
    assert_eq!(decide(Some(&young), None), "wait creating");
}

#[tokio::test]
async fn one_snapshot_is_made_and_tagged() {
    let mut source = MockSource::new();
    source.expect_describe_db_snapshot().withf(|it| it.as_str() == SNAPSHOT).times(1).returning(|_| Ok(None));
    source.expect_describe_db_instance().times(1).returning(|_| Ok(Some(seen_instance())));
    source
        .expect_create_db_snapshot()
        .withf(|it| {
            (it.identifier.as_str(), it.instance.as_str()) == (SNAPSHOT, INSTANCE)
                && it.tags["rds-refresh:owner"] == "r1/handover/orders-r1-s1"
                && it.tags.contains_key("rds-refresh:expires")
        })
        .times(1)
        .returning(|_| Ok(snapshot("creating")));
    match step(source).reconcile(&(source_request(), temporary_instance()), &cx()).await.unwrap() {
        Progress::Pending(seen, None) => assert_eq!(seen.status, "creating"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_mutation_that_fails() {
    mutation_failures(|error| async move {
        let mut source = MockSource::new();
        source.expect_describe_db_snapshot().returning(|_| Ok(None));
        source.expect_describe_db_instance().returning(|_| Ok(Some(seen_instance())));
        source.expect_create_db_snapshot().times(1).return_once(|_| Err(error));
        step(source).reconcile(&(source_request(), temporary_instance()), &cx()).await
    })
    .await;
}

#[tokio::test]
async fn undoing() {
    let strange = DbSnapshot { instance: "orders".into(), ..snapshot("available") };
    let rows = [
        ("never ran", OnFailure::RemoveAll, None, 0, "done"),
        ("halfway", OnFailure::RemoveAll, Some(snapshot("creating")), 0, "creating orders-r1-s1"),
        ("done", OnFailure::RemoveAll, Some(snapshot("available")), 1, "deleting orders-r1-s1"),
        ("no costs", OnFailure::RemoveCostly, Some(snapshot("available")), 0, "kept orders-r1-s1"),
        ("keep", OnFailure::KeepAll, Some(snapshot("available")), 0, "kept orders-r1-s1"),
        ("keep, once it is made", OnFailure::RemoveCostly, Some(snapshot("creating")), 0, "creating"),
        ("a stranger", OnFailure::RemoveAll, Some(strange), 0, "fail conflict"),
    ];
    for (what, on_failure, found, deletions, expected) in rows {
        let mut source = MockSource::new();
        source.expect_describe_db_snapshot().times(1).return_once(|_| Ok(found));
        source.expect_delete_db_snapshot().times(deletions).returning(|_| Ok(()));
        let cx = cx_with(|cx| cx.on_failure = on_failure);
        let undo = step(source).compensate(&(source_request(), temporary_instance()), &cx).await;
        assert_eq!(undone(&undo), expected, "{what}");
    }
}

#[tokio::test]
async fn whether_the_fact_stands() {
    let strange = DbSnapshot { tags: [].into(), ..snapshot("available") };
    let rows = [
        ("gone", None, false),
        ("there", Some(snapshot("available")), true),
        ("being deleted", Some(snapshot("deleting")), false),
        ("failed", Some(snapshot("failed")), false),
        ("a stranger", Some(strange), false),
    ];
    for (what, found, stands) in rows {
        let mut source = MockSource::new();
        source.expect_describe_db_snapshot().times(1).return_once(|_| Ok(found));
        assert_eq!(step(source).verify(&TakenSnapshot(instance_snapshot()), &cx()).await, Ok(stands), "{what}");
    }
}

#[tokio::test]
async fn only_what_is_not_found_is_gone() {
    // One that lost its tag may still be ours.
    let untagged = DbSnapshot { tags: [].into(), ..snapshot("available") };
    for (found, gone) in [(None, true), (Some(snapshot("failed")), false), (Some(untagged), false)] {
        let mut source = MockSource::new();
        source.expect_describe_db_snapshot().times(1).return_once(|_| Ok(found));
        assert_eq!(step(source).is_gone(&TakenSnapshot(instance_snapshot()), &cx()).await, Ok(gone));
    }
}
