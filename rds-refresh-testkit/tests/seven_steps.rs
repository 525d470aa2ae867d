//! The seven steps, end to end, by the model's own operations.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{CLUSTER, CLUSTER_SNAPSHOT, COPY, INSTANCE, SNAPSHOT};
use rds_refresh_core::ResourceKind;
use rds_refresh_testkit::Stage;
use rds_refresh_testkit::world::ops::{
    DeleteDbCluster, DeleteDbClusterSnapshot, DeleteDbInstance, DeleteDbSnapshot, ListTagsForResource, ModifyDbSnapshotAttribute,
};

#[test]
fn a_cluster_crosses_the_border_and_everything_can_be_removed_again() {
    let stage = common::stage();
    let before = stage.fake.world().resources();
    let (source, destination) = (&stage.source, &stage.destination);

    common::go_through(&stage, 4);
    let temporary = common::instance(&stage, source, INSTANCE).unwrap();
    assert_eq!(temporary.kms_key.as_ref(), Some(&stage.source_key), "the instance stays under the source key");
    assert_eq!(temporary.engine_version, "16.4");
    let seen = common::snapshot(&stage, destination, &common::shared_arn()).unwrap();
    assert_eq!((seen.identifier.as_str(), seen.snapshot_type.as_str()), (common::shared_arn().as_str(), "shared"));
    assert!(seen.tags.is_empty(), "tags of another account cannot be read");
    let delete = DeleteDbInstance { identifier: INSTANCE.to_owned(), skip_final_snapshot: Some(true), ..Default::default() };
    stage.fake.call(source, &delete).unwrap();

    let begun = stage.fake.clock().now();
    stage.fake.call(destination, &common::copy(&stage)).unwrap();
    assert!(stage.advance_until(|_| common::snapshot(&stage, destination, COPY).unwrap().status == "available"));
    // 300 GiB at 60 MiB/s.
    assert!(stage.fake.clock().now().since(begun) > Duration::from_secs(300 * 1024 / 60));
    let copy = common::snapshot(&stage, destination, COPY).unwrap();
    assert_eq!(copy.kms_key.as_ref(), Some(&stage.destination_key));
    assert_eq!(copy.copied_from, Some(common::shared_arn()));

    stage.fake.call(destination, &common::restore_cluster(&stage)).unwrap();
    assert!(stage.advance_until(|_| common::cluster(&stage, destination, CLUSTER).unwrap().status == "available"));
    let result = common::cluster(&stage, destination, CLUSTER).unwrap();
    assert_eq!(result.members.len(), 3);
    assert_eq!(result.members.iter().filter(|member| member.is_writer).count(), 1);
    assert_eq!((result.kms_key.as_ref(), result.iops), (Some(&stage.destination_key), Some(12_000)));
    let tags = stage.fake.call(destination, &ListTagsForResource { resource: result.arn }).unwrap();
    assert_eq!(tags.into_iter().collect::<Vec<_>>(), common::tags(), "its own tags, none of production's");

    let unshare = ModifyDbSnapshotAttribute { add: Vec::new(), remove: vec!["222222222222".to_owned()], ..common::share() };
    stage.fake.call(source, &unshare).unwrap();
    stage.fake.call(source, &DeleteDbSnapshot { identifier: SNAPSHOT.to_owned() }).unwrap();
    stage.fake.call(source, &DeleteDbClusterSnapshot { identifier: CLUSTER_SNAPSHOT.to_owned() }).unwrap();
    stage.fake.call(destination, &DeleteDbSnapshot { identifier: COPY.to_owned() }).unwrap();
    let gone = DeleteDbCluster { identifier: CLUSTER.to_owned(), skip_final_snapshot: Some(true), ..Default::default() };
    assert!(stage.advance_until(|fake| fake.call(destination, &gone).is_ok()), "once its backup is over it can be deleted");
    assert!(stage.advance_until(|_| common::cluster(&stage, destination, CLUSTER).is_none()));

    // Production's daily backups come and go; nothing else has changed.
    let lasting = |all: Vec<rds_refresh_core::Resource>| -> Vec<_> {
        all.into_iter().filter(|it| it.kind != ResourceKind::DbClusterSnapshot || !it.id.starts_with("rds:")).collect()
    };
    stage.advance(Duration::from_mins(2));
    stage.fake.world().settle();
    assert_eq!(lasting(stage.fake.world().resources()), lasting(before));
}

#[test]
fn the_same_seed_gives_the_same_world_and_the_same_journal() {
    let play = |seed| {
        let stage = Stage::two_accounts(seed);
        common::go_through(&stage, 7);
        let world = stage.fake.world();
        (world.to_json().to_string(), serde_json::to_string(world.journal()).unwrap())
    };
    let (first, again, other) = (play(11), play(11), play(12));
    assert_eq!(first, again);
    assert_ne!(first.0, other.0);
}

#[test]
fn looking_more_often_changes_nothing() {
    let play = |step: u64| {
        let stage = common::stage();
        common::go_through(&stage, 4);
        let end = Stage::opening() + Duration::from_hours(48);
        stage.fake.call(&stage.destination, &common::copy(&stage)).unwrap();
        while stage.fake.clock().now() < end {
            stage.fake.clock().advance_to((stage.fake.clock().now() + Duration::from_secs(step)).min(end));
            common::cluster(&stage, &stage.source, &stage.cluster).unwrap();
        }
        stage.fake.world().to_json()
    };
    assert_eq!(play(60), play(60 * 60 * 24));
}

#[test]
fn the_journal_tells_who_asked_for_what_and_whether_it_took_effect() {
    let stage = common::stage();
    stage.fake.call(&stage.source, &common::create_cluster_snapshot(&stage)).unwrap();
    stage.fake.call(&stage.source, &common::create_cluster_snapshot(&stage)).unwrap_err();
    common::cluster(&stage, &stage.destination, "nothing");
    let world = stage.fake.world();
    let told: Vec<_> = world
        .journal()
        .iter()
        .map(|it| (it.account.as_str(), it.action.as_str(), it.resource.as_str(), it.error, it.took_effect))
        .collect();
    assert_eq!(
        told,
        [
            ("111111111111", "CreateDBClusterSnapshot", CLUSTER_SNAPSHOT, None, true),
            ("111111111111", "CreateDBClusterSnapshot", CLUSTER_SNAPSHOT, Some("DBClusterSnapshotAlreadyExistsFault"), false),
            ("222222222222", "DescribeDBClusters", "nothing", Some("DBClusterNotFoundFault"), false),
        ]
    );
}
