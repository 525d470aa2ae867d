//! Step 1: which cluster snapshot a refresh starts from.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::*;
use rds_refresh_core::ports::{DbCluster, DbClusterSnapshot};
use rds_refresh_core::request::SourceRequest;
use rds_refresh_core::steps::{Decision, SnapshotCluster};
use rds_refresh_core::{OnFailure, Progress, Step, StepError};

const HOUR: Duration = Duration::from_hours(1);

fn step(source: MockSource) -> SnapshotCluster {
    SnapshotCluster::new(Arc::new(source))
}

fn named() -> SourceRequest {
    source_builder().with_named_snapshot("before-release").build().unwrap()
}

fn automated() -> SourceRequest {
    source_builder().with_automated_snapshot_within(6 * HOUR).build().unwrap()
}

#[test]
fn our_own_snapshot_by_its_status() {
    for (status, expected) in SNAPSHOT_STATUSES {
        let snapshot = DbClusterSnapshot { status: status.into(), ..seen_cluster_snapshot() };
        assert_eq!(told(&SnapshotCluster::decide(&source_request(), &cx(), Some(&snapshot), None)), expected, "{status}");
    }
    let decision = SnapshotCluster::decide(&source_request(), &cx(), Some(&seen_cluster_snapshot()), None);
    assert_eq!(decision, Decision::Ready(cluster_snapshot()));
}

#[test]
fn a_snapshot_that_is_not_ours_is_not_adopted() {
    let mut others = strangers!(seen_cluster_snapshot());
    others.push(("of another cluster", DbClusterSnapshot { cluster: "invoices".into(), ..seen_cluster_snapshot() }));
    others.push(("under another key", DbClusterSnapshot { kms_key: Some(OTHER_KEY.into()), ..seen_cluster_snapshot() }));
    for (what, snapshot) in others {
        let text = failure(SnapshotCluster::decide(&source_request(), &cx(), Some(&snapshot), Some(&source_cluster())));
        assert!(text.contains(CLUSTER_SNAPSHOT) && text.contains("not this run's"), "{what}: {text}");
    }
}

#[test]
fn the_source_cluster_decides_where_there_is_no_snapshot() {
    let cluster = |change: &dyn Fn(&mut DbCluster)| {
        let mut cluster = source_cluster();
        change(&mut cluster);
        Some(cluster)
    };
    let rows = [
        ("available", cluster(&|_| {}), "do"),
        ("missing", None, "fail not-found"),
        ("not Multi-AZ", cluster(&|it| it.class = None), "fail invalid"),
        ("Aurora", cluster(&|it| it.engine = "aurora-postgresql".into()), "fail invalid"),
        ("unencrypted", cluster(&|it| it.encrypted = false), "fail invalid"),
        ("backing up", cluster(&|it| it.status = "backing-up".into()), "wait backing-up"),
        ("stopped", cluster(&|it| it.status = "stopped".into()), "wait stopped"),
        ("being deleted", cluster(&|it| it.status = "deleting".into()), "fail terminal-status"),
        ("failed", cluster(&|it| it.status = "failed".into()), "fail terminal-status"),
    ];
    for (what, cluster, expected) in rows {
        assert_eq!(told(&SnapshotCluster::decide(&source_request(), &cx(), None, cluster.as_ref())), expected, "{what}");
    }
}

#[test]
fn an_unencrypted_source_is_allowed_explicitly() {
    let allowed = source_builder().with_allow_unencrypted(true).build().unwrap();
    let cluster = DbCluster { encrypted: false, kms_key: None, ..source_cluster() };
    assert_eq!(told(&SnapshotCluster::decide(&allowed, &cx(), None, Some(&cluster))), "do");
    let snapshot = DbClusterSnapshot { encrypted: false, kms_key: None, ..seen_cluster_snapshot() };
    let Decision::Ready(fact) = SnapshotCluster::decide(&allowed, &cx(), Some(&snapshot), None) else { panic!("not ready") };
    assert_eq!(fact.kms_key, None);
    // What was made while it was allowed is not what is asked for without.
    let step = SnapshotCluster::new(std::sync::Arc::new(MockSource::new()));
    assert!(step.differs(&allowed, &source_request()).is_some());
    assert_eq!(step.differs(&source_request(), &allowed), None);
}

