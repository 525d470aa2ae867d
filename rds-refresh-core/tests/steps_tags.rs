//! The tags of what a run makes: the request's, and its own, which win.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::time::Duration;

use common::*;
use rds_refresh_core::Context;
use rds_refresh_core::ports::Tags;
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::resource::{EXPIRES_TAG, OWNER_TAG};
use rds_refresh_core::steps::{
    CopySnapshot, Decision, RestoreCluster, RestoreTemporaryInstance, Restorer, SnapshotCluster, SnapshotInstance,
};

/// The tags of all that a run makes, by what makes it.
fn made(source: &SourceRequest, destination: &DestinationRequest, cx: &Context) -> Vec<(&'static str, Tags)> {
    let Decision::Do(one) = SnapshotCluster::decide(source, cx, None, Some(&source_cluster())) else { panic!() };
    let Decision::Do(two) = RestoreTemporaryInstance::decide(source, &cluster_snapshot(), cx, None) else { panic!() };
    let Decision::Do(three) = SnapshotInstance::decide(source, &temporary_instance(), cx, None, Some(&seen_instance())) else {
        panic!()
    };
    let Decision::Do(six) = CopySnapshot::decide(destination, &handover(), cx, None, Some(&seen_shared_snapshot())) else {
        panic!()
    };
    let Decision::Do(Restorer::Restore(seven)) = RestoreCluster::decide(destination, &snapshot_copy(), cx, None, &[]) else {
        panic!()
    };
    vec![
        ("r1/scratch/orders-r1-c1", one.tags),
        ("r1/scratch/orders-r1-t1", two.tags),
        ("r1/handover/orders-r1-s1", three.tags),
        ("r1/handover/staging-r1-d1", six.tags),
        ("r1/result/staging", seven.tags),
    ]
}

#[test]
fn everything_carries_the_tags_of_the_request_and_its_own() {
    for (owner, tags) in made(&source_request(), &destination_request(), &cx()) {
        assert_eq!(tags["cost-centre"], "1234", "{owner}");
        assert_eq!(tags[OWNER_TAG], owner);
        // All but the result expires.
        assert_eq!(tags.contains_key(EXPIRES_TAG), !owner.contains("/result/"), "{owner}");
    }
}

#[test]
fn our_own_tags_win() {
    let (mut source, mut destination) = (source_request(), destination_request());
    // No request can be written so; one that is changed in memory still cannot lend our marks to others.
    for tags in [&mut source.tags, &mut destination.tags] {
        tags.insert(OWNER_TAG.to_owned(), "somebody".to_owned());
    }
    for (owner, tags) in made(&source, &destination, &cx()) {
        assert_eq!(tags[OWNER_TAG], owner);
    }
}

#[test]
fn nothing_expires_at_once() {
    let source = source_builder().with_expires_after(Duration::from_hours(72)).build().unwrap();
    let destination = destination_builder().with_expires_after(Duration::from_hours(72)).build().unwrap();
    // A run that was parked over the weekend.
    let cx = cx_with(|cx| cx.now = cx.began + Duration::from_hours(96));
    for (owner, tags) in made(&source, &destination, &cx) {
        if let Some(expires) = tags.get(EXPIRES_TAG) {
            assert_eq!(at(expires), cx.now + Duration::from_hours(72), "{owner}");
        }
    }
}
