//! Step 7: the Multi-AZ DB cluster.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::sync::Arc;

use common::*;
use rds_refresh_core::ports::{DbCluster, DbInstance};
use rds_refresh_core::request::{DestinationRequest, StorageType};
use rds_refresh_core::steps::{Decision, RestoreCluster, Restorer, SnapshotCopy};
use rds_refresh_core::{Context, OnFailure, Progress, Step};

fn step(destination: MockDestination) -> RestoreCluster {
    RestoreCluster::new(Arc::new(destination))
}

fn seen(change: impl FnOnce(&mut DbCluster)) -> DbCluster {
    let mut cluster = seen_restored_cluster();
    change(&mut cluster);
    cluster
}

fn with_status(status: &str) -> DbCluster {
    seen(|it| it.status = status.into())
}

fn protecting() -> DestinationRequest {
    destination_builder().with_cluster(cluster_builder().with_deletion_protection(true)).build().unwrap()
}

fn decide(cluster: Option<&DbCluster>, members: &[DbInstance]) -> String {
    told(&RestoreCluster::decide(&destination_request(), &snapshot_copy(), &cx(), cluster, members))
}

#[test]
fn the_cluster_by_its_status() {
    assert_eq!(decide(None, &[]), "do");
    assert_eq!(decide(Some(&seen_restored_cluster()), &seen_members()), "ready");
    for status in ["creating", "backing-up", "modifying", "a-new-status", "stopping", "deleting"] {
        assert_eq!(decide(Some(&with_status(status)), &[]), format!("wait {status}"));
    }
    for status in FAILED_CLUSTERS {
        assert_eq!(decide(Some(&with_status(status)), &[]), "fail terminal-status", "{status}");
    }
}

#[test]
fn a_failed_cluster_that_is_kept_holds_the_name() {
    let told = |status: &str| {
        let cluster = with_status(status);
        failure(RestoreCluster::decide(&destination_request(), &snapshot_copy(), &cx(), Some(&cluster), &[]))
    };
    let failed = told("incompatible-restore");
    assert!(
        failed.contains("is incompatible-restore; if it is kept, it holds the name: mend it or delete it, then resume"),
        "{failed}"
    );
    assert!(told("stopped").contains("start it, then resume"));
}

#[test]
fn an_available_cluster_is_not_ready_before_its_members() {
    let members = |last: &str| {
        let mut members = seen_members();
        members[2].status = last.into();
        members
    };
    let writers = |writers: [bool; 3]| {
        seen(|it| it.members.iter_mut().zip(writers).for_each(|(member, is_writer)| member.is_writer = is_writer))
    };
    let all = seen_members();
    let rows = [
        ("two of three", seen(|_| {}), all[..2].to_vec(), "wait available, with 2 of 3 members"),
        ("one being made", seen(|_| {}), members("creating"), "wait available, with 2 of 3 members"),
        ("one backing up", seen(|_| {}), members("backing-up"), "wait available, with 2 of 3 members"),
        ("one unlisted", seen(|it| it.members.truncate(2)), all.clone(), "wait available, with 2 of 3 members"),
        ("no writer", writers([false; 3]), all.clone(), "wait available, with 0 writers"),
        ("two writers", writers([true, true, false]), all.clone(), "wait available, with 2 writers"),
        ("pending changes", seen(|it| it.has_pending_changes = true), all.clone(), "wait available, with pending changes"),
        ("one failed", seen(|_| {}), members("insufficient-capacity"), "fail terminal-status"),
        ("all there", seen(|_| {}), all, "ready"),
    ];
    for (what, cluster, members, expected) in rows {
        assert_eq!(decide(Some(&cluster), &members), expected, "{what}");
    }
}

#[test]
fn a_stranger_under_the_name_is_left_alone_unless_it_goes() {
    let mut others = strangers!(seen_restored_cluster());
    others.push(("under another key", seen(|it| it.kms_key = Some(KEY.into()))));
    for (what, cluster) in others {
        let decision = RestoreCluster::decide(&destination_request(), &snapshot_copy(), &cx(), Some(&cluster), &seen_members());
        let text = failure(decision);
        assert!(text.contains("staging: the DB cluster exists"), "{what}: {text}");
    }
    let leaving = seen(|it| {
        it.tags.clear();
        it.status = "deleting".into();
    });
    assert_eq!(decide(Some(&leaving), &[]), "wait deleting");
}

