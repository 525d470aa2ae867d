//! Every fault, as a caller of the model sees it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod names;
mod services;
mod targets;

use std::time::Duration;

use rds_refresh_core::resource::OWNER_TAG;
use rds_refresh_testkit::fault::{Calls, Effect, Failure, Fault, FaultScript, Incident, Rate, RateLimits, Strike};
use rds_refresh_testkit::world::{Operation, ops};
use rds_refresh_testkit::{ApiError, Stage, TwoAccounts};

const MINUTE: Duration = Duration::from_mins(1);

fn stage(faults: impl IntoIterator<Item = Fault>) -> TwoAccounts {
    let stage = Stage::two_accounts(1);
    arm(&stage, faults);
    stage
}

fn arm(stage: &TwoAccounts, faults: impl IntoIterator<Item = Fault>) {
    let script = FaultScript { faults: faults.into_iter().collect(), ..FaultScript::default() };
    stage.fake.world().arm(script);
}

fn snapshot(stage: &TwoAccounts, name: &str) -> Result<String, ApiError> {
    let tags = vec![(OWNER_TAG.to_owned(), "mine".to_owned())];
    let create = ops::CreateDbClusterSnapshot { identifier: name.into(), cluster: stage.cluster.clone(), tags };
    stage.fake.call(&stage.source, &create).map(|snapshot| snapshot.status)
}

fn status(stage: &TwoAccounts, name: &str) -> Result<String, &'static str> {
    let describe = ops::DescribeDbClusterSnapshots { identifier: Some(name.into()), ..Default::default() };
    let page = stage.fake.call(&stage.source, &describe).map_err(|error| error.code)?;
    Ok(page.items[0].status.clone())
}

fn restore(stage: &TwoAccounts, name: &str) -> Result<String, ApiError> {
    let restore = ops::RestoreDbInstanceFromDbSnapshot {
        identifier: name.into(),
        cluster_snapshot: Some("mine".into()),
        class: Some(stage.instance_class.clone()),
        subnet_group: Some(stage.subnet_group.clone()),
        backup_retention_period: Some(0),
        tags: vec![(OWNER_TAG.to_owned(), "mine".to_owned())],
        ..Default::default()
    };
    stage.fake.call(&stage.source, &restore).map(|instance| instance.status)
}

fn instance(stage: &TwoAccounts, name: &str) -> Result<String, &'static str> {
    let describe = ops::DescribeDbInstances { identifier: Some(name.into()), ..Default::default() };
    let page = stage.fake.call(&stage.source, &describe).map_err(|error| error.code)?;
    Ok(page.items[0].status.clone())
}

/// With an available cluster snapshot `mine`.
fn with_snapshot(faults: impl IntoIterator<Item = Fault>) -> TwoAccounts {
    let stage = stage([]);
    assert_eq!(snapshot(&stage, "mine").as_deref(), Ok("creating"));
    stage.advance(MINUTE * 600);
    assert_eq!(status(&stage, "mine").as_deref(), Ok("available"));
    arm(&stage, faults);
    stage
}

#[test]
fn what_is_refused_is_not_executed() {
    let table = [
        (Strike::Throttled, "Throttling", 400),
        (Strike::Expired, "ExpiredToken", 403),
        (Strike::Skewed, "SignatureDoesNotMatch", 403),
        (Strike::Denied, "AccessDenied", 403),
        (Strike::SnapshotQuota, "SnapshotQuotaExceeded", 400),
        (Strike::CopyQuota, "SnapshotQuotaExceeded", 400),
        (Strike::Capacity, "InsufficientDBInstanceCapacity", 400),
        (Strike::Unanswered { failure: Failure::InternalFailure, effect: Effect::None }, "InternalFailure", 500),
        (Strike::Unanswered { failure: Failure::ServiceUnavailable, effect: Effect::None }, "ServiceUnavailable", 503),
        (Strike::Unanswered { failure: Failure::Timeout, effect: Effect::None }, "RequestTimeout", 0),
    ];
    for (strike, code, http) in table {
        let stage = stage([Fault::new(Calls::mutations(), strike.clone())]);
        let error = snapshot(&stage, "mine").unwrap_err();
        assert_eq!((error.code, error.status), (code, http), "{strike:?}");
        assert_eq!(status(&stage, "mine"), Err("DBClusterSnapshotNotFoundFault"), "{strike:?}");
        let world = stage.fake.world();
        assert_eq!((world.journal()[0].fault, world.journal()[0].took_effect), (Some(strike.name()), false));
        assert_eq!(world.struck()[strike.name()], 1);
        drop(world);
        // Once and no more.
        snapshot(&stage, "mine").unwrap();
    }
}

