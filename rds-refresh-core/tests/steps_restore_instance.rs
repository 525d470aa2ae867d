//! Step 2: the temporary instance.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::sync::Arc;

use common::*;
use rds_refresh_core::ports::DbInstance;
use rds_refresh_core::steps::{Decision, RestoreTemporaryInstance};
use rds_refresh_core::{OnFailure, Progress, Step, StepError};

fn step(source: MockSource) -> RestoreTemporaryInstance {
    RestoreTemporaryInstance::new(Arc::new(source))
}

fn decide(instance: Option<&DbInstance>) -> String {
    told(&RestoreTemporaryInstance::decide(&source_request(), &cluster_snapshot(), &cx(), instance))
}

fn seen(status: &str) -> DbInstance {
    DbInstance { status: status.into(), ..seen_instance() }
}

#[test]
fn the_instance_by_its_status() {
    let ready = ["available", "storage-optimization"];
    let busy = ["creating", "backing-up", "modifying", "configuring-log-exports", "rebooting", "stopping", "a-new-status"];
    for status in ready {
        assert_eq!(decide(Some(&seen(status))), "ready", "{status}");
    }
    for status in busy {
        assert_eq!(decide(Some(&seen(status))), format!("wait {status}"));
    }
    for status in FAILED_INSTANCES.into_iter().chain(["deleting"]) {
        assert_eq!(decide(Some(&seen(status))), "fail terminal-status", "{status}");
    }
    assert_eq!(decide(None), "do");
    let pending = DbInstance { has_pending_changes: true, ..seen("available") };
    assert_eq!(decide(Some(&pending)), "wait available");
}

#[test]
fn the_fact_says_what_was_seen() {
    let decision = RestoreTemporaryInstance::decide(&source_request(), &cluster_snapshot(), &cx(), Some(&seen_instance()));
    assert_eq!(decision, Decision::Ready(temporary_instance()));
}

#[test]
fn an_instance_that_is_not_ours_is_not_adopted() {
    let mut others = strangers!(seen_instance());
    others.push(("under another key", DbInstance { kms_key: Some(OTHER_KEY.into()), ..seen_instance() }));
    others.push(("not encrypted", DbInstance { kms_key: None, ..seen_instance() }));
    others.push(("a member of a cluster", DbInstance { cluster: Some("orders".into()), ..seen_instance() }));
    for (what, instance) in others {
        let decision = RestoreTemporaryInstance::decide(&source_request(), &cluster_snapshot(), &cx(), Some(&instance));
        let text = failure(decision);
        assert!(text.contains(INSTANCE) && text.contains("not this run's"), "{what}: {text}");
    }
}

#[test]
fn what_is_still_made_shows_neither_age_nor_key() {
    let instance = DbInstance { created_at: None, kms_key: None, ..seen("creating") };
    assert_eq!(decide(Some(&instance)), "wait creating");
}