#[test]
fn gp3_takes_iops_from_400_gib_on() {
    let decide = |storage: StorageType, iops: Option<u32>, size: Option<u32>| {
        let mut cluster = cluster_builder().with_storage_type(storage);
        cluster = if let Some(iops) = iops { cluster.with_iops(iops) } else { cluster };
        let request = destination_builder().with_cluster(cluster).build().unwrap();
        let copy = SnapshotCopy { allocated_storage: size, ..snapshot_copy() };
        told(&RestoreCluster::decide(&request, &copy, &cx(), None, &[]))
    };
    let rows = [
        (StorageType::Gp3, None, Some(100), "do"),
        (StorageType::Gp3, Some(12_000), Some(399), "fail invalid"),
        (StorageType::Gp3, Some(12_000), Some(400), "do"),
        // RDS knows what the step does not.
        (StorageType::Gp3, Some(12_000), None, "do"),
        (StorageType::Io1, Some(3_000), Some(100), "do"),
        (StorageType::Io2, Some(3_000), Some(100), "do"),
    ];
    for (storage, iops, size, expected) in rows {
        assert_eq!(decide(storage, iops, size), expected, "{storage:?} {iops:?} {size:?}");
    }
}

#[test]
fn deletion_protection_comes_last() {
    let decide = |cluster: &DbCluster, members: &[DbInstance]| {
        RestoreCluster::decide(&protecting(), &snapshot_copy(), &cx(), Some(cluster), members)
    };
    assert_eq!(told(&decide(&seen_restored_cluster(), &[])), "wait available, with 0 of 3 members");
    assert!(matches!(decide(&seen_restored_cluster(), &seen_members()), Decision::Do(Restorer::Protect(_))));
    assert_eq!(told(&decide(&seen(|it| it.deletion_protection = true), &seen_members())), "ready");
}

