//! How restores end, besides well.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{CLUSTER, CLUSTER_SNAPSHOT, COPY, INSTANCE};
use rds_refresh_testkit::TwoAccounts;
use rds_refresh_testkit::timing::Spread;
use rds_refresh_testkit::world::ops::{
    CreateDbSnapshot, DeleteDbCluster, DeleteDbInstance, DeleteDbSnapshot, DescribeEvents, DisableKey,
    RestoreDbClusterFromSnapshot, RestoreDbInstanceFromDbSnapshot,
};

const HOUR: Duration = Duration::from_hours(1);
const LOST: &str = "inaccessible-encryption-credentials";

fn status(stage: &TwoAccounts) -> String {
    common::instance(stage, &stage.source, INSTANCE).unwrap().status
}

#[test]
fn a_restore_whose_key_goes_away_ends_without_it() {
    let stage = common::stage();
    common::go_through(&stage, 1);
    stage.fake.call(&stage.source, &common::restore_instance(&stage)).unwrap();
    stage.fake.call(&stage.source, &DisableKey { key: stage.source_key.clone() }).unwrap();
    stage.advance(2 * HOUR);
    assert_eq!(status(&stage), LOST);
    let told = stage.fake.call(&stage.source, &DescribeEvents { minutes: Some(120), ..Default::default() }).unwrap();
    assert!(told.items.iter().any(|event| event.message.contains("unable to access the KMS encryption key")));

    let last = |skip, last: Option<&str>| DeleteDbInstance {
        identifier: INSTANCE.into(),
        skip_final_snapshot: skip,
        final_snapshot: last.map(str::to_owned),
        ..Default::default()
    };
    let refused = stage.fake.call(&stage.source, &last(None, Some("last"))).err().map(|error| error.code);
    assert_eq!(refused, Some("InvalidDBInstanceState"));
    assert!(stage.fake.call(&stage.source, &last(Some(true), None)).is_ok());
}

#[test]
fn so_does_a_cluster_with_all_its_members() {
    let stage = common::stage();
    common::go_through(&stage, 6);
    stage.fake.call(&stage.destination, &common::restore_cluster(&stage)).unwrap();
    stage.advance(Duration::from_mins(10));
    stage.fake.call(&stage.destination, &DisableKey { key: stage.destination_key.clone() }).unwrap();
    stage.advance(3 * HOUR);
    let cluster = common::cluster(&stage, &stage.destination, CLUSTER).unwrap();
    assert_eq!((cluster.status.as_str(), cluster.members.len()), (LOST, 3));
    for member in &cluster.members {
        assert_eq!(common::instance(&stage, &stage.destination, &member.instance).unwrap().status, LOST);
    }
    let delete = DeleteDbCluster { identifier: CLUSTER.into(), final_snapshot: Some("last".into()), ..Default::default() };
    let refused = stage.fake.call(&stage.destination, &delete).err().map(|error| error.code);
    assert_eq!(refused, Some("InvalidDBClusterStateFault"));
}

#[test]
fn another_storage_type_is_optimised_afterwards_and_can_be_snapshotted_meanwhile() {
    let stage = common::stage();
    stage.fake.world().timing_mut().storage_optimization = Spread::exactly(6 * 3600);
    common::go_through(&stage, 1);
    let request = RestoreDbInstanceFromDbSnapshot { storage_type: Some("gp3".into()), ..common::restore_instance(&stage) };
    stage.fake.call(&stage.source, &request).unwrap();
    assert!(stage.advance_until(|_| status(&stage) == "storage-optimization"));
    stage.fake.call(&stage.source, &common::create_snapshot()).unwrap();
    assert_eq!(status(&stage), "backing-up");
    assert!(stage.advance_until(|_| status(&stage) != "backing-up"));
    assert_eq!(status(&stage), "storage-optimization");
    stage.advance(6 * HOUR);
    assert_eq!(status(&stage), "available");

    // The optimisation ends while a snapshot is made: the snapshot goes on.
    let stage = common::stage();
    stage.fake.world().timing_mut().storage_optimization = Spread::exactly(60);
    common::go_through(&stage, 1);
    stage.fake.call(&stage.source, &request).unwrap();
    assert!(stage.advance_until(|_| status(&stage) == "storage-optimization"));
    stage.fake.call(&stage.source, &common::create_snapshot()).unwrap();
    stage.advance(Duration::from_mins(2));
    assert_eq!(status(&stage), "backing-up");
    assert!(stage.advance_until(|_| status(&stage) == "available"));
}

#[test]
fn a_cluster_leaves_its_members_room_for_their_names() {
    let stage = common::stage();
    common::go_through(&stage, 6);
    for (length, expected) in [(52, None), (53, Some("InvalidParameterValue"))] {
        let request = RestoreDbClusterFromSnapshot { identifier: "a".repeat(length), ..common::restore_cluster(&stage) };
        let code = stage.fake.call(&stage.destination, &request).err().map(|error| error.code);
        assert_eq!(code, expected, "{length}");
    }
}

#[test]
fn the_deletion_of_a_snapshot_answers_deleted_while_it_still_shows() {
    let stage = common::stage();
    common::go_through(&stage, 6);
    let answer = stage.fake.call(&stage.destination, &DeleteDbSnapshot { identifier: COPY.into() }).unwrap();
    assert_eq!(answer.status, "deleted");
    assert_eq!(common::snapshot(&stage, &stage.destination, COPY).unwrap().status, "deleting");
    stage.advance(HOUR);
    assert!(common::snapshot(&stage, &stage.destination, COPY).is_none());
}

#[test]
fn a_snapshot_shows_when_it_was_made_only_once_it_is() {
    let stage = common::stage();
    common::go_through(&stage, 2);
    assert!(common::cluster_snapshot_status(&stage, CLUSTER_SNAPSHOT).is_some());
    let create = CreateDbSnapshot { identifier: "new".into(), ..common::create_snapshot() };
    let begun = stage.fake.clock().now();
    assert_eq!(stage.fake.call(&stage.source, &create).unwrap().created_at, None);
    assert!(stage.advance_until(|_| common::snapshot(&stage, &stage.source, "new").unwrap().status == "available"));
    assert_eq!(common::snapshot(&stage, &stage.source, "new").unwrap().created_at, Some(begun));
}
