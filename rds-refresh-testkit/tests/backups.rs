//! Automated snapshots: when they are made, who sees them, how long they stay.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[macro_use]
mod common;

use std::time::Duration;

use common::INSTANCE;
use rds_refresh_core::Secret;
use rds_refresh_testkit::timing::Spread;
use rds_refresh_testkit::world::ops::{
    CopyDbSnapshot, CreateDbSnapshot, DeleteDbCluster, DeleteDbInstance, DeleteDbSnapshot, DescribeDbClusterSnapshots,
    DescribeDbSnapshots, ModifyDbInstance, ModifyDbSnapshotAttribute, RestoreDbInstanceFromDbSnapshot,
};
use rds_refresh_testkit::world::resource::DbSnapshot;
use rds_refresh_testkit::{Stage, TwoAccounts};

const DAY: Duration = Duration::from_hours(24);

/// A stage with an instance that is backed up daily, for this many days.
fn backed_up(days: i64) -> TwoAccounts {
    let stage = common::stage();
    common::go_through(&stage, 1);
    restore(&stage, days);
    stage
}

fn restore(stage: &TwoAccounts, days: i64) {
    let request = RestoreDbInstanceFromDbSnapshot {
        backup_retention_period: Some(days),
        preferred_backup_window: Some("23:45-00:15".into()),
        ..common::restore_instance(stage)
    };
    stage.fake.call(&stage.source, &request).unwrap();
    assert!(stage.advance_until(|_| !automated(stage).is_empty()));
}

fn delete(delete_automated_backups: Option<bool>) -> DeleteDbInstance {
    DeleteDbInstance {
        identifier: INSTANCE.into(),
        skip_final_snapshot: Some(true),
        delete_automated_backups,
        ..Default::default()
    }
}

fn automated(stage: &TwoAccounts) -> Vec<DbSnapshot> {
    let request = DescribeDbSnapshots { snapshot_type: Some("automated".into()), ..Default::default() };
    stage.fake.call(&stage.source, &request).unwrap().items
}

#[test]
fn an_instance_is_backed_up_in_its_window_and_keeps_as_many_days_as_it_says() {
    let stage = backed_up(2);
    stage.advance(5 * DAY);
    let names: Vec<String> = automated(&stage).into_iter().map(|it| it.identifier).collect();
    assert_eq!(names, ["rds:refresh-tmp-2026-01-08-23-45", "rds:refresh-tmp-2026-01-09-23-45"]);
    assert!(automated(&stage).iter().all(|it| it.status == "available" && it.snapshot_type == "automated"));
}

#[test]
fn an_instance_without_retention_and_members_of_a_cluster_have_none() {
    let stage = common::stage();
    common::go_through(&stage, 2);
    stage.advance(3 * DAY);
    assert!(automated(&stage).is_empty());
}

#[test]
fn the_switch_turns_daily_backups_off() {
    let stage = backed_up(2);
    stage.fake.world().switches_mut().daily_backups = false;
    stage.advance(5 * DAY);
    assert_eq!(automated(&stage).len(), 1, "the baseline stays");
}

#[test]
fn deleting_an_instance_deletes_its_backups_unless_they_are_retained() {
    for (parameter, left) in [(None, 0), (Some(true), 0), (Some(false), 1)] {
        let stage = backed_up(2);
        stage.fake.call(&stage.source, &delete(parameter)).unwrap();
        stage.advance(Duration::from_hours(1));
        assert_eq!(automated(&stage).len(), left, "{parameter:?}");
        stage.advance(3 * DAY);
        assert_eq!(automated(&stage).len(), 0, "{parameter:?}: retained for two days");
    }
}

#[test]
fn a_later_instance_of_the_same_name_leaves_retained_backups_alone() {
    let stage = backed_up(35);
    stage.fake.call(&stage.source, &delete(Some(false))).unwrap();
    stage.advance(Duration::from_hours(1));
    let retained = automated(&stage)[0].identifier.clone();
    restore(&stage, 1);
    stage.advance(2 * DAY);
    stage.fake.call(&stage.source, &delete(None)).unwrap();
    stage.advance(Duration::from_hours(1));
    let left: Vec<String> = automated(&stage).into_iter().map(|it| it.identifier).collect();
    assert_eq!(left, [retained]);
}