#[test]
fn a_named_snapshot_is_only_referred_to() {
    let found =
        DbClusterSnapshot { identifier: "before-release".into(), tags: [].into(), created_at: None, ..seen_cluster_snapshot() };
    let with = |change: &dyn Fn(&mut DbClusterSnapshot)| {
        let mut found = found.clone();
        change(&mut found);
        Some(found)
    };
    let rows = [
        ("there", with(&|_| {}), "ready"),
        ("missing", None, "fail not-found"),
        ("of another cluster", with(&|it| it.cluster = "invoices".into()), "fail invalid"),
        ("being made", with(&|it| it.status = "creating".into()), "wait creating"),
        ("failed", with(&|it| it.status = "failed".into()), "fail terminal-status"),
        ("of Aurora", with(&|it| it.engine = "aurora-mysql".into()), "fail invalid"),
        ("unencrypted", with(&|it| it.encrypted = false), "fail invalid"),
    ];
    for (what, found, expected) in rows {
        let decision = SnapshotCluster::decide_named(&named(), &id("before-release"), found.as_ref());
        assert_eq!(told(&decision), expected, "{what}");
        if let Decision::Ready(fact) = decision {
            assert!(!fact.owned);
        }
    }
}

#[test]
fn the_newest_automated_snapshot_must_be_young_and_stay() {
    let made = |identifier: &str, ago: Duration, status: &str| DbClusterSnapshot {
        identifier: format!("rds:orders-{identifier}"),
        status: status.into(),
        created_at: Some(cx().now.before(ago)),
        tags: [].into(),
        ..seen_cluster_snapshot()
    };
    let decide = |days: Option<u32>, snapshots: &[DbClusterSnapshot]| {
        let cluster = DbCluster { backup_retention_days: days, ..source_cluster() };
        SnapshotCluster::decide_automated(&automated(), &cx(), 6 * HOUR, Some(&cluster), snapshots)
    };
    let (young, old) = (made("young", 5 * HOUR, "available"), made("old", 7 * HOUR, "available"));
    let rows = [
        ("none", Some(7), vec![], "fail not-found"),
        ("young enough", Some(7), vec![young.clone()], "ready"),
        ("at the limit", Some(7), vec![made("limit", 6 * HOUR, "available")], "ready"),
        ("too old", Some(7), vec![old.clone()], "fail not-found"),
        ("not available", Some(7), vec![made("new", HOUR, "creating")], "fail not-found"),
        (
            "of another cluster",
            Some(7),
            vec![DbClusterSnapshot { cluster: "invoices".into(), ..young.clone() }],
            "fail not-found",
        ),
        ("without a time", Some(7), vec![DbClusterSnapshot { created_at: None, ..young.clone() }], "fail not-found"),
        ("removed before the restore may be done", Some(0), vec![young.clone()], "fail not-found"),
        ("of unknown retention", None, vec![young.clone()], "fail not-found"),
    ];
    for (what, days, snapshots, expected) in rows {
        assert_eq!(told(&decide(days, &snapshots)), expected, "{what}");
    }
    match decide(Some(7), &[old, young.clone(), made("new", HOUR, "creating")]) {
        Decision::Ready(fact) => assert_eq!((fact.identifier, fact.owned), (young.identifier.clone(), false)),
        other => panic!("{other:?}"),
    }
    let text = failure(SnapshotCluster::decide_automated(&automated(), &cx(), 6 * HOUR, None, &[young]));
    assert!(text.contains("the source cluster does not exist"), "{text}");
}

