//! Whatever is asked in whatever order, the model keeps its promises.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rds_refresh_testkit::world::ops::{
    CopyDbSnapshot, CreateDbClusterSnapshot, CreateDbSnapshot, DeleteDbCluster, DeleteDbClusterSnapshot, DeleteDbInstance,
    DeleteDbSnapshot, DescribeDbInstances, ModifyDbInstance, ModifyDbSnapshotAttribute, RestoreDbClusterFromSnapshot,
    RestoreDbInstanceFromDbSnapshot,
};
use rds_refresh_testkit::{Stage, TwoAccounts};

/// One thing that somebody does: which call, on which of two names, and how long nothing happens afterwards.
type Move = (u8, bool, u64);

fn play(stage: &TwoAccounts, moves: &[Move]) {
    let (source, destination) = (&stage.source, &stage.destination);
    for &(what, second, seconds) in moves {
        let suffixed = |name: &str| if second { format!("{name}-2") } else { name.to_owned() };
        let (cluster_snapshot, instance) = (suffixed(common::CLUSTER_SNAPSHOT), suffixed(common::INSTANCE));
        let (snapshot, copy, cluster) = (suffixed(common::SNAPSHOT), suffixed(common::COPY), suffixed(common::CLUSTER));
        let skip_final_snapshot = Some(true);
        let fake = &stage.fake;
        match what {
            0 => drop(fake.call(
                source,
                &CreateDbClusterSnapshot { identifier: cluster_snapshot, ..common::create_cluster_snapshot(stage) },
            )),
            1 => drop(fake.call(
                source,
                &RestoreDbInstanceFromDbSnapshot {
                    identifier: instance,
                    cluster_snapshot: Some(cluster_snapshot),
                    ..common::restore_instance(stage)
                },
            )),
            2 => drop(fake.call(source, &CreateDbSnapshot { identifier: snapshot, instance, ..common::create_snapshot() })),
            3 => drop(fake.call(source, &ModifyDbSnapshotAttribute { identifier: snapshot, ..common::share() })),
            4 => drop(fake.call(source, &DeleteDbInstance { identifier: instance, skip_final_snapshot, ..Default::default() })),
            5 => drop(fake.call(
                destination,
                &CopyDbSnapshot { source: source.place().arn("snapshot", &snapshot), target: copy, ..common::copy(stage) },
            )),
            6 => drop(fake.call(
                destination,
                &RestoreDbClusterFromSnapshot {
                    identifier: cluster,
                    snapshot: destination.place().arn("snapshot", &copy),
                    ..common::restore_cluster(stage)
                },
            )),
            7 => drop(fake.call(source, &DeleteDbSnapshot { identifier: snapshot })),
            8 => drop(fake.call(source, &DeleteDbClusterSnapshot { identifier: cluster_snapshot })),
            9 => drop(fake.call(destination, &DeleteDbSnapshot { identifier: copy })),
            10 => {
                drop(fake.call(destination, &DeleteDbCluster { identifier: cluster, skip_final_snapshot, ..Default::default() }));
            }
            _ => {
                let protected = Some(second);
                drop(fake.call(
                    source,
                    &ModifyDbInstance { identifier: instance, deletion_protection: protected, ..Default::default() },
                ));
            }
        }
        stage.advance(Duration::from_secs(seconds));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn worlds_of_the_same_moves_are_equal_and_come_to_rest(
        seed in 0..4_u64,
        moves in prop::collection::vec((0..12_u8, any::<bool>(), 0..20_000_u64), 1..60),
    ) {
        let (one, other) = (Stage::two_accounts(seed), Stage::two_accounts(seed));
        play(&one, &moves);
        play(&other, &moves);
        prop_assert_eq!(one.fake.world().to_json(), other.fake.world().to_json());
        prop_assert_eq!(one.fake.world().journal().len(), moves.len());

        // Two days later, at a time when no daily backup runs, nothing is under way any more.
        let rest = one.fake.clock().now() + Duration::from_hours(48);
        let noon = rest + Duration::from_millis(86_400_000 - rest.as_millis() % 86_400_000 + 43_200_000);
        one.fake.clock().advance_to(noon);
        let production = common::cluster(&one, &one.source, &one.cluster).unwrap();
        prop_assert_eq!((production.status.as_str(), production.members.len()), ("available", 3));
        let world = one.fake.world();
        for (place, holdings) in world.places() {
            let statuses = holdings.clusters.values().map(|it| (&it.identifier, &it.status))
                .chain(holdings.instances.values().map(|it| (&it.identifier, &it.status)))
                .chain(holdings.snapshots.values().map(|it| (&it.identifier, &it.status)))
                .chain(holdings.cluster_snapshots.values().map(|it| (&it.identifier, &it.status)));
            for (identifier, status) in statuses {
                prop_assert!(status == "available" || status == "failed", "{} in {} is {}", identifier, place, status);
            }
            for instance in holdings.instances.values() {
                if let Some(cluster) = &instance.cluster {
                    prop_assert!(holdings.clusters.contains_key(cluster), "{} has lost its cluster", instance.identifier);
                }
            }
        }
    }
}

#[test]
fn most_of_a_long_play_is_legal() {
    // A play that only ever is refused would prove nothing.
    let stage = common::stage();
    let whole: Vec<Move> = [0, 1, 2, 3, 5, 6].map(|what| (what, false, 20_000)).into();
    play(&stage, &whole);
    assert!(stage.fake.world().journal().iter().all(|entry| entry.error.is_none()));
    let members = stage.fake.call(&stage.destination, &DescribeDbInstances::default()).unwrap();
    assert_eq!(members.items.len(), 3);
}