#[test]
fn a_cluster_takes_its_backups_along_and_cannot_retain_them() {
    let stage = common::stage();
    common::go_through(&stage, 7);
    let request = || DescribeDbClusterSnapshots { snapshot_type: Some("automated".into()), ..Default::default() };
    let count = || stage.fake.call(&stage.destination, &request()).unwrap().items.len();
    assert!(stage.advance_until(
        |_| common::cluster(&stage, &stage.destination, common::CLUSTER).unwrap().status == "available" && count() > 0
    ));
    let delete = DeleteDbCluster { identifier: common::CLUSTER.into(), skip_final_snapshot: Some(true), ..Default::default() };
    let retaining = DeleteDbCluster { delete_automated_backups: Some(false), ..delete.clone() };
    let code = stage.fake.call(&stage.destination, &retaining).map_err(|error| error.code);
    assert_eq!(code.map(|it| it.status), Err("InvalidParameterCombination"));
    stage.fake.call(&stage.destination, &delete).unwrap();
    stage.advance(Duration::from_hours(1));
    assert_eq!(count(), 0);
}

#[test]
fn an_instance_whose_backups_end_before_the_first_has_none() {
    // Whether the baseline begins at once or later is drawn: among these it does both.
    for seed in 1..5 {
        let stage = Stage::two_accounts(seed);
        stage.fake.world().timing_mut().baseline_delay = Spread::exactly(3600);
        stage.fake.world().timing_mut().modification = Spread::exactly(60);
        common::go_through(&stage, 1);
        let request = RestoreDbInstanceFromDbSnapshot { backup_retention_period: Some(7), ..common::restore_instance(&stage) };
        stage.fake.call(&stage.source, &request).unwrap();
        let status = || common::instance(&stage, &stage.source, INSTANCE).unwrap().status;
        assert!(stage.advance_until(|_| status() == "available"));
        let off = ModifyDbInstance {
            identifier: INSTANCE.into(),
            backup_retention_period: Some(0),
            apply_immediately: Some(true),
            ..Default::default()
        };
        stage.fake.call(&stage.source, &off).unwrap();
        let retention = || common::instance(&stage, &stage.source, INSTANCE).unwrap().backup_retention_period;
        assert!(stage.advance_until(|_| retention() == 0));
        let end = stage.fake.clock().now() + 2 * DAY;
        while stage.fake.clock().now() < end {
            stage.advance(Duration::from_mins(1));
            assert_ne!(status(), "backing-up", "{seed}");
        }
        assert!(automated(&stage).is_empty(), "{seed}");
    }
}

#[test]
fn an_instance_is_backing_up_until_its_last_snapshot_is_complete() {
    let stage = common::stage();
    common::go_through(&stage, 2);
    {
        let mut world = stage.fake.world();
        world.timing_mut().modify_lag = Spread::exactly(10);
        world.timing_mut().password_change = Spread::exactly(30);
        world.timing_mut().snapshot = Spread::exactly(600);
    }
    let modify = ModifyDbInstance {
        identifier: INSTANCE.into(),
        master_user_password: Some(Secret::new("battery-staple".into())),
        ..Default::default()
    };
    stage.fake.call(&stage.source, &modify).unwrap();
    stage.fake.call(&stage.source, &common::create_snapshot()).unwrap();
    let status = || common::instance(&stage, &stage.source, INSTANCE).unwrap().status;
    let first = || common::snapshot(&stage, &stage.source, common::SNAPSHOT).unwrap().status;
    let mut seen = vec![status()];
    for _ in 0..24 {
        stage.advance(Duration::from_secs(5));
        seen.push(status());
    }
    seen.dedup();
    assert_eq!(seen, ["backing-up", "resetting-master-credentials", "backing-up"]);
    assert_eq!(first(), "creating");
    let second = CreateDbSnapshot { identifier: "second".into(), ..common::create_snapshot() };
    refused! { stage, source: "a second one meanwhile" second => "InvalidDBInstanceState" 400 }
    assert!(stage.advance_until(|_| first() == "available"));
    assert_eq!(status(), "available");
    assert!(stage.fake.call(&stage.source, &second).is_ok());
}

