//! Which statuses follow each other, how long they last, and what time does to resources.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{CLUSTER, COPY, INSTANCE, SNAPSHOT};
use rds_refresh_core::{Resource, ResourceKind, Secret};
use rds_refresh_testkit::timing::Spread;
use rds_refresh_testkit::world::ops::{
    CopyDbSnapshot, DeleteDbInstance, DeleteDbSnapshot, DescribeDbClusterSnapshots, DisableKey, ModifyDbCluster,
    ModifyDbSnapshotAttribute, RestoreDbClusterFromSnapshot, RestoreDbInstanceFromDbSnapshot,
};
use rds_refresh_testkit::{Caller, Stage, Timing, TwoAccounts};

/// The different statuses that somebody sees who looks every five seconds for the given time.
fn statuses(stage: &TwoAccounts, watched: Duration, look: impl Fn() -> Option<String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let end = stage.fake.clock().now() + watched;
    while stage.fake.clock().now() < end {
        let status = look().unwrap_or_else(|| "(gone)".to_owned());
        if seen.last() != Some(&status) {
            seen.push(status);
        }
        stage.advance(Duration::from_secs(5));
    }
    seen
}

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn a_cluster_is_backing_up_while_it_is_snapshotted() {
    let stage = common::stage();
    stage.fake.call(&stage.source, &common::create_cluster_snapshot(&stage)).unwrap();
    let seen = statuses(&stage, HOUR, || common::cluster(&stage, &stage.source, &stage.cluster).map(|it| it.status));
    assert_eq!(seen, ["backing-up", "available"]);
    let snapshot = common::cluster_snapshot_status(&stage, common::CLUSTER_SNAPSHOT);
    assert_eq!(snapshot.as_deref(), Some("available"));
}

#[test]
fn an_instance_without_backups_is_available_at_once_and_one_with_them_makes_a_baseline_first_or_then() {
    let mut orders = Vec::new();
    for seed in 0..12 {
        for retention in [Some(0), None] {
            let stage = Stage::two_accounts(seed);
            common::go_through(&stage, 1);
            let request =
                RestoreDbInstanceFromDbSnapshot { backup_retention_period: retention, ..common::restore_instance(&stage) };
            stage.fake.call(&stage.source, &request).unwrap();
            let seen = statuses(&stage, 4 * HOUR, || common::instance(&stage, &stage.source, INSTANCE).map(|it| it.status));
            if retention == Some(0) {
                assert_eq!(seen, ["creating", "available"]);
            } else {
                orders.push(seen.join(" "));
            }
        }
    }
    orders.sort();
    orders.dedup();
    assert_eq!(orders, ["creating available backing-up available", "creating backing-up available"]);
}

#[test]
fn a_copy_waits_in_the_queue_without_progress_and_then_goes_on_in_steps() {
    let stage = common::stage();
    stage.fake.world().timing_mut().copy_queue = Spread::exactly(60);
    common::go_through(&stage, 4);
    let look = || common::snapshot(&stage, &stage.destination, COPY).map(|it| format!("{} {}", it.status, it.percent_progress));
    stage.fake.call(&stage.destination, &common::copy(&stage)).unwrap();
    let seen = statuses(&stage, 3 * HOUR, look);
    assert_eq!(&seen[..3], ["pending 0", "copying 0", "copying 5"]);
    assert_eq!(&seen[seen.len() - 2..], ["copying 99", "available 100"]);
}

#[test]
fn a_copy_fails_if_what_it_reads_goes_away() {
    type Cut = fn(&TwoAccounts);
    let cuts: [(&str, Cut); 3] = [
        ("the original", |stage| {
            stage.fake.call(&stage.source, &DeleteDbSnapshot { identifier: SNAPSHOT.into() }).unwrap();
        }),
        ("the share", |stage| {
            let remove = vec!["222222222222".into()];
            stage.fake.call(&stage.source, &ModifyDbSnapshotAttribute { add: vec![], remove, ..common::share() }).unwrap();
        }),
        ("the key", |stage| {
            stage.fake.call(&stage.source, &DisableKey { key: stage.source_key.clone() }).unwrap();
        }),
    ];
    for (what, cut) in cuts {
        for (after, expected) in [(Duration::from_mins(5), "failed"), (4 * HOUR, "available")] {
            let stage = common::stage();
            common::go_through(&stage, 4);
            stage.fake.call(&stage.destination, &common::copy(&stage)).unwrap();
            stage.advance(after);
            cut(&stage);
            stage.advance(4 * HOUR);
            let copy = common::snapshot(&stage, &stage.destination, COPY).unwrap();
            assert_eq!(copy.status, expected, "{what}, {after:?} after the copy began");
        }
    }
}

