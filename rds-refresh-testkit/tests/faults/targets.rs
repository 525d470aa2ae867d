//! Which resource a strike is about: the one that the call made or named, as long as it is that one.

use rds_refresh_core::{Resource, ResourceKind};
use rds_refresh_testkit::timing::Spread;
use rds_refresh_testkit::world::{Place, ops};

use super::*;

fn ends(operation: Operation) -> Fault {
    Fault::new(Calls::of(operation), Strike::Ends { status: "failed".into() })
}

fn delete(stage: &TwoAccounts, name: &str) {
    let delete = ops::DeleteDbInstance { identifier: name.into(), skip_final_snapshot: Some(true), ..Default::default() };
    stage.fake.call(&stage.source, &delete).unwrap();
}

fn resource(stage: &TwoAccounts, name: &str) -> Resource {
    let Place { account, region } = stage.source.place();
    Resource { kind: ResourceKind::DbInstance, account, region, id: name.into() }
}

fn ready_at(stage: &TwoAccounts, name: &str) -> rds_refresh_core::Timestamp {
    stage.fake.world().at(&stage.source.place()).instances[name].work.unwrap().ends
}

#[test]
fn what_is_deleted_before_it_would_end_badly_is_gone() {
    let stage = with_snapshot([ends(Operation::RestoreDbInstanceFromDbSnapshot)]);
    restore(&stage, "copy").unwrap();
    let ready = ready_at(&stage, "copy");
    stage.advance(ready.before(Duration::from_secs(30)).since(stage.fake.clock().now()));
    delete(&stage, "copy");
    stage.advance(Duration::from_secs(30));
    assert_eq!(instance(&stage, "copy").as_deref(), Ok("deleting"));
    stage.advance(MINUTE * 600);
    assert_eq!(instance(&stage, "copy"), Err("DBInstanceNotFound"));
}

#[test]
fn a_later_instance_of_the_same_name_does_not_end_badly() {
    let stage = with_snapshot([ends(Operation::RestoreDbInstanceFromDbSnapshot)]);
    stage.fake.world().timing_mut().instance_deletion = Spread::exactly(1);
    restore(&stage, "copy").unwrap();
    let ready = ready_at(&stage, "copy");
    stage.advance(ready.before(Duration::from_secs(30)).since(stage.fake.clock().now()));
    delete(&stage, "copy");
    stage.advance(Duration::from_secs(2));
    restore(&stage, "copy").unwrap();
    stage.advance(MINUTE);
    assert_eq!(instance(&stage, "copy").as_deref(), Ok("creating"));
    stage.advance(MINUTE * 600);
    assert_eq!(instance(&stage, "copy").as_deref(), Ok("available"));
}

#[test]
fn a_later_snapshot_of_the_same_name_does_not_end_badly() {
    let stage = with_snapshot([]);
    restore(&stage, "copy").unwrap();
    stage.advance(MINUTE * 600);
    let create = ops::CreateDbSnapshot { identifier: "first".into(), instance: "copy".into(), tags: vec![] };
    stage.fake.call(&stage.source, &create).unwrap();
    stage.advance(MINUTE * 600);
    arm(&stage, [ends(Operation::CopyDbSnapshot)]);
    stage.fake.world().timing_mut().snapshot_deletion = Spread::exactly(1);
    let copy = ops::CopyDbSnapshot { source: "first".into(), target: "second".into(), ..Default::default() };
    let status = || {
        let describe = ops::DescribeDbSnapshots { identifier: Some("second".into()), ..Default::default() };
        stage.fake.call(&stage.source, &describe).map(|page| page.items[0].status.clone()).map_err(|error| error.code)
    };
    stage.fake.call(&stage.source, &copy).unwrap();
    let cancel = ops::DeleteDbSnapshot { identifier: "second".into() };
    stage.fake.call(&stage.source, &cancel).unwrap();
    stage.advance(Duration::from_secs(2));
    assert_eq!(status(), Err("DBSnapshotNotFound"));
    stage.fake.call(&stage.source, &copy).unwrap();
    stage.advance(MINUTE * 600);
    assert_eq!(status().as_deref(), Ok("available"));
}

#[test]
fn a_copy_that_is_cancelled_before_it_would_end_badly_is_gone() {
    let stage = with_snapshot([]);
    restore(&stage, "copy").unwrap();
    stage.advance(MINUTE * 600);
    let create = ops::CreateDbSnapshot { identifier: "first".into(), instance: "copy".into(), tags: vec![] };
    stage.fake.call(&stage.source, &create).unwrap();
    stage.advance(MINUTE * 600);
    arm(&stage, [ends(Operation::CopyDbSnapshot)]);
    stage.fake.world().timing_mut().snapshot_deletion = Spread::exactly(24 * 3600);
    let copy = ops::CopyDbSnapshot { source: "first".into(), target: "second".into(), ..Default::default() };
    stage.fake.call(&stage.source, &copy).unwrap();
    stage.fake.call(&stage.source, &ops::DeleteDbSnapshot { identifier: "second".into() }).unwrap();
    let status = || {
        let mut world = stage.fake.world();
        world.settle();
        world.at(&stage.source.place()).snapshots.get("second").map(|it| it.status.clone())
    };
    stage.advance(MINUTE * 600);
    assert_eq!(status().as_deref(), Some("deleting"));
    stage.advance(MINUTE * 1440);
    assert_eq!(status(), None);
}