#[test]
fn an_answer_is_lost_after_the_effect() {
    for failure in [Failure::Timeout, Failure::InternalFailure, Failure::ServiceUnavailable] {
        let stage = stage([Fault::new(Calls::mutations(), Strike::Unanswered { failure, effect: Effect::Done })]);
        snapshot(&stage, "mine").unwrap_err();
        assert_eq!(status(&stage, "mine").unwrap(), "creating");
        assert!(stage.fake.world().journal()[0].took_effect);
    }
}

#[test]
fn an_effect_comes_after_its_caller_gave_up() {
    let late = Strike::Unanswered { failure: Failure::Timeout, effect: Effect::Late { by: MINUTE } };
    let stage = stage([Fault::new(Calls::mutations(), late)]);
    snapshot(&stage, "mine").unwrap_err();
    stage.advance(Duration::from_secs(59));
    assert!(status(&stage, "mine").is_err());
    stage.advance(MINUTE);
    assert_eq!(status(&stage, "mine").unwrap(), "creating");
    let world = stage.fake.world();
    let entry = world.journal().iter().find(|entry| entry.fault == Some("late")).unwrap();
    // It took effect at its own time, not when somebody looked.
    assert_eq!((entry.at, entry.took_effect), (Stage::opening() + MINUTE, true));
}

#[test]
fn a_read_is_as_of_a_while_ago() {
    let stage = stage([Fault::new(Calls::reads().always(), Strike::Stale { by: MINUTE })]);
    snapshot(&stage, "mine").unwrap();
    stage.advance(Duration::from_secs(59));
    assert_eq!(status(&stage, "mine"), Err("DBClusterSnapshotNotFoundFault"));
    stage.advance(Duration::from_secs(1));
    assert_eq!(status(&stage, "mine").unwrap(), "creating");
    // The end of the snapshot shows late by as much.
    let mut seen_at = None;
    let ready = loop {
        stage.advance(Duration::from_secs(1));
        stage.fake.world().settle();
        let is_ready = stage
            .fake
            .world()
            .at(&stage.source.place())
            .cluster_snapshots
            .values()
            .any(|it| it.identifier == "mine" && it.status == "available");
        if is_ready {
            seen_at.get_or_insert(stage.fake.clock().now());
        }
        if status(&stage, "mine").unwrap() == "available" {
            break stage.fake.clock().now();
        }
    };
    assert_eq!(ready.since(seen_at.unwrap()), MINUTE);
}

#[test]
fn a_call_is_matched_by_number_window_account_and_name() {
    let fault = |calls: Calls| [Fault::new(calls, Strike::Throttled)];
    let errors = |stage: &TwoAccounts| -> Vec<bool> { (0..4).map(|_| status(stage, "mine") == Err("Throttling")).collect() };
    assert_eq!(errors(&with_snapshot(fault(Calls::reads().after(1).times(2)))), [false, true, true, false]);
    assert_eq!(errors(&with_snapshot(fault(Calls::reads().always()))), [true; 4]);
    assert_eq!(errors(&with_snapshot(fault(Calls::mutations().always()))), [false; 4]);
    assert_eq!(errors(&with_snapshot(fault(Calls::reads().about("mi*").always()))), [true; 4]);
    assert_eq!(errors(&with_snapshot(fault(Calls::reads().about("other*").always()))), [false; 4]);
    let other = Stage::two_accounts(1).destination.account;
    assert_eq!(errors(&with_snapshot(fault(Calls::reads().by(&other).always()))), [false; 4]);

    let windowed = with_snapshot(fault(Calls::reads().always().between(MINUTE, MINUTE * 2)));
    for throttled in [false, true, false] {
        assert_eq!(status(&windowed, "mine").is_err(), throttled);
        windowed.advance(MINUTE);
    }
    let chance = with_snapshot(fault(Calls::reads().always().percent(50)));
    let struck = (0..100).filter(|_| status(&chance, "mine").is_err()).count();
    assert!((30..70).contains(&struck), "{struck}");
}

#[test]
fn what_is_being_made_ends_badly() {
    let ends = Strike::Ends { status: "incompatible-restore".into() };
    let stage = with_snapshot([Fault::new(Calls::of(Operation::RestoreDbInstanceFromDbSnapshot), ends)]);
    assert_eq!(restore(&stage, "copy").unwrap(), "creating");
    stage.advance(MINUTE);
    assert_eq!(instance(&stage, "copy").unwrap(), "creating");
    stage.advance(MINUTE * 600);
    assert_eq!(instance(&stage, "copy").unwrap(), "incompatible-restore");
}

