//! Between steps 3 and 4: a copy of the snapshot under a key that can be shared, where it is needed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::sync::Arc;

use common::*;
use rds_refresh_core::iam::{self, Scope};
use rds_refresh_core::ports::{CopyDbSnapshot, DbSnapshot, Destination, Key, KeyManager, Source};
use rds_refresh_core::request::SourceRequest;
use rds_refresh_core::resource::EXPIRES_TAG;
use rds_refresh_core::steps::{self, Decision, EncryptSnapshot, InstanceSnapshot, TakenSnapshot};
use rds_refresh_core::{Driver, MemoryStore, OnFailure, Progress, Step, Verdict};
use rds_refresh_testkit::{SourceCluster, Stage, VirtualClock};

const ENCRYPTED: &str = "orders-r1-k1";

fn request() -> SourceRequest {
    source_builder().with_share_key(OTHER_KEY).build().unwrap()
}

fn key(manager: KeyManager) -> Key {
    Key { manager, ..seen_key() }
}

fn copy(status: &str) -> DbSnapshot {
    let mut copy = DbSnapshot {
        identifier: ENCRYPTED.into(),
        arn: format!("arn:aws:rds:eu-west-1:111111111111:snapshot:{ENCRYPTED}"),
        status: status.into(),
        kms_key: Some(OTHER_KEY.into()),
        ..seen_snapshot()
    };
    copy.tags.insert("rds-refresh:owner".into(), format!("r1/handover/{ENCRYPTED}"));
    copy
}

fn decide(request: &SourceRequest, key: &Key, copy: Option<&DbSnapshot>) -> Decision<InstanceSnapshot, CopyDbSnapshot> {
    let taken = TakenSnapshot(instance_snapshot());
    EncryptSnapshot::decide(request, &taken, &cx(), Some(key), copy, Some(&seen_snapshot()))
}

#[test]
fn a_key_that_can_be_shared_is_left_alone() {
    let as_it_is = Decision::Ready(instance_snapshot());
    assert_eq!(decide(&source_request(), &key(KeyManager::Aws), None), as_it_is, "no other key is named");
    assert_eq!(decide(&request(), &key(KeyManager::Customer), None), as_it_is);
}

#[test]
fn a_key_that_aws_manages_asks_for_a_copy() {
    let Decision::Do(made) = decide(&request(), &key(KeyManager::Aws), None) else { panic!("no copy") };
    assert_eq!((made.source.to_string().as_str(), made.identifier.as_str()), (SNAPSHOT_ARN, ENCRYPTED));
    assert_eq!(made.kms_key.as_str(), OTHER_KEY);
    assert!(made.tags.contains_key(EXPIRES_TAG) && made.tags["rds-refresh:owner"] == format!("r1/handover/{ENCRYPTED}"));

    let Decision::Ready(ready) = decide(&request(), &key(KeyManager::Aws), Some(&copy("available"))) else { panic!("not ready") };
    assert_eq!((ready.arn.identifier().as_str(), ready.kms_key.as_deref()), (ENCRYPTED, Some(OTHER_KEY)));
    assert_eq!(ready.instance, instance_snapshot().instance);
}

#[test]
fn what_is_not_encrypted_is_by_a_copy() {
    let plain = TakenSnapshot(InstanceSnapshot { kms_key: None, ..instance_snapshot() });
    let decide = |request: &SourceRequest, copy: Option<&DbSnapshot>| {
        let original = DbSnapshot { encrypted: false, kms_key: None, ..seen_snapshot() };
        EncryptSnapshot::decide(request, &plain, &cx(), None, copy, Some(&original))
    };
    assert_eq!(decide(&source_request(), None), Decision::Ready(plain.0.clone()), "no key is named");
    let Decision::Do(made) = decide(&request(), None) else { panic!("no copy") };
    assert_eq!((made.identifier.as_str(), made.kms_key.as_str()), (ENCRYPTED, OTHER_KEY));
    let Decision::Ready(ready) = decide(&request(), Some(&copy("available"))) else { panic!("not ready") };
    assert_eq!(ready.kms_key.as_deref(), Some(OTHER_KEY));
}