#[test]
fn members_appear_one_by_one_and_readers_lag() {
    let stage = common::stage();
    stage.fake.world().timing_mut().reader_lag = Spread::exactly(120);
    common::go_through(&stage, 6);
    stage.fake.call(&stage.destination, &common::restore_cluster(&stage)).unwrap();
    let look = || {
        let cluster = common::cluster(&stage, &stage.destination, CLUSTER)?;
        let up = cluster.members.iter().filter(|member| {
            common::instance(&stage, &stage.destination, &member.instance).is_some_and(|it| it.status == "available")
        });
        let phase = if cluster.status == "creating" { "creating" } else { "up" };
        Some(format!("{phase} {}/{}", up.count(), cluster.members.len()))
    };
    let seen = statuses(&stage, 2 * HOUR, look);
    assert_eq!(seen, ["creating 0/0", "creating 0/1", "creating 0/2", "creating 0/3", "up 1/3", "up 3/3"]);
}

#[test]
fn the_baseline_backup_of_a_cluster_can_be_switched_off() {
    for (baseline, expected) in [(true, true), (false, false)] {
        let stage = common::stage();
        stage.fake.world().switches_mut().cluster_baseline_backup = baseline;
        common::go_through(&stage, 6);
        stage.fake.call(&stage.destination, &common::restore_cluster(&stage)).unwrap();
        let seen = statuses(&stage, 4 * HOUR, || common::cluster(&stage, &stage.destination, CLUSTER).map(|it| it.status));
        assert_eq!(seen.contains(&"backing-up".to_owned()), expected);
        assert_eq!(seen.last().map(String::as_str), Some("available"));
    }
}

#[test]
fn a_password_change_shows_some_seconds_later() {
    let stage = common::stage();
    stage.fake.world().timing_mut().modify_lag = Spread::exactly(10);
    let password = Some(Secret::new("correct-horse-battery".to_owned()));
    let change = ModifyDbCluster { identifier: stage.cluster.clone(), master_user_password: password, ..Default::default() };
    assert_eq!(stage.fake.call(&stage.source, &change).map(|it| it.pending.master_user_password), Ok(true));
    let look = || common::cluster(&stage, &stage.source, &stage.cluster).map(|it| it.status);
    assert_eq!(statuses(&stage, HOUR, look), ["available", "resetting-master-credentials", "available"]);
    let cluster = common::cluster(&stage, &stage.source, &stage.cluster).unwrap();
    assert!(cluster.password_set_at.is_some() && cluster.pending.is_empty());
    assert!(!stage.fake.world().to_json().to_string().contains("correct-horse"), "the world keeps no password");
}

#[test]
fn what_is_not_said_takes_the_dangerous_default() {
    let stage = common::stage();
    common::go_through(&stage, 1);
    let place = stage.source.place();
    let vpc = stage.fake.world().at(&place).subnet_groups["private"].vpc.clone();
    stage.fake.world().at_mut(&place).internet_gateways.insert(vpc);
    let request = RestoreDbInstanceFromDbSnapshot {
        publicly_accessible: None,
        backup_retention_period: None,
        tags: Vec::new(),
        ..common::restore_instance(&stage)
    };
    let instance = stage.fake.call(&stage.source, &request).unwrap();
    assert!(instance.publicly_accessible);
    assert_eq!(instance.backup_retention_period, 7, "production's");
    assert_eq!(instance.tags.get("environment").map(String::as_str), Some("production"));

    let stage = common::stage();
    common::go_through(&stage, 6);
    let request = RestoreDbClusterFromSnapshot { engine_version: None, parameter_group: None, ..common::restore_cluster(&stage) };
    assert_eq!(stage.fake.call(&stage.destination, &request).map(|it| it.engine_version), Ok("17.2".to_owned()), "the Region's");
}

#[test]
fn a_second_copy_of_the_same_volume_is_incremental_and_queued() {
    let stage = common::stage();
    common::go_through(&stage, 4);
    let caller: &Caller = &stage.destination;
    let again = CopyDbSnapshot { target: "again".into(), ..common::copy(&stage) };
    stage.fake.call(caller, &common::copy(&stage)).unwrap();
    stage.fake.call(caller, &again).unwrap();
    let works = |id: &str| common::snapshot(&stage, caller, id).unwrap().work.unwrap();
    assert_eq!(works("again").begins, works(COPY).ends, "copies of one instance wait for each other");
    stage.advance(8 * HOUR);
    let third = CopyDbSnapshot { target: "third".into(), ..common::copy(&stage) };
    stage.fake.call(caller, &third).unwrap();
    assert!(works("third").ends.since(works("third").begins) < HOUR, "nothing was rewritten since the first");
}