#[tokio::test]
async fn one_snapshot_is_made_and_tagged() {
    let mut source = MockSource::new();
    source.expect_describe_db_cluster_snapshot().times(1).returning(|_| Ok(None));
    source.expect_describe_db_cluster().times(1).returning(|_| Ok(Some(source_cluster())));
    source
        .expect_create_db_cluster_snapshot()
        .withf(|request| {
            let tags = &request.tags;
            request.identifier.as_str() == CLUSTER_SNAPSHOT
                && request.cluster.as_str() == "orders"
                && tags["cost-centre"] == "1234"
                && tags["rds-refresh:owner"] == "r1/scratch/orders-r1-c1"
                && tags["rds-refresh:expires"] == "2026-12-07T09:00:00.000Z"
        })
        .times(1)
        .returning(|_| Ok(DbClusterSnapshot { status: "creating".into(), percent: Some(3), ..seen_cluster_snapshot() }));
    match step(source).reconcile(&source_request(), &cx()).await.unwrap() {
        Progress::Pending(seen, None) => assert_eq!((seen.status.as_str(), seen.percent), ("creating", Some(3))),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_mutation_that_fails() {
    mutation_failures(|error| async move {
        let mut source = MockSource::new();
        source.expect_describe_db_cluster_snapshot().returning(|_| Ok(None));
        source.expect_describe_db_cluster().returning(|_| Ok(Some(source_cluster())));
        source.expect_create_db_cluster_snapshot().times(1).return_once(|_| Err(error));
        step(source).reconcile(&source_request(), &cx()).await
    })
    .await;
}

#[tokio::test]
async fn a_look_that_fails_is_an_error() {
    let mut source = MockSource::new();
    source.expect_describe_db_cluster_snapshot().return_once(|_| Err(StepError::denied("no")));
    assert_eq!(step(source).reconcile(&source_request(), &cx()).await, Err(StepError::denied("no")));
}

#[tokio::test]
async fn undoing() {
    let seen = |status: &str| Some(DbClusterSnapshot { status: status.into(), ..seen_cluster_snapshot() });
    let strange = Some(DbClusterSnapshot { tags: [].into(), ..seen_cluster_snapshot() });
    let other_key = Some(DbClusterSnapshot { kms_key: Some(OTHER_KEY.into()), ..seen_cluster_snapshot() });
    let rows = [
        ("never ran", OnFailure::RemoveAll, None, 0, "done"),
        ("halfway", OnFailure::RemoveAll, seen("creating"), 0, "creating orders-r1-c1"),
        ("done", OnFailure::RemoveAll, seen("available"), 1, "deleting orders-r1-c1"),
        ("failed", OnFailure::RemoveAll, seen("failed"), 1, "deleting orders-r1-c1"),
        ("being deleted", OnFailure::RemoveAll, seen("deleting"), 0, "deleting orders-r1-c1"),
        ("no costs", OnFailure::RemoveCostly, seen("available"), 0, "kept orders-r1-c1"),
        ("keep", OnFailure::KeepAll, seen("available"), 0, "kept orders-r1-c1"),
        ("a stranger", OnFailure::RemoveAll, strange, 0, "fail conflict"),
        ("under another key", OnFailure::RemoveAll, other_key, 0, "fail conflict"),
    ];
    for (what, on_failure, found, deletions, expected) in rows {
        let mut source = MockSource::new();
        source.expect_describe_db_cluster_snapshot().times(1).return_once(|_| Ok(found));
        source.expect_describe_db_cluster().returning(|_| Ok(Some(source_cluster())));
        source.expect_delete_db_cluster_snapshot().times(deletions).returning(|_| Ok(()));
        let undo = step(source).compensate(&source_request(), &cx_with(|cx| cx.on_failure = on_failure)).await;
        assert_eq!(undone(&undo), expected, "{what}");
    }
}

#[tokio::test]
async fn what_is_referred_to_is_never_undone() {
    for request in [named(), automated()] {
        // A port without expectations panics at any call.
        let step = step(MockSource::new());
        let cx = cx_with(|cx| cx.on_failure = OnFailure::RemoveAll);
        assert_eq!(undone(&step.compensate(&request, &cx).await), "done");
        assert!(step.footprint(&request, &cx).is_empty());
    }
}

#[tokio::test]
async fn whether_the_fact_stands() {
    for (status, stands) in [(None, false), (Some("available"), true), (Some("deleting"), false), (Some("failed"), false)] {
        let found = status.map(|status| DbClusterSnapshot { status: status.into(), ..seen_cluster_snapshot() });
        let mut source = MockSource::new();
        source.expect_describe_db_cluster_snapshot().times(1).return_once(|_| Ok(found));
        assert_eq!(step(source).verify(&cluster_snapshot(), &cx()).await, Ok(stands), "{status:?}");
    }
    // An automated snapshot goes when its retention is over.
    for (name, stands) in [("rds:orders-2026-11-23-05-00", true), ("rds:orders-2026-11-22-05-00", false)] {
        let mut fact = cluster_snapshot();
        fact.identifier = "rds:orders-2026-11-23-05-00".into();
        let mut source = MockSource::new();
        source
            .expect_automated_db_cluster_snapshots()
            .withf(|cluster| cluster.as_str() == "orders")
            .times(1)
            .returning(|_| Ok(vec![DbClusterSnapshot { identifier: name.into(), ..seen_cluster_snapshot() }]));
        assert_eq!(step(source).verify(&fact, &cx()).await, Ok(stands), "{name}");
    }
}

#[tokio::test]
async fn only_what_is_not_found_is_gone() {
    for status in [None, Some("deleting"), Some("failed")] {
        let found = status.map(|status| DbClusterSnapshot { status: status.into(), ..seen_cluster_snapshot() });
        let mut source = MockSource::new();
        source.expect_describe_db_cluster_snapshot().times(1).return_once(|_| Ok(found));
        assert_eq!(step(source).is_gone(&cluster_snapshot(), &cx()).await, Ok(status.is_none()), "{status:?}");
    }
}