#[test]
fn what_is_deleted_keeps_its_name_for_longer() {
    let lingers = Strike::Lingers { by: MINUTE * 120 };
    let stage = with_snapshot([Fault::new(Calls::of(Operation::DeleteDbInstance), lingers)]);
    restore(&stage, "copy").unwrap();
    stage.advance(MINUTE * 600);
    let delete = ops::DeleteDbInstance { identifier: "copy".into(), skip_final_snapshot: Some(true), ..Default::default() };
    stage.fake.call(&stage.source, &delete).unwrap();
    stage.advance(MINUTE * 120);
    assert_eq!(instance(&stage, "copy").as_deref(), Ok("deleting"));
    assert_eq!(restore(&stage, "copy").unwrap_err().code, "DBInstanceAlreadyExists");
    stage.advance(MINUTE * 120);
    assert_eq!(instance(&stage, "copy"), Err("DBInstanceNotFound"));
}

#[test]
fn what_is_available_is_not_so_any_more() {
    let flips = Strike::Flips { status: "backing-up".into(), lasting: MINUTE };
    let stage = with_snapshot([]);
    restore(&stage, "copy").unwrap();
    stage.advance(MINUTE * 60);
    arm(&stage, [Fault::new(Calls::of(Operation::DescribeDbInstances), flips)]);
    assert_eq!(instance(&stage, "copy").unwrap(), "available");
    assert_eq!(instance(&stage, "copy").unwrap(), "backing-up");
    stage.advance(MINUTE);
    assert_eq!(instance(&stage, "copy").unwrap(), "available");
}

#[test]
fn a_stranger_takes_the_name_first() {
    let stage = stage([Fault::new(Calls::mutations(), Strike::Squatted)]);
    assert_eq!(snapshot(&stage, "mine").unwrap_err().code, "DBClusterSnapshotAlreadyExistsFault");
    let world = stage.fake.world();
    let made = &world.at(&stage.source.place()).cluster_snapshots["mine"];
    assert!(!made.tags.contains_key(OWNER_TAG));
    assert!(world.journal()[0].somebody && world.journal()[0].took_effect);
}

#[test]
fn calls_are_limited_by_account() {
    let stage = with_snapshot([]);
    let one = Rate { per_second: 1, burst: 2 };
    let limits = RateLimits { reads: one, mutations: one };
    stage.fake.world().arm(FaultScript { rate_limits: Some(limits), ..FaultScript::default() });
    let ask = || status(&stage, "mine").is_ok();
    assert_eq!([ask(), ask(), ask()], [true, true, false]);
    let elsewhere = ops::DescribeDbClusters::default();
    assert!(stage.fake.call(&stage.destination, &elsewhere).is_ok(), "the other account has buckets of its own");
    stage.advance(Duration::from_secs(1));
    assert_eq!([ask(), ask()], [true, false]);
}

#[test]
fn somebody_does_something_some_time_after_a_call() {
    let delete = Incident::DeleteSnapshot { snapshot: "mi*".into() };
    let somebody = Strike::Somebody { does: delete, after: MINUTE };
    let stage = with_snapshot([Fault::new(Calls::reads(), somebody)]);
    assert_eq!(status(&stage, "mine").unwrap(), "available");
    stage.advance(MINUTE);
    assert_eq!(status(&stage, "mine").unwrap(), "deleting");
    let world = stage.fake.world();
    assert!(world.journal().iter().any(|entry| entry.action == "DeleteDBClusterSnapshot" && entry.somebody));
}

/// What each incident does to a stage with the instance `copy` and the snapshot `mine`.
#[test]
fn everything_that_somebody_can_do() {
    let all = || "*".to_owned();
    let incidents = [
        Incident::DisableKey { key: "alias/orders".into() },
        Incident::RevokePolicy { key: "alias/orders".into() },
        Incident::DeleteSnapshot { snapshot: all() },
        Incident::RestoreWithoutTags { snapshot: "mine".into() },
        Incident::StopInstance { instance: "copy".into() },
        Incident::RenameInstance { instance: "copy".into() },
        Incident::DeleteInstance { instance: "copy".into() },
        Incident::Protect { resource: "copy".into() },
        Incident::Untag { resource: "copy".into(), tag: OWNER_TAG.into() },
        Incident::Become { resource: "mine".into(), status: "failed".into() },
        Incident::ClockJump { by: MINUTE * 60 },
    ];
    for incident in incidents {
        let stage = with_snapshot([]);
        restore(&stage, "copy").unwrap();
        stage.advance(MINUTE * 60);
        let mut world = stage.fake.world();
        world.settle();
        let before = world.to_json();
        world.arm(FaultScript::new().at(Duration::ZERO, incident.clone()));
        world.settle();
        assert_ne!(world.to_json(), before, "{incident:?}");
        assert_eq!(world.struck()[incident.name()], 1);
    }
}

