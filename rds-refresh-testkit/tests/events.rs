//! What RDS tells about what happened, and how it is asked for.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{CLUSTER, CLUSTER_SNAPSHOT, COPY, INSTANCE, SNAPSHOT};
use rds_refresh_core::{Resource, ResourceKind, Secret};
use rds_refresh_testkit::timing::Spread;
use rds_refresh_testkit::world::ops::{
    DeleteDbCluster, DeleteDbClusterSnapshot, DeleteDbInstance, DeleteDbSnapshot, DescribeEvents, ModifyDbCluster,
    ModifyDbInstance, RestoreDbInstanceFromDbSnapshot,
};
use rds_refresh_testkit::world::{Event, Filter, Paging};
use rds_refresh_testkit::{Caller, Stage, TwoAccounts};

const HOUR: Duration = Duration::from_hours(1);

fn all() -> DescribeEvents {
    DescribeEvents { minutes: Some(14 * 24 * 60), ..Default::default() }
}

fn ask(stage: &TwoAccounts, caller: &Caller, request: &DescribeEvents) -> Vec<Event> {
    stage.fake.call(caller, request).unwrap().items
}

/// `category: message` of one resource's events, in order.
fn told(stage: &TwoAccounts, caller: &Caller, source_type: &str, source: &str) -> Vec<String> {
    let request = DescribeEvents { source: Some(source.into()), source_type: Some(source_type.into()), ..all() };
    ask(stage, caller, &request).iter().map(|event| format!("{}: {}", event.categories.join(","), event.message)).collect()
}

#[test]
fn the_seven_steps_tell_what_rds_tells() {
    let stage = common::stage();
    common::go_through(&stage, 7);
    let (source, destination) = (&stage.source, &stage.destination);
    let skip_final_snapshot = Some(true);
    stage
        .fake
        .call(source, &DeleteDbInstance { identifier: INSTANCE.into(), skip_final_snapshot, ..Default::default() })
        .unwrap();
    stage.fake.call(source, &DeleteDbSnapshot { identifier: SNAPSHOT.into() }).unwrap();
    stage.fake.call(source, &DeleteDbClusterSnapshot { identifier: CLUSTER_SNAPSHOT.into() }).unwrap();
    stage.advance(4 * HOUR);
    let password = Some(Secret::new("correct-horse-battery".to_owned()));
    let change = ModifyDbCluster { identifier: CLUSTER.into(), master_user_password: password, ..Default::default() };
    stage.fake.call(destination, &change).unwrap();
    stage.advance(HOUR);
    let delete = DeleteDbCluster { identifier: CLUSTER.into(), skip_final_snapshot, ..Default::default() };
    stage.fake.call(destination, &delete).unwrap();
    stage.advance(HOUR);

    let cases: [(&Caller, &str, &str, &[&str]); 6] = [
        (
            source,
            "db-cluster-snapshot",
            CLUSTER_SNAPSHOT,
            &[
                "backup: Creating manual cluster snapshot",
                "backup: Manual cluster snapshot created",
                "deletion: Deleted manual snapshot",
            ],
        ),
        (
            source,
            "db-instance",
            INSTANCE,
            &[
                "creation: DB instance created",
                "backup: Backing up DB instance",
                "backup: Finished DB Instance backup",
                "deletion: DB instance deleted",
            ],
        ),
        (
            source,
            "db-snapshot",
            SNAPSHOT,
            &["creation: Creating manual snapshot", "creation: Manual snapshot created", "deletion: Deleted user snapshot"],
        ),
        (
            destination,
            "db-snapshot",
            COPY,
            &[
                "notification: Started copy of snapshot refresh-s in region eu-west-1",
                "notification: Finished copy of snapshot refresh-s in region eu-west-1",
            ],
        ),
        (
            destination,
            "db-cluster",
            CLUSTER,
            &["creation: DB cluster created", "configuration change: Reset master credentials", "deletion: DB cluster deleted"],
        ),
        (
            destination,
            "db-instance",
            "orders-staging-instance-2",
            &["creation: DB instance created", "deletion: DB instance deleted"],
        ),
    ];
    for (caller, source_type, name, expected) in cases {
        assert_eq!(told(&stage, caller, source_type, name), expected, "{name}");
    }
    let event = &ask(&stage, destination, &DescribeEvents { source_type: Some("db-snapshot".into()), ..all() })[0];
    assert_eq!(event.arn, common::copy_arn());
}