#[test]
fn what_is_not_being_made_does_not_end_badly() {
    let stage = with_snapshot([]);
    restore(&stage, "copy").unwrap();
    stage.advance(MINUTE * 60);
    let script = [Fault::new(Calls::mutations().always(), Strike::Ends { status: "failed".into() })];
    arm(&stage, script);
    let modify = ops::ModifyDbInstance { identifier: "copy".into(), copy_tags_to_snapshot: Some(true), ..Default::default() };
    stage.fake.call(&stage.source, &modify).unwrap();
    stage.advance(MINUTE * 60);
    assert_eq!(instance(&stage, "copy").as_deref(), Ok("available"));
    delete(&stage, "copy");
    stage.advance(MINUTE * 600);
    assert_eq!(instance(&stage, "copy"), Err("DBInstanceNotFound"));
}

#[test]
fn what_is_being_deleted_becomes_nothing_else() {
    let stage = with_snapshot([]);
    restore(&stage, "copy").unwrap();
    stage.advance(MINUTE * 60);
    let becomes = Strike::Becomes { status: "failed".into() };
    arm(&stage, [Fault::new(Calls::of(Operation::DescribeDbInstances), becomes)]);
    delete(&stage, "copy");
    assert_eq!(instance(&stage, "copy").as_deref(), Ok("deleting"));
    let resource = resource(&stage, "copy");
    assert!(!stage.fake.world().force_status(&resource, "failed"));
    stage.advance(MINUTE * 600);
    assert_eq!(instance(&stage, "copy"), Err("DBInstanceNotFound"));
}

#[test]
fn a_later_instance_of_the_same_name_does_not_come_back() {
    let flips = Strike::Flips { status: "incompatible-network".into(), lasting: MINUTE * 90 };
    let stage = with_snapshot([]);
    stage.fake.world().timing_mut().instance_deletion = Spread::exactly(1);
    restore(&stage, "copy").unwrap();
    stage.advance(MINUTE * 60);
    arm(&stage, [Fault::new(Calls::of(Operation::DescribeDbInstances), flips)]);
    assert_eq!(instance(&stage, "copy").as_deref(), Ok("available"));
    delete(&stage, "copy");
    stage.advance(Duration::from_secs(2));
    restore(&stage, "copy").unwrap();
    stage.advance(MINUTE * 60);
    let resource = resource(&stage, "copy");
    assert!(stage.fake.world().force_status(&resource, "incompatible-network"));
    stage.advance(MINUTE * 600);
    assert_eq!(instance(&stage, "copy").as_deref(), Ok("incompatible-network"));
}

#[test]
fn a_call_about_a_parameter_group_strikes_no_cluster_of_that_name() {
    let stage = stage([]);
    let group = ops::CreateDbClusterParameterGroup {
        name: stage.cluster.clone(),
        family: "postgres16".into(),
        description: "of the same name".into(),
        ..Default::default()
    };
    arm(&stage, [Fault::new(Calls::mutations(), Strike::Becomes { status: "failed".into() })]);
    stage.fake.call(&stage.source, &group).unwrap();
    assert_eq!(stage.fake.world().struck()["becomes"], 1);
    let clusters = ops::DescribeDbClusters { identifier: Some(stage.cluster.clone()), ..Default::default() };
    assert_eq!(stage.fake.call(&stage.source, &clusters).unwrap().items[0].status, "available");
}

#[test]
fn a_call_about_the_snapshot_of_another_account_strikes_none_of_that_name() {
    let stage = with_snapshot([]);
    restore(&stage, "copy").unwrap();
    stage.advance(MINUTE * 600);
    let create = ops::CreateDbSnapshot { identifier: "first".into(), instance: "copy".into(), tags: vec![] };
    stage.fake.call(&stage.source, &create).unwrap();
    stage.advance(MINUTE * 600);
    let (source, destination) = (stage.source.place(), stage.destination.place());
    let status = |place: &Place| stage.fake.world().at(place).snapshots["first"].status.clone();
    {
        let mut world = stage.fake.world();
        world.settle();
        let snapshot = world.at(&source).snapshots["first"].clone();
        world.at_mut(&destination).snapshots.insert("first".into(), snapshot);
    }
    arm(&stage, [Fault::new(Calls::reads(), Strike::Becomes { status: "failed".into() })]);
    let arn = format!("arn:aws:rds:{}:{}:snapshot:first", stage.source.region, stage.source.account);
    let describe = ops::DescribeDbSnapshots { identifier: Some(arn), ..Default::default() };
    let _not_shared = stage.fake.call(&stage.destination, &describe);
    assert_eq!((status(&source).as_str(), status(&destination).as_str()), ("failed", "available"));
}