#[test]
fn production_is_backed_up_every_day_for_as_long_as_it_says() {
    let stage = common::stage();
    let automated = || {
        let request = DescribeDbClusterSnapshots {
            cluster: Some(stage.cluster.clone()),
            snapshot_type: Some("automated".into()),
            ..Default::default()
        };
        stage.fake.call(&stage.source, &request).unwrap().items
    };
    let today = automated();
    assert_eq!(today.len(), 7);
    assert_eq!(today.last().unwrap().identifier, "rds:orders-production-2026-01-05-03-00");
    stage.advance(Duration::from_hours(24));
    let tomorrow = automated();
    assert_eq!(tomorrow.len(), 7);
    assert_eq!(tomorrow.last().unwrap().identifier, "rds:orders-production-2026-01-06-03-00");
    assert!(tomorrow.iter().all(|it| it.status == "available" && it.created_at.is_some()));
}

#[test]
fn a_forced_status_stays_until_somebody_deletes_the_resource() {
    let stage = common::stage();
    common::go_through(&stage, 1);
    stage.fake.call(&stage.source, &common::restore_instance(&stage)).unwrap();
    let temporary = Resource {
        kind: ResourceKind::DbInstance,
        account: stage.source.account.clone(),
        region: stage.source.region.clone(),
        id: INSTANCE.to_owned(),
    };
    assert!(stage.fake.world().force_status(&temporary, "incompatible-restore"));
    let look = || common::instance(&stage, &stage.source, INSTANCE).map(|it| it.status);
    assert_eq!(statuses(&stage, HOUR, look), ["incompatible-restore"]);
    let delete = DeleteDbInstance { identifier: INSTANCE.into(), skip_final_snapshot: Some(true), ..Default::default() };
    stage.fake.call(&stage.source, &delete).unwrap();
    assert_eq!(statuses(&stage, HOUR, look), ["deleting", "(gone)"]);
    assert!(!stage.fake.world().force_status(&temporary, "available"), "there is none any more");
}

#[test]
fn a_final_snapshot_outlives_its_instance() {
    let stage = common::stage();
    common::go_through(&stage, 2);
    let delete = DeleteDbInstance { identifier: INSTANCE.into(), final_snapshot: Some("last".into()), ..Default::default() };
    stage.fake.call(&stage.source, &delete).unwrap();
    let look = || common::instance(&stage, &stage.source, INSTANCE).map(|it| it.status);
    assert_eq!(statuses(&stage, 4 * HOUR, look), ["deleting", "(gone)"]);
    assert_eq!(common::snapshot(&stage, &stage.source, "last").map(|it| it.status).as_deref(), Some("available"));
}

#[test]
fn what_is_being_deleted_never_becomes_available_again() {
    let stage = common::stage();
    common::go_through(&stage, 1);
    let timing = |it: &mut Timing| {
        (it.instance_restore, it.crash_recovery) = (Spread::exactly(300), Spread::exactly(0));
        it.instance_deletion = Spread::exactly(600);
    };
    timing(stage.fake.world().timing_mut());
    stage.fake.call(&stage.source, &common::restore_instance(&stage)).unwrap();
    let delete = DeleteDbInstance { identifier: INSTANCE.into(), skip_final_snapshot: Some(true), ..Default::default() };
    stage.fake.call(&stage.source, &delete).unwrap();
    let look = || common::instance(&stage, &stage.source, INSTANCE).map(|it| it.status);
    assert_eq!(statuses(&stage, HOUR, look), ["deleting", "(gone)"]);
}

#[test]
fn a_resource_of_the_same_name_made_later_is_another_one() {
    let stage = common::stage();
    common::go_through(&stage, 1);
    let made = || stage.fake.call(&stage.source, &common::restore_instance(&stage)).unwrap();
    let first = made();
    let delete = DeleteDbInstance { identifier: INSTANCE.into(), skip_final_snapshot: Some(true), ..Default::default() };
    stage.fake.call(&stage.source, &delete).unwrap();
    stage.advance(HOUR);
    let second = made();
    assert_eq!((first.identifier, first.arn), (second.identifier, second.arn));
    assert_ne!(first.resource_id, second.resource_id);
    assert!(second.resource_id.starts_with("db-") && second.resource_id.len() == 29, "{}", second.resource_id);
}