#[test]
fn modifications_tell_when_they_begin_and_when_they_are_in_force() {
    let stage = common::stage();
    common::go_through(&stage, 2);
    let modify = |change: fn(&mut ModifyDbInstance)| {
        let mut request = ModifyDbInstance { identifier: INSTANCE.into(), apply_immediately: Some(true), ..Default::default() };
        change(&mut request);
        stage.fake.call(&stage.source, &request).unwrap();
        stage.advance(48 * HOUR);
    };
    let before = told(&stage, &stage.source, "db-instance", INSTANCE).len();
    modify(|it| (it.class, it.allocated_storage, it.iops) = (Some("db.r6gd.xlarge".into()), Some(700), Some(7000)));
    modify(|it| it.multi_az = Some(true));
    modify(|it| it.multi_az = Some(false));
    modify(|it| (it.engine_version, it.backup_retention_period) = (Some("16.6".into()), Some(1)));
    modify(|it| it.backup_retention_period = Some(0));
    let messages = told(&stage, &stage.source, "db-instance", INSTANCE);
    let changes: Vec<_> = messages[before..].iter().filter(|it| !it.starts_with("backup: ")).collect();
    let expected = [
        "configuration change: Applying modification to database instance class",
        "configuration change: Applying modification to allocated storage",
        "configuration change: Finished applying modification to DB instance class",
        "configuration change: Finished applying modification to allocated storage",
        "configuration change: Applying modification to convert to a Multi-AZ DB instance",
        "configuration change: Finished applying modification to convert to a Multi-AZ DB instance",
        "configuration change: Applying modification to convert to a standard (Single-AZ) DB instance",
        "configuration change: Finished applying modification to convert to a standard (Single-AZ) DB instance",
        "maintenance: The engine version upgrade started",
        "maintenance: The engine version upgrade finished",
        "configuration change: Enabled automated backups",
        "configuration change: Disabled automated backups",
    ];
    assert_eq!(changes, expected);
}

#[test]
fn a_cluster_tells_of_its_new_name_under_that_name_and_of_its_upgrades() {
    let stage = common::stage();
    let changes = [
        ("orders-production", None, Some("16.6")),
        ("orders-production", Some("renamed"), None),
        ("renamed", None, Some("17.2")),
    ];
    for (identifier, new_identifier, engine_version) in changes {
        let request = ModifyDbCluster {
            identifier: identifier.into(),
            new_identifier: new_identifier.map(Into::into),
            engine_version: engine_version.map(Into::into),
            allow_major_version_upgrade: Some(true),
            apply_immediately: Some(true),
            ..Default::default()
        };
        stage.fake.call(&stage.source, &request).unwrap();
        stage.advance(6 * HOUR);
    }
    let in_progress = "maintenance: Database cluster upgrade is in progress";
    let under = |name: &str| {
        let told = told(&stage, &stage.source, "db-cluster", name);
        told.into_iter().filter(|it| it.starts_with("maintenance") || it.starts_with("notification")).collect::<Vec<_>>()
    };
    assert_eq!(under(&stage.cluster), [in_progress, "maintenance: Database cluster engine version has been upgraded"]);
    let renamed = format!("notification: Renamed cluster from {} to renamed", stage.cluster);
    let major = "maintenance: Database cluster engine major version has been upgraded";
    assert_eq!(under("renamed"), [renamed.as_str(), in_progress, major]);
}

#[test]
fn automated_backups_tell_of_themselves() {
    let stage = common::stage();
    let id = "rds:orders-production-2026-01-05-03-00";
    let expected = ["backup: Creating automated cluster snapshot", "backup: Automated cluster snapshot created"];
    assert_eq!(told(&stage, &stage.source, "db-cluster-snapshot", id), expected);

    common::go_through(&stage, 1);
    let request = RestoreDbInstanceFromDbSnapshot { backup_retention_period: Some(1), ..common::restore_instance(&stage) };
    stage.fake.call(&stage.source, &request).unwrap();
    stage.advance(4 * HOUR);
    let automated = DescribeEvents { source_type: Some("db-snapshot".into()), categories: vec!["creation".into()], ..all() };
    let messages: Vec<String> = ask(&stage, &stage.source, &automated).into_iter().map(|event| event.message).collect();
    assert_eq!(messages, ["Creating automated snapshot", "Automated snapshot created"]);
}

#[test]
fn what_does_not_succeed_is_told_too() {
    let stage = common::stage();
    common::go_through(&stage, 4);
    // A second snapshot while the first is being made.
    stage.fake.world().timing_mut().snapshot = Spread::exactly(300);
    let second =
        |name: &str| rds_refresh_testkit::world::ops::CreateDbSnapshot { identifier: name.into(), ..common::create_snapshot() };
    stage.fake.call(&stage.source, &second("second")).unwrap();
    stage.fake.call(&stage.source, &second("third")).unwrap_err();
    let last = told(&stage, &stage.source, "db-instance", INSTANCE).pop().unwrap();
    assert!(last.starts_with("recovery: Emergent Snapshot Request"), "{last}");

    // A copy that is cancelled, and one whose original goes away.
    let copy = |target: &str| rds_refresh_testkit::world::ops::CopyDbSnapshot { target: target.into(), ..common::copy(&stage) };
    stage.fake.call(&stage.destination, &copy("cancelled")).unwrap();
    stage.fake.call(&stage.destination, &copy("orphaned")).unwrap();
    stage.fake.call(&stage.destination, &DeleteDbSnapshot { identifier: "cancelled".into() }).unwrap();
    stage.fake.call(&stage.source, &DeleteDbSnapshot { identifier: SNAPSHOT.into() }).unwrap();
    stage.advance(8 * HOUR);
    for name in ["cancelled", "orphaned"] {
        let all = told(&stage, &stage.destination, "db-snapshot", name);
        let canceled = "notification: Canceled snapshot copy request of refresh-s in region eu-west-1".to_owned();
        assert!(all.contains(&canceled), "{name}: {all:?}");
    }
}

