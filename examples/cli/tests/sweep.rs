//! A sweep over HTTP: what it shows, and what it removes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::fake::Fake;
use rds_refresh_core::{FileStore, Store};
use rds_refresh_testkit::fault::{Calls, Effect, Failure, Fault, FaultScript, Incident, Strike};
use rds_refresh_testkit::world::ops::CreateDbInstance;
use rds_refresh_testkit::world::{Caller, Operation};

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

fn arm<const N: usize>(fake: &Fake, strikes: [(Calls, Strike); N]) {
    let script = strikes.into_iter().fold(FaultScript::new(), |script, (calls, strike)| script.with(Fault::new(calls, strike)));
    fake.ask("POST", "faults", &script.to_json());
}

/// Production of its own, on which somebody forged the tags of a run, and an instance that a run left, which bills.
#[test]
fn an_instance_that_bills_comes_first_and_production_does_not_come_at_all() {
    let fake = Fake::at("manual");
    arm(&fake, [(Calls::of(Operation::CreateDbSnapshot), Strike::Ends { status: "failed".into() })]);
    let keep = ["--skip-preflight", "--set", "on_failure=keep-all"];
    fake.run(&[&["run", "--run", "one", "--quiet"][..], &keep].concat()).with(1);
    let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let account = &fake.ready().accounts["source"];
    let production = CreateDbInstance {
        identifier: "reporting-production".into(),
        engine: "postgres".into(),
        class: "db.r6g.large".into(),
        allocated_storage: Some(100),
        master_username: Some("reporting".into()),
        manage_master_user_password: Some(true),
        subnet_group: Some("private".into()),
        tags: vec![
            tag("rds-refresh:owner", "x/scratch/reporting-production"),
            tag("rds-refresh:expires", "2026-01-06T00:00:00Z"),
        ],
        ..CreateDbInstance::default()
    };
    let caller = Caller::new(account.account_id.clone(), "eu-west-1".parse().unwrap());
    fake.world().call(&caller, &production).unwrap();
    fake.ask("POST", "clock/advance", A_MONTH);

    let shown = fake.run(&["sweep"]).with(0).out;
    let temporary = format!("DB instance orders-production-one-t1 in {}/eu-west-1\n  expired 2026-", account.account_id);
    assert!(shown.starts_with(&temporary), "{shown}");
    // A month, and what was left of the run's hours.
    let (since, cost) = ("\n  available, 30d 0", "h old, db.r6g.large bills by the hour, 72");
    assert!(shown.contains(since) && shown.contains(cost) && shown.contains(" h so far, 500 GiB, at most 50"), "{shown}");
    assert!(shown.contains("\n  failed, 500 GiB; of the run one\n"), "what has failed is not being made: {shown}");
    assert!(shown.contains("3 found, 3 expired: 1 instance that bills by the hour, 1500 GiB-months a month at most"), "{shown}");

    fake.run(&["sweep", "--apply"]).with(0);
    fake.ask("POST", "clock/advance", A_MONTH);
    let mut left = fake.holds("111111111111", "instances");
    left.retain(|name| !name.starts_with("orders-production-instance-"));
    assert_eq!(left, ["reporting-production"]);
}

#[test]
fn a_bad_answer_ends_no_sweep() {
    let fake = failed();
    fake.ask("POST", "clock/advance", A_MONTH);
    // What passes is not noticed.
    let busy = Strike::Unanswered { failure: Failure::ServiceUnavailable, effect: Effect::None };
    arm(&fake, [(Calls::reads(), Strike::Throttled), (Calls::of(Operation::DescribeDbSnapshots), busy)]);
    let shown = fake.run(&["sweep"]).with(0);
    assert!(shown.out.contains("3 found, 3 expired") && shown.err.is_empty(), "{shown:?}");

    // What does not is told with its place, and the rest is removed: not what may be being copied, as nobody sees the copies.
    let destination = "222222222222".parse().unwrap();
    arm(
        &fake,
        [
            (Calls::of(Operation::ListGrants).always(), Strike::Denied),
            (Calls::of(Operation::DescribeDbSnapshots).by(&destination).always(), Strike::Expired),
        ],
    );
    let told = fake.run(&["sweep", "--output", "json"]).with(1).out;
    let lines: Vec<serde_json::Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let unseen: Vec<String> =
        lines.iter().filter_map(|line| line.get("unseen")).map(|it| format!("{} {}", it["account"], it["kind"])).collect();
    assert_eq!(unseen, [r#""111111111111" "kms-grant""#, r#""222222222222" "db-snapshot""#]);
    let swept = fake.run(&["sweep", "--apply"]).with(1);
    assert!(swept.err.contains("KMS grants in 111111111111/eu-west-1 could not be looked at: ListGrants on"), "{swept:?}");
    assert!(
        swept.err.contains("DB snapshots in 222222222222/eu-west-1 could not be looked at: DescribeDBSnapshots on"),
        "{swept:?}"
    );
    assert!(swept.out.contains("2 found, 1 expired"), "{swept:?}");
    fake.ask("POST", "clock/advance", A_MONTH);
    assert_eq!(snapshots(&fake), KEPT[1..]);

    // An answer that is lost, and nobody can look: it may be removed.
    let lost = Strike::Unanswered { failure: Failure::Timeout, effect: Effect::Done };
    let source = "111111111111".parse().unwrap();
    arm(
        &fake,
        [
            (Calls::of(Operation::DeleteDbSnapshot), lost),
            (Calls::of(Operation::DescribeDbSnapshots).by(&source).about(KEPT[1]).always(), Strike::Denied),
        ],
    );
    let swept = fake.run(&["sweep", "--apply"]).with(1).out;
    assert!(swept.contains("\n  may be removed: sweep again, which shows it: DeleteDBSnapshot"), "{swept}");
    arm(&fake, []);
    fake.ask("POST", "clock/advance", A_MONTH);
    assert!(snapshots(&fake).is_empty());
}
