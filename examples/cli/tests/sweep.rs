//! A sweep over HTTP: what it shows, and what it removes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::fake::Fake;
use rds_refresh_core::{FileStore, Store};
use rds_refresh_testkit::fault::{FaultScript, Incident};

/// Thirty days: longer than anything is kept for.
const A_MONTH: &str = "{\"seconds\": 2592000}";

/// A run that fails in its last step, and keeps its three snapshots.
fn failed() -> Fake {
    let fake = Fake::at("x3000");
    let wrong = ["--skip-preflight", "--set", "destination.cluster.parameter_group=none-such"];
    fake.run(&[&["run", "--run", "one", "--quiet"][..], &wrong].concat()).with(1);
    fake
}

fn snapshots(fake: &Fake) -> Vec<String> {
    let mut all = fake.holds("111111111111", "cluster_snapshots");
    all.extend(fake.holds("111111111111", "snapshots"));
    all.extend(fake.holds("222222222222", "snapshots"));
    all
}

const KEPT: [&str; 3] = ["orders-production-one-c1", "orders-production-one-s1", "orders-staging-one-d1"];

#[test]
fn nothing_goes_before_its_time_or_without_being_asked_for() {
    let fake = failed();
    let early = fake.run(&["sweep", "--apply"]).with(0).out;
    assert!(early.contains("3 found, none has expired") && early.contains("kept until 2026-"), "{early}");
    assert_eq!(snapshots(&fake), KEPT);

    // Somebody restores a snapshot without tags, and the instance inherits those of the snapshot's source.
    let restore = Incident::RestoreWithoutTags { snapshot: "orders-production-one-s1".into() };
    let script = FaultScript::new().at(Duration::ZERO, restore);
    fake.ask("POST", "faults", &script.to_json());
    fake.ask("POST", "clock/advance", A_MONTH);
    let shown = fake.run(&["sweep"]).with(0).out;
    assert!(shown.contains("DB snapshot orders-staging-one-d1 in 222222222222/eu-west-1\n  expired 2026-"), "{shown}");
    assert!(shown.contains("GiB-months so far; of the run one\n"), "{shown}");
    assert!(shown.contains("3 found, 3 expired:") && shown.contains("rds-refresh sweep --apply removes"), "{shown}");
    assert!(!shown.contains("restored-by-somebody"), "{shown}");
    assert_eq!(snapshots(&fake), KEPT);

    let swept = fake.run(&["sweep", "--apply", "--output", "json"]).with(0).out;
    assert_eq!(swept.lines().count(), 3);
    for line in swept.lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((&object["removed"], &object["fate"]["is"]), (&true.into(), &"expired".into()), "{line}");
    }
    fake.ask("POST", "clock/advance", A_MONTH);
    assert!(snapshots(&fake).is_empty());
    assert!(fake.holds("111111111111", "instances").contains(&"restored-by-somebody".to_owned()));
    assert_eq!(fake.holds("111111111111", "clusters"), ["orders-production"]);
}

#[test]
fn a_live_run_is_spared_and_an_unknown_one_is_not() {
    let fake = failed();
    fake.ask("POST", "clock/advance", A_MONTH);
    let state = fake.place.path("state/one.json");
    let ended = std::fs::read_to_string(&state).unwrap();
    // Nobody can say that a run has ended whose state cannot be read.
    std::fs::write(&state, &ended[..ended.len() / 2]).unwrap();
    let spared = fake.run(&["sweep", "--apply"]).with(0);
    assert!(spared.out.contains("its run has not ended") && spared.err.contains("is damaged"), "{spared:?}");
    assert_eq!(snapshots(&fake), KEPT);

    std::fs::remove_file(&state).unwrap();
    let swept = fake.run(&["sweep", "--apply"]).with(0).out;
    assert!(swept.contains("removed") && swept.contains("of the run one (unknown here)"), "{swept}");
    fake.ask("POST", "clock/advance", A_MONTH);
    assert!(snapshots(&fake).is_empty());
}

/// A run that has ended may be on its way to be resumed: whoever holds it, its snapshots stay.
#[test]
fn a_run_that_somebody_holds_is_spared() {
    let fake = failed();
    fake.ask("POST", "clock/advance", A_MONTH);
    let store = FileStore::open(fake.place.path("state")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let lease = runtime.block_on(store.lease(&"one".parse().unwrap(), Duration::from_mins(1))).unwrap();
    let spared = fake.run(&["sweep", "--apply"]).with(0).out;
    assert!(spared.contains("its run has not ended") && !spared.contains("removed"), "{spared}");
    assert_eq!(snapshots(&fake), KEPT);

    drop(lease);
    let swept = fake.run(&["sweep", "--apply"]).with(0).out;
    assert_eq!(swept.matches("\n  removed\n").count(), 3, "{swept}");
}

#[test]
fn a_result_is_never_found() {
    let fake = Fake::at("x3000");
    fake.run(&["run", "--run", "one", "--quiet"]).with(0);
    std::fs::remove_file(fake.place.path("state/one.json")).unwrap();
    fake.ask("POST", "clock/advance", A_MONTH);
    fake.run(&["sweep", "--apply"]).with(0);
    assert_eq!(fake.holds("222222222222", "clusters"), ["orders-staging"]);
    assert_eq!(fake.holds("111111111111", "clusters"), ["orders-production"]);
}