/// What `EarliestRestorableTime` and `LatestRestorableTime` say, of a cluster that keeps a week of backups and of an instance.
#[test]
fn what_is_backed_up_can_be_restored_to_any_time_since() {
    let stage = common::stage();
    stage.advance(Duration::from_secs(7 * 60 + 8));
    let cluster = || common::cluster(&stage, &stage.source, &stage.cluster).unwrap();
    let now = || stage.fake.clock().now();
    let five_minutes = Duration::from_mins(5);
    assert_eq!(cluster().earliest_restorable_at.unwrap().to_string(), "2025-12-30T03:00:00.000Z");
    assert_eq!(cluster().latest_restorable_at.unwrap(), now().before(Duration::from_secs(2 * 60 + 8)));
    stage.advance(DAY);
    assert_eq!(cluster().earliest_restorable_at.unwrap().to_string(), "2025-12-31T03:00:00.000Z", "the oldest has expired");

    common::go_through(&stage, 2);
    let instance = || common::instance(&stage, &stage.source, INSTANCE).unwrap();
    assert_eq!(instance().latest_restorable_at, None);
    let retain = |days| {
        let identifier = INSTANCE.into();
        let (backup_retention_period, apply_immediately) = (Some(days), Some(true));
        let modify = ModifyDbInstance { identifier, backup_retention_period, apply_immediately, ..Default::default() };
        stage.fake.call(&stage.source, &modify).unwrap();
    };
    retain(1);
    assert!(stage.advance_until(|_| instance().latest_restorable_at.is_some()));
    assert_eq!(automated(&stage)[0].status, "available");
    stage.advance(Duration::from_hours(1));
    let latest = instance().latest_restorable_at.unwrap();
    assert!(latest <= now() && now().since(latest) < five_minutes && latest.as_millis() % 300_000 == 0, "{latest}");
    retain(0);
    assert!(stage.advance_until(|_| instance().backup_retention_period == 0));
    assert_eq!(instance().latest_restorable_at, None);
}

#[test]
fn one_is_found_by_name_only_if_its_type_is_said() {
    let stage = backed_up(2);
    let id = automated(&stage)[0].identifier.clone();
    let describe = |snapshot_type: Option<&str>| {
        let request = DescribeDbSnapshots {
            identifier: Some(id.clone()),
            snapshot_type: snapshot_type.map(str::to_owned),
            ..Default::default()
        };
        stage.fake.call(&stage.source, &request).map(|page| page.items.len()).map_err(|error| error.code)
    };
    assert_eq!(describe(None), Err("DBSnapshotNotFound"));
    assert_eq!(describe(Some("manual")), Err("DBSnapshotNotFound"));
    assert_eq!(describe(Some("automated")), Ok(1));
    let of_cluster = |snapshot_type: Option<&str>| {
        let request = DescribeDbClusterSnapshots {
            identifier: Some("rds:orders-production-2026-01-05-03-00".into()),
            snapshot_type: snapshot_type.map(str::to_owned),
            ..Default::default()
        };
        stage.fake.call(&stage.source, &request).map(|page| page.items.len()).map_err(|error| error.code)
    };
    assert_eq!(of_cluster(None), Err("DBClusterSnapshotNotFoundFault"));
    assert_eq!(of_cluster(Some("automated")), Ok(1));
}

#[test]
fn one_is_neither_deleted_nor_shared_by_hand_but_copied_and_restored() {
    let stage = backed_up(2);
    assert!(stage.advance_until(|_| automated(&stage)[0].status == "available"));
    let id = automated(&stage)[0].identifier.clone();
    let code = |refused: Result<_, rds_refresh_testkit::ApiError>| refused.err().map(|error| error.code);
    let deleted = stage.fake.call(&stage.source, &DeleteDbSnapshot { identifier: id.clone() }).map(drop);
    assert_eq!(code(deleted), Some("InvalidDBSnapshotState"));
    let share = ModifyDbSnapshotAttribute { identifier: id.clone(), ..common::share() };
    assert_eq!(code(stage.fake.call(&stage.source, &share).map(drop)), Some("InvalidDBSnapshotState"));
    let copy = CopyDbSnapshot { source: id.clone(), target: "kept".into(), ..Default::default() };
    let copy = stage.fake.call(&stage.source, &copy).unwrap();
    assert_eq!((copy.snapshot_type.as_str(), copy.status.as_str()), ("manual", "pending"));
    let request = RestoreDbInstanceFromDbSnapshot {
        identifier: "again".into(),
        cluster_snapshot: None,
        snapshot: Some(id),
        ..common::restore_instance(&stage)
    };
    assert_eq!(stage.fake.call(&stage.source, &request).map(|it| it.status), Ok("creating".to_owned()));
}

#[test]
fn a_window_is_half_an_hour_at_least() {
    let stage = common::stage();
    common::go_through(&stage, 1);
    for window in ["", "3", "03:00", "3:00-3:30", "03:00-03:29", "24:00-24:30", "03:60-04:30", "aa:bb-cc:dd", "03:00-03:30-04:00"]
    {
        let request =
            RestoreDbInstanceFromDbSnapshot { preferred_backup_window: Some(window.into()), ..common::restore_instance(&stage) };
        let code = stage.fake.call(&stage.source, &request).err().map(|error| error.code);
        assert_eq!(code, Some("InvalidParameterValue"), "{window:?}");
    }
}
