//! A source that is not encrypted: refused, unless the request says otherwise; what comes of it is encrypted in any case.

use rds_refresh_core::machine::Cause;
use rds_refresh_core::request::Request;
use rds_refresh_core::steps::{ClusterSnapshot, Handover, RestoredCluster, SnapshotCopy};
use rds_refresh_core::{Driver, Facts, OnFailure, Outcome, Verdict};
use rds_refresh_testkit::TwoAccounts;
use serde_json::{Value, json};

use crate::fixture::Run;

/// A stage whose source cluster is not encrypted, nor any of its backups.
fn unencrypted() -> Run {
    let run = Run::seeded(1);
    let TwoAccounts { source, fake, cluster, .. } = &run.stage;
    {
        let mut world = fake.world();
        let holdings = world.at_mut(&source.place());
        holdings.clusters.get_mut(cluster).unwrap().kms_key = None;
        holdings.instances.values_mut().for_each(|it| it.kms_key = None);
        holdings.cluster_snapshots.values_mut().for_each(|it| it.kms_key = None);
    }
    run
}

/// The run's request, with more.
fn request(run: &Run, source: Value, destination: Value) -> Facts {
    let mut request = serde_json::to_value(run.request()).unwrap();
    for (half, more) in [("source", source), ("destination", destination)] {
        let Value::Object(more) = more else { panic!("fields") };
        request[half].as_object_mut().unwrap().extend(more);
    }
    Request::try_from(request).unwrap().into_facts().unwrap()
}

async fn refreshed(run: &Run, facts: Facts) -> Outcome {
    let driver: Driver = run.driver();
    driver.start(run.id.clone(), facts, OnFailure::default()).await.unwrap()
}

fn why(outcome: &Outcome) -> (&str, String) {
    match &outcome.verdict {
        Verdict::Failed { step, cause: Cause::Error { error } } => (step, error.to_string()),
        other => panic!("{other:?}"),
    }
}

async fn facts(run: &Run) -> Facts {
    use rds_refresh_core::Store;
    run.store.load(&run.id).await.unwrap().unwrap().state.facts().clone()
}

#[tokio::test]
async fn it_is_refused_with_the_reason() {
    let run = unencrypted();
    let outcome = refreshed(&run, run.facts()).await;
    let (step, error) = why(&outcome);
    assert_eq!(step, "snapshot-cluster");
    assert!(error.contains("not encrypted, and whoever an unencrypted snapshot is shared with can read it"), "{error}");
    assert!(run.mutations().is_empty());
}

#[tokio::test]
async fn the_destination_must_allow_it_too() {
    let run = unencrypted();
    let outcome = refreshed(&run, request(&run, json!({ "allow_unencrypted": true }), json!({}))).await;
    let (step, error) = why(&outcome);
    assert_eq!(step, "copy-snapshot");
    assert!(error.contains("`allow_unencrypted_source`"), "{error}");
    assert!(!run.mutations().iter().any(|made| made.starts_with("CopyDBSnapshot")));
}

#[tokio::test]
async fn where_both_allow_it_the_copy_is_encrypted_and_no_key_of_the_source_is_touched() {
    let run = unencrypted();
    let allowed = request(&run, json!({ "allow_unencrypted": true }), json!({ "allow_unencrypted_source": true }));
    assert_eq!(refreshed(&run, allowed).await.verdict, Verdict::Succeeded);

    let facts = facts(&run).await;
    assert_eq!(facts.read::<ClusterSnapshot>().unwrap().kms_key, None);
    assert_eq!(facts.read::<Handover>().unwrap().kms_key, None);
    assert_eq!(facts.read::<SnapshotCopy>().unwrap().kms_key, run.stage.destination_key);
    assert!(!run.mutations().iter().any(|made| made.contains("Grant")), "{:?}", run.mutations());
    let restored = facts.read::<RestoredCluster>().unwrap();
    let held = run.stage.fake.world().at(&run.stage.destination.place()).clusters[restored.identifier.as_str()].kms_key.clone();
    assert_eq!(held.as_ref(), Some(&run.stage.destination_key));
    assert_eq!(run.resources().len(), 3, "the two clusters and the copy: {:?}", run.resources());
}

/// With a key to share under, nothing unencrypted crosses, and the destination need not allow it.
#[tokio::test]
async fn with_a_key_to_share_under_what_crosses_is_encrypted() {
    let run = unencrypted();
    let key = run.stage.private_key.clone();
    let by_key = request(&run, json!({ "allow_unencrypted": true, "share_key": key }), json!({}));
    assert_eq!(refreshed(&run, by_key).await.verdict, Verdict::Succeeded);
    let handover = facts(&run).await.read::<Handover>().unwrap();
    assert_eq!(handover.kms_key.map(|key| key.to_string()), Some(key));
    let shared: Vec<String> = run.mutations().into_iter().filter(|made| made.starts_with("ModifyDBSnapshotAttribute")).collect();
    assert_eq!(shared, vec!["ModifyDBSnapshotAttribute orders-production-nightly-k1"; 2], "shared, and unshared");
}

/// States that were stored when every snapshot had a key are read as they were.
#[test]
fn a_fact_of_before_is_read() {
    let stored = json!({ "identifier": "c1", "cluster": "orders", "owned": true, "engine": "postgres", "engine_version": "16.4",
        "kms_key": "arn:aws:kms:eu-west-1:111111111111:key/1", "allocated_storage": 100 });
    let fact: ClusterSnapshot = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(fact.kms_key.as_deref(), Some("arn:aws:kms:eu-west-1:111111111111:key/1"));
    assert_eq!(serde_json::to_value(&fact).unwrap(), stored, "and written as it was");
}