#[tokio::test]
async fn one_cluster_is_restored_from_the_arn_of_the_copy() {
    let mut destination = MockDestination::new();
    destination.expect_describe_db_cluster().withf(|it| it.as_str() == "staging").times(1).returning(|_| Ok(None));
    destination
        .expect_restore_db_cluster_from_snapshot()
        .withf(|it| {
            it.snapshot.to_string() == COPY_ARN
                && (it.engine.as_str(), it.engine_version.as_str()) == ("postgres", "16.4")
                && it.cluster == destination_request().cluster
                && it.tags["rds-refresh:owner"] == "r1/result/staging"
                && it.tags["cost-centre"] == "1234"
                // No sweep may ever take a result for its own.
                && !it.tags.contains_key("rds-refresh:expires")
        })
        .times(1)
        .returning(|_| Ok(with_status("creating")));
    match step(destination).reconcile(&(destination_request(), snapshot_copy()), &cx()).await.unwrap() {
        Progress::Pending(seen, None) => assert_eq!(seen.status, "creating"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn protecting_is_a_call_of_its_own() {
    let mut destination = MockDestination::new();
    destination.expect_describe_db_cluster().returning(|_| Ok(Some(seen_restored_cluster())));
    destination.expect_describe_members().times(1).returning(|_| Ok(seen_members()));
    destination
        .expect_modify_db_cluster()
        .withf(|_, change| change.deletion_protection == Some(true))
        .times(1)
        .returning(|_, _| Ok(()));
    let answer = step(destination).reconcile(&(protecting(), snapshot_copy()), &cx()).await.unwrap();
    assert!(matches!(answer, Progress::Pending(seen, Some(_)) if seen.status == "protecting"));
}

#[tokio::test]
async fn a_mutation_that_fails() {
    mutation_failures(|error| async move {
        let mut destination = MockDestination::new();
        destination.expect_describe_db_cluster().returning(|_| Ok(None));
        destination.expect_restore_db_cluster_from_snapshot().times(1).return_once(|_| Err(error));
        step(destination).reconcile(&(destination_request(), snapshot_copy()), &cx()).await
    })
    .await;
    mutation_failures(|error| async move {
        let mut destination = MockDestination::new();
        destination.expect_describe_db_cluster().returning(|_| Ok(Some(seen_restored_cluster())));
        destination.expect_describe_members().returning(|_| Ok(seen_members()));
        destination.expect_modify_db_cluster().times(1).return_once(|_, _| Err(error));
        step(destination).reconcile(&(protecting(), snapshot_copy()), &cx()).await
    })
    .await;
}

const RECOVERABLE: &str = "inaccessible-encryption-credentials-recoverable";

fn failing(on_failure: OnFailure) -> Context {
    cx_with(|cx| cx.on_failure = on_failure)
}

#[tokio::test]
async fn undoing() {
    let protected = |status: &str| {
        Some(seen(|it| {
            it.deletion_protection = true;
            it.status = status.into();
        }))
    };
    let done = |on_failure| {
        cx_with(|cx| {
            cx.on_failure = on_failure;
            cx.done = true;
        })
    };
    let strange = |status: &str| {
        Some(seen(|it| {
            it.tags.clear();
            it.status = status.into();
        }))
    };
    let done = [OnFailure::RemoveCostly, OnFailure::RemoveAll].map(done);
    let [costly, all, keep] = [OnFailure::RemoveCostly, OnFailure::RemoveAll, OnFailure::KeepAll].map(failing);
    let rows = [
        ("never ran", &costly, None, (0, 0), "done"),
        ("halfway", &costly, Some(with_status("creating")), (0, 1), "deleting staging"),
        ("failed at once", &costly, Some(with_status("incompatible-restore")), (0, 1), "deleting staging"),
        ("has been available", &costly, Some(with_status("available")), (0, 0), "kept staging"),
        ("is in use", &costly, Some(with_status("failing-over")), (0, 0), "kept staging"),
        ("is full", &costly, Some(with_status("storage-full")), (0, 0), "kept staging"),
        ("is stopped", &costly, Some(with_status("stopped")), (0, 0), "kept staging"),
        ("can have its key again", &costly, Some(with_status(RECOVERABLE)), (0, 0), "kept staging"),
        ("is without its key", &costly, Some(with_status("inaccessible-encryption-credentials")), (0, 0), "kept staging"),
        ("is full, and all is removed", &all, Some(with_status("storage-full")), (0, 1), "deleting staging"),
        ("is in use, and full", &done[0], Some(with_status("storage-full")), (0, 0), "kept staging"),
        ("has lost its key", &done[0], Some(with_status("inaccessible-encryption-credentials")), (0, 0), "kept staging"),
        ("is protected", &costly, protected("available"), (0, 0), "kept staging"),
        ("all", &all, Some(with_status("available")), (0, 1), "deleting staging"),
        ("all that is done", &done[1], Some(with_status("available")), (0, 1), "deleting staging"),
        ("all, protected", &all, protected("available"), (1, 0), "unprotecting staging"),
        ("half, protected", &costly, protected("creating"), (1, 0), "unprotecting staging"),
        ("keep", &keep, Some(with_status("creating")), (0, 0), "kept staging"),
        ("being deleted", &costly, Some(with_status("deleting")), (0, 0), "deleting staging"),
        ("a stranger", &all, strange("available"), (0, 0), "fail conflict"),
        ("a stranger that failed", &costly, strange("failed"), (0, 0), "fail conflict"),
        ("a stranger on its way out", &all, strange("deleting"), (0, 0), "deleting"),
    ];
    for (what, cx, found, (changes, deletions), expected) in rows {
        let mut destination = MockDestination::new();
        destination.expect_describe_db_cluster().times(1).return_once(|_| Ok(found));
        destination
            .expect_modify_db_cluster()
            .withf(|_, change| change.deletion_protection == Some(false))
            .times(changes)
            .returning(|_, _| Ok(()));
        destination.expect_delete_db_cluster().times(deletions).returning(|_| Ok(()));
        let undo = step(destination).compensate(&(destination_request(), snapshot_copy()), cx).await;
        assert_eq!(undone(&undo), expected, "{what}");
    }
}

#[tokio::test]
async fn whether_the_fact_stands() {
    let Decision::Ready(fact) =
        RestoreCluster::decide(&destination_request(), &snapshot_copy(), &cx(), Some(&seen_restored_cluster()), &seen_members())
    else {
        panic!("not ready");
    };
    let rows = [
        ("gone", None, false),
        ("there", Some(with_status("available")), true),
        ("busy", Some(with_status("backing-up")), true),
        ("failed", Some(with_status("failed")), false),
        ("being deleted", Some(with_status("deleting")), false),
        ("another of its name", Some(seen(|it| it.resource_id = "cluster-OTHER".into())), false),
    ];
    for (what, found, stands) in rows {
        let mut destination = MockDestination::new();
        destination.expect_describe_db_cluster().times(1).return_once(|_| Ok(found));
        assert_eq!(step(destination).verify(&fact, &cx()).await, Ok(stands), "{what}");
    }
}