#[test]
fn statuses_that_nothing_leaves_by_itself_are_told() {
    let cases = [
        ("failed", "failure: DB instance put into failed state"),
        ("incompatible-restore", "failure: DB instance put into incompatible-restore state"),
        ("incompatible-network", "failure: Database instance in incompatible-network"),
        ("incompatible-parameters", "failure: Database instance put into incompatible-parameters"),
        ("storage-full", "availability: DB instance has reached the storage-full threshold"),
        ("inaccessible-encryption-credentials", "availability: Amazon RDS has been unable to access the KMS encryption key"),
    ];
    let stage = common::stage();
    common::go_through(&stage, 2);
    let place = stage.source.place();
    let temporary =
        Resource { kind: ResourceKind::DbInstance, account: place.account, region: place.region, id: INSTANCE.to_owned() };
    for (status, expected) in cases {
        assert!(stage.fake.world().force_status(&temporary, status));
        let last = told(&stage, &stage.source, "db-instance", INSTANCE).pop().unwrap();
        assert!(last.starts_with(expected), "{status}: {last}");
    }
}

#[test]
fn the_interval_is_the_past_hour_unless_the_request_says_otherwise() {
    let stage = common::stage();
    let opening = Stage::opening();
    let ago = |hours: u64| opening.before(Duration::from_hours(hours));
    let count = |request: DescribeEvents| ask(&stage, &stage.source, &request).len();
    // The daily backup began at three; it is eight now.
    assert_eq!(count(DescribeEvents::default()), 0);
    assert_eq!(count(DescribeEvents { minutes: Some(5 * 60), ..Default::default() }), 2);
    assert_eq!(count(DescribeEvents { minutes: Some(4 * 60), ..Default::default() }), 0);
    assert_eq!(count(DescribeEvents { start: Some(ago(6)), ..Default::default() }), 2);
    assert_eq!(count(DescribeEvents { end: Some(ago(4)), ..Default::default() }), 2);
    assert_eq!(count(DescribeEvents { start: Some(ago(30)), end: Some(ago(28)), ..Default::default() }), 2);
    assert_eq!(count(DescribeEvents { end: Some(ago(6)), ..Default::default() }), 0);
    // Fourteen days of two events each, whatever is asked for.
    assert_eq!(count(all()), 28);
    assert_eq!(count(DescribeEvents { start: Some(ago(24 * 30)), ..Default::default() }), 28);
    stage.advance(Duration::from_hours(24 * 15));
    assert_eq!(count(all()), 28, "the oldest go");
}

#[test]
fn what_contradicts_itself_is_refused() {
    let stage = common::stage();
    let now = Some(Stage::opening());
    let filter = Filter { name: "event-categories".into(), values: vec!["backup".into()] };
    let cases = [
        ("an identifier of nothing", DescribeEvents { source: Some("x".into()), ..all() }, "InvalidParameterCombination"),
        ("an unknown type", DescribeEvents { source_type: Some("hamster".into()), ..all() }, "InvalidParameterValue"),
        ("no time", DescribeEvents { minutes: Some(0), ..all() }, "InvalidParameterValue"),
        ("more than is kept", DescribeEvents { minutes: Some(20_161), ..all() }, "InvalidParameterValue"),
        ("a duration from a start", DescribeEvents { start: now, ..all() }, "InvalidParameterCombination"),
        ("a duration to an end", DescribeEvents { end: now, ..all() }, "InvalidParameterCombination"),
        (
            "an end before the start",
            DescribeEvents { start: now, end: now.map(|now| now.before(HOUR)), ..Default::default() },
            "InvalidParameterValue",
        ),
        ("a filter", DescribeEvents { filters: vec![filter], ..all() }, "InvalidParameterValue"),
        (
            "a short page",
            DescribeEvents { paging: Paging { max_records: Some(19), marker: None }, ..all() },
            "InvalidParameterValue",
        ),
    ];
    for (what, request, code) in cases {
        assert_eq!(stage.fake.call(&stage.source, &request).map_err(|error| error.code), Err(code), "{what}");
    }
}

#[test]
fn accounts_have_their_own_events() {
    let stage = common::stage();
    assert_eq!(ask(&stage, &stage.destination, &all()), []);
}