#[tokio::test]
async fn one_instance_is_restored_with_all_that_the_request_says() {
    let mut source = MockSource::new();
    source.expect_describe_db_instance().withf(|it| it.as_str() == INSTANCE).times(1).returning(|_| Ok(None));
    source
        .expect_restore_temporary_instance()
        .withf(|it| {
            (it.identifier.as_str(), it.snapshot.as_str(), it.engine.as_str()) == (INSTANCE, CLUSTER_SNAPSHOT, "postgres")
                && (it.class.as_str(), it.subnet_group.as_str()) == ("db.r6g.large", "private")
                && it.security_groups == ["sg-0123"]
                && it.parameter_group.is_none()
                && it.ca.as_deref() == Some("rds-ca-rsa2048-g1")
                && it.tags["rds-refresh:owner"] == "r1/scratch/orders-r1-t1"
        })
        .times(1)
        .returning(|_| Ok(seen("creating")));
    match step(source).reconcile(&(source_request(), cluster_snapshot()), &cx()).await.unwrap() {
        Progress::Pending(seen, None) => assert_eq!(seen.status, "creating"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_instance_that_is_there_is_not_restored_again() {
    for status in ["creating", "available"] {
        let mut source = MockSource::new();
        source.expect_describe_db_instance().times(1).returning(move |_| Ok(Some(seen(status))));
        assert!(step(source).reconcile(&(source_request(), cluster_snapshot()), &cx()).await.is_ok());
    }
}

#[tokio::test]
async fn a_mutation_that_fails() {
    mutation_failures(|error| async move {
        let mut source = MockSource::new();
        source.expect_describe_db_instance().returning(|_| Ok(None));
        source.expect_restore_temporary_instance().times(1).return_once(|_| Err(error));
        step(source).reconcile(&(source_request(), cluster_snapshot()), &cx()).await
    })
    .await;
}

#[tokio::test]
async fn undoing() {
    let protected = DbInstance { deletion_protection: true, ..seen("available") };
    let strange = DbInstance { tags: [].into(), ..seen("available") };
    let member = DbInstance { cluster: Some("orders".into()), ..seen("available") };
    let keyless = DbInstance { kms_key: None, ..seen("creating") };
    let leaving = DbInstance { tags: [].into(), ..seen("deleting") };
    let rows = [
        ("never ran", OnFailure::RemoveCostly, None, (0, 0), "done"),
        ("halfway", OnFailure::RemoveCostly, Some(seen("creating")), (0, 1), "deleting orders-r1-t1"),
        ("halfway, without a key", OnFailure::RemoveCostly, Some(keyless), (0, 1), "deleting orders-r1-t1"),
        ("failed", OnFailure::RemoveCostly, Some(seen("incompatible-restore")), (0, 1), "deleting orders-r1-t1"),
        ("done", OnFailure::RemoveCostly, Some(seen("available")), (0, 1), "deleting orders-r1-t1"),
        ("done, all", OnFailure::RemoveAll, Some(seen("available")), (0, 1), "deleting orders-r1-t1"),
        ("keep", OnFailure::KeepAll, Some(seen("available")), (0, 0), "kept orders-r1-t1"),
        ("protected", OnFailure::RemoveCostly, Some(protected.clone()), (1, 0), "unprotecting orders-r1-t1"),
        ("kept and protected", OnFailure::KeepAll, Some(protected), (0, 0), "kept orders-r1-t1"),
        ("being deleted", OnFailure::RemoveCostly, Some(seen("deleting")), (0, 0), "deleting orders-r1-t1"),
        ("kept, but being deleted", OnFailure::KeepAll, Some(seen("deleting")), (0, 0), "deleting orders-r1-t1"),
        ("a stranger", OnFailure::RemoveAll, Some(strange), (0, 0), "fail conflict"),
        ("a stranger on its way out", OnFailure::RemoveAll, Some(leaving), (0, 0), "deleting"),
        ("a member", OnFailure::RemoveAll, Some(member), (0, 0), "fail conflict"),
    ];
    for (what, on_failure, found, (changes, deletions), expected) in rows {
        let mut source = MockSource::new();
        source.expect_describe_db_instance().times(1).return_once(|_| Ok(found));
        source
            .expect_modify_db_instance()
            .withf(|_, change| change.deletion_protection == Some(false) && change.master_user_password.is_none())
            .times(changes)
            .returning(|_, _| Ok(()));
        source.expect_delete_db_instance().times(deletions).returning(|_| Ok(()));
        let cx = cx_with(|cx| cx.on_failure = on_failure);
        let undo = step(source).compensate(&(source_request(), cluster_snapshot()), &cx).await;
        assert_eq!(undone(&undo), expected, "{what}");
    }
}

#[tokio::test]
async fn a_deletion_that_fails() {
    let rows = [
        (StepError::not_found("gone"), "done"),
        (StepError::busy("not now"), "available orders-r1-t1"),
        (StepError::unknown_outcome("lost"), "fail unknown-outcome"),
        (StepError::denied("no"), "fail denied"),
    ];
    for (error, expected) in rows {
        let mut source = MockSource::new();
        source.expect_describe_db_instance().returning(|_| Ok(Some(seen("available"))));
        source.expect_delete_db_instance().times(1).return_once(|_| Err(error));
        let undo = step(source).compensate(&(source_request(), cluster_snapshot()), &cx()).await;
        assert_eq!(undone(&undo), expected);
    }
}

#[tokio::test]
async fn whether_the_fact_stands() {
    let renamed = DbInstance { resource_id: "db-OTHER".into(), ..seen_instance() };
    let rows = [
        ("gone", None, false),
        ("there", Some(seen("available")), true),
        // It will be ready again, and a second one would bill beside it.
        ("backing up", Some(seen("backing-up")), true),
        ("failed", Some(seen("storage-full")), false),
        ("being deleted", Some(seen("deleting")), false),
        ("another of its name", Some(renamed), false),
    ];
    for (what, found, stands) in rows {
        let mut source = MockSource::new();
        source.expect_describe_db_instance().times(1).return_once(|_| Ok(found));
        assert_eq!(step(source).verify(&temporary_instance(), &cx()).await, Ok(stands), "{what}");
    }
}

#[test]
fn a_later_attempt_makes_another_instance() {
    let step = step(MockSource::new());
    let needs = (source_request(), cluster_snapshot());
    let ids = [1, 2].map(|attempt| step.footprint(&needs, &cx_with(|cx| cx.attempt = attempt)).remove(0).id);
    assert_eq!(ids, ["orders-r1-t1", "orders-r1-t2"]);
    // So what the first attempt left is not the second's.
    let cx = cx_with(|cx| cx.attempt = 2);
    let decision = RestoreTemporaryInstance::decide(&needs.0, &needs.1, &cx, Some(&seen_instance()));
    assert_eq!(told(&decision), "fail conflict");
}
