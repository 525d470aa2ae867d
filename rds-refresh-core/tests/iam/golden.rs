//! Whole documents, as a person would review them.

use rds_refresh_core::iam::{MAX_POLICY_SIZE, PolicyDocument, Scope};
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::steps;
use serde_json::{Value, json};

use crate::common::{KEY, cluster_builder, destination_builder, id, source_builder};
use crate::{policy, refresh};

/// Compares with a file beside this one. With `UPDATE_GOLDEN` set it is written instead.
fn assert_golden(name: &str, policy: &PolicyDocument) {
    let path = format!("{}/tests/iam/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = policy.to_json() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap(), "{path}");
    assert!(policy.size() <= MAX_POLICY_SIZE);
    assert_eq!(serde_json::from_str::<PolicyDocument>(&text).unwrap(), *policy);
}

fn source(change: impl FnOnce(&mut Value)) -> SourceRequest {
    let mut value = Value::from(source_builder());
    change(&mut value);
    value.try_into().unwrap()
}

fn destination(change: impl FnOnce(&mut Value)) -> DestinationRequest {
    let mut value = Value::from(destination_builder());
    change(&mut value);
    value.try_into().unwrap()
}

#[test]
fn the_source_of_a_new_snapshot() {
    assert_golden("source", &policy(&refresh(), &Scope::source(&source(|_| {}))));
}

#[test]
fn the_source_of_an_automated_snapshot_with_all_that_can_be_named() {
    let request = source(|request| {
        request["snapshot"] = json!({ "automated_within": "6h" });
        request["temporary"]["parameter_group"] = json!("orders-pg16");
    });
    let scope = Scope::source(&request).with_source_key(&KEY.parse().unwrap());
    assert_golden("source-automated", &policy(&refresh(), &scope));
}

#[test]
fn the_destination() {
    assert_golden("destination", &policy(&refresh(), &Scope::destination(&destination(|_| {}))));
}

#[test]
fn the_destination_with_all_that_can_be_named() {
    let request = destination(|request| {
        request["kms_key"] = json!("alias/staging");
        request["source_keys"] = json!([KEY]);
        request["source_region"] = json!("eu-central-1");
        request["source_keys"] = json!(["arn:aws:kms:eu-central-1:111111111111:key/production"]);
        let mut cluster = Value::from(cluster_builder());
        cluster["parameter_group"] = json!("orders-cluster");
        cluster["monitoring"] = json!({ "interval_seconds": 60, "role_arn": "arn:aws:iam::222222222222:role/rds-monitoring" });
        cluster["performance_insights"] = json!({ "kms_key": "1234abcd" });
        request["cluster"] = cluster;
    });
    let scope = Scope::destination(&request).with_source_cluster(&id("orders"));
    assert_golden("destination-all", &policy(&refresh(), &scope));
}

/// China has a partition and service names of its own.
#[test]
fn the_destination_in_china() {
    let request = destination(|request| {
        request["region"] = json!("cn-north-1");
        request["source_region"] = json!("cn-north-1");
        request["kms_key"] = json!("1234abcd");
    });
    assert_golden("destination-china", &policy(&refresh(), &Scope::destination(&request)));
}

/// The halves by themselves ask for what they do in the whole, and the settlement for no more than the whole does.
#[test]
fn halves_ask_for_nothing_that_the_whole_does_not() {
    use std::sync::Arc;

    use crate::common::{MockAcknowledged, MockDestination, MockSource};

    let ports: Arc<dyn rds_refresh_core::ports::Source> = Arc::new(MockSource::new());
    let acknowledged: Arc<dyn steps::Acknowledgements> = Arc::new(MockAcknowledged::new());
    let settling = steps::settlement(&ports, &acknowledged).build().unwrap().1;
    let scope = Scope::source(&source(|_| {}));
    assert_eq!(policy(&settling, &scope), policy(&refresh(), &scope));
    let ports: Arc<dyn rds_refresh_core::ports::Destination> = Arc::new(MockDestination::new());
    let receiving = steps::destination(&ports).build().unwrap().1;
    let scope = Scope::destination(&destination(|_| {}));
    assert_eq!(policy(&receiving, &scope), policy(&refresh(), &scope));
}