#[test]
fn a_copy_is_waited_for_and_a_stranger_is_left_alone() {
    let decided = |found: &DbSnapshot| decide(&request(), &key(KeyManager::Aws), Some(found));
    for status in ["pending", "copying", "something new"] {
        assert!(matches!(decided(&copy(status)), Decision::Wait(_)), "{status}");
    }
    for status in ["failed", "deleting"] {
        assert!(matches!(decided(&copy(status)), Decision::Fail(_)), "{status}");
    }
    assert!(matches!(decided(&DbSnapshot { tags: [].into(), ..copy("available") }), Decision::Fail(_)));
    assert!(matches!(decided(&DbSnapshot { kms_key: Some(KEY.into()), ..copy("available") }), Decision::Fail(_)));
    let taken = TakenSnapshot(instance_snapshot());
    let gone = EncryptSnapshot::decide(&request(), &taken, &cx(), Some(&key(KeyManager::Aws)), None, None);
    assert!(matches!(gone, Decision::Fail(_)));
}

#[tokio::test]
async fn without_another_key_nothing_is_called() {
    let source = Arc::new(MockSource::new());
    let step = EncryptSnapshot::new(source.clone(), source);
    let needs = (source_request(), TakenSnapshot(instance_snapshot()));
    assert_eq!(step.reconcile(&needs, &cx()).await, Ok(Progress::Ready(instance_snapshot())));
    assert_eq!(step.footprint(&needs, &cx()), []);
    assert!(iam::policies(step.permissions(), &Scope::source(&source_request())).unwrap().is_empty());
    let asked = iam::policies(step.permissions(), &Scope::source(&request())).unwrap();
    assert!(asked[0].to_json().contains(OTHER_KEY) && asked[0].to_json().contains("snapshot:orders-*-k*"));
    let needs = (request(), TakenSnapshot(instance_snapshot()));
    assert_eq!(step.footprint(&needs, &cx())[0].id, ENCRYPTED);
}

#[tokio::test]
async fn a_failed_run_removes_the_copy_if_it_removes_snapshots() {
    for (on_failure, deletions) in [(OnFailure::RemoveAll, 1), (OnFailure::RemoveCostly, 0), (OnFailure::KeepAll, 0)] {
        let mut source = MockSource::new();
        source.expect_describe_db_snapshot().returning(|_| Ok(Some(copy("available"))));
        source.expect_delete_db_snapshot().times(deletions).returning(|_| Ok(()));
        let source = Arc::new(source);
        let step = EncryptSnapshot::new(source.clone(), source);
        let cx = cx_with(|cx| cx.on_failure = on_failure);
        step.compensate(&(request(), TakenSnapshot(instance_snapshot())), &cx).await.unwrap();
    }
}

/// From a cluster that is encrypted with `aws/rds` to one in another account, and nothing stays but the copy there.
#[tokio::test]
async fn an_aws_managed_key_is_not_the_end() {
    let mut stage = Stage::new(1, VirtualClock::starting_at(Stage::opening()));
    let place = stage.place("111111111111".parse().unwrap(), "eu-west-1".parse().unwrap());
    let managed = stage.managed_key(&place);
    let stage = Stage::two_accounts_with(stage, &SourceCluster { kms_key: Some(managed), ..Default::default() });
    let mut request = serde_json::to_value(stage.request("staging").build().unwrap()).unwrap();
    request["source"]["share_key"] = "alias/private".into();
    let request: rds_refresh_core::request::Request = request.try_into().unwrap();

    let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
    let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
    let (machine, worker) = steps::refresh(&source, &destination).build().unwrap();
    let driver = Driver::new(machine, worker, Arc::new(MemoryStore::new()), Arc::new(stage.fake.clock().clone()));
    let on_failure = request.on_failure();
    let outcome = driver.start(run(), request.into_facts().unwrap(), on_failure).await.unwrap();
    assert_eq!(outcome.verdict, Verdict::Succeeded, "{outcome:?}");

    let copies = stage.fake.world().journal().iter().filter(|it| it.action == "CopyDBSnapshot" && it.took_effect).count();
    assert_eq!(copies, 2);
    for name in ["orders-production-r1-s1", "orders-production-r1-k1"] {
        let found = source.describe_db_snapshot(&name.parse().unwrap()).await;
        assert_eq!(found, Ok(None), "nothing stays in the source account");
    }
}