#[test]
fn a_renamed_instance_keeps_its_resource_id() {
    let stage = with_snapshot([]);
    restore(&stage, "copy").unwrap();
    stage.advance(MINUTE * 60);
    let mut world = stage.fake.world();
    world.settle();
    let place = stage.source.place();
    let id = world.at(&place).instances["copy"].resource_id.clone();
    world.arm(FaultScript::new().at(Duration::ZERO, Incident::RenameInstance { instance: "copy".into() }));
    world.settle();
    assert_eq!(world.at(&place).instances["copy-renamed"].resource_id, id);
    assert!(!world.at(&place).instances.contains_key("copy"));
}

#[test]
fn a_grant_takes_its_time() {
    let stage = stage([Fault::new(Calls::of(Operation::CreateGrant), Strike::Spreading { over: MINUTE })]);
    let create = ops::CreateGrant {
        key: stage.source_key.clone(),
        grantee: format!("arn:aws:iam::{}:root", stage.destination.account),
        operations: vec!["Decrypt".into()],
        name: Some("mine".into()),
        ..Default::default()
    };
    let grant = stage.fake.call(&stage.source, &create).unwrap();
    let effective = || {
        let world = stage.fake.world();
        let keys = &world.at(&stage.source.place()).keys;
        keys.values().flat_map(|key| &key.grants).find(|it| it.id == grant.id).unwrap().effective_from
    };
    assert_eq!(effective(), Stage::opening() + MINUTE);
}

#[test]
fn what_is_disarmed_strikes_no_more_and_late_effects_still_come() {
    let late = Strike::Unanswered { failure: Failure::Timeout, effect: Effect::Late { by: MINUTE } };
    let stage = stage([Fault::new(Calls::mutations(), late), Fault::new(Calls::reads().always(), Strike::Throttled)]);
    snapshot(&stage, "mine").unwrap_err();
    stage.fake.world().disarm();
    assert!(status(&stage, "mine").is_err_and(|code| code != "Throttling"));
    stage.advance(MINUTE);
    assert_eq!(status(&stage, "mine").unwrap(), "creating");
}

#[test]
fn a_script_is_drawn_from_its_seed() {
    for seed in 0..200 {
        let script = FaultScript::drawn(seed, 6);
        assert_eq!(script, FaultScript::drawn(seed, 6));
        assert_eq!(script.faults.len() + script.planned.len(), 6);
        assert_eq!(FaultScript::from_json(&script.to_json()).unwrap(), script);
    }
    assert_ne!(FaultScript::drawn(1, 6), FaultScript::drawn(2, 6));
    assert_eq!(FaultScript::drawn(1, 0), FaultScript::new());
}

#[test]
fn a_wrong_script_is_refused_with_what_was_expected() {
    for (text, says) in [
        (r#"{ "fault": [] }"#, "unknown field `fault`, expected one of `faults`"),
        (r#"{ "faults": [{ "strike": { "stale": { "for": 3 } } }] }"#, "unknown field `for`, expected `by`"),
        (
            r#"{ "faults": [{ "calls": { "operation": "CopySnapshot" }, "strike": "throttled" }] }"#,
            "is no operation of this model",
        ),
        (r#"{ "faults": [{ "calls": { "percent": 101 }, "strike": "throttled" }] }"#, "faults[0].calls.percent is 101"),
        (r#"{ "faults": [{ "calls": { "from": 5, "until": 5 }, "strike": "throttled" }] }"#, "must be later than `from`"),
        (r#"{ "planned": [{ "at": 1e30, "incident": { "clock-jump": { "by": 1 } } }] }"#, "invalid type"),
        (r#"{ "planned": [{ "at": 9999999999, "incident": { "clock-jump": { "by": 1 } } }] }"#, "more than ten years"),
    ] {
        let error = FaultScript::from_json(text).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}
