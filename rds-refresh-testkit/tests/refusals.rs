//! What the model refuses, with which code, and that a refused call changes nothing.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[macro_use]
mod common;

use common::{CLUSTER, CLUSTER_SNAPSHOT, COPY, INSTANCE, SNAPSHOT, outcome};
use rds_refresh_core::Secret;
use rds_refresh_testkit::world::ops::{
    AddTagsToResource, CopyDbClusterSnapshot, CopyDbSnapshot, CreateDbClusterSnapshot, CreateDbSnapshot, DeleteDbCluster,
    DeleteDbClusterSnapshot, DeleteDbInstance, DeleteDbSnapshot, DescribeDbInstances, DescribeDbSnapshots, ModifyDbCluster,
    ModifyDbClusterSnapshotAttribute, ModifyDbInstance, ModifyDbSnapshotAttribute, RestoreDbClusterFromSnapshot,
    RestoreDbInstanceFromDbSnapshot,
};
use rds_refresh_testkit::world::resource::DbSnapshot;
use rds_refresh_testkit::world::{Caller, Filter, Paging, Place, Quotas};
use rds_refresh_testkit::{SourceCluster, Stage, TwoAccounts, VirtualClock};

#[test]
fn cluster_snapshots() {
    let stage = common::stage();
    let good = common::create_cluster_snapshot(&stage);
    refused! { stage, source:
        "a name with two hyphens" CreateDbClusterSnapshot { identifier: "a--b".into(), ..good.clone() } => "InvalidParameterValue" 400,
        "no name" CreateDbClusterSnapshot { identifier: String::new(), ..good.clone() } => "MissingParameter" 400,
        "a reserved tag" CreateDbClusterSnapshot { tags: vec![("aws:x".into(), "y".into())], ..good.clone() } => "InvalidParameterValue" 400,
        "an unknown cluster" CreateDbClusterSnapshot { cluster: "nothing".into(), ..good.clone() } => "DBClusterNotFoundFault" 404,
        "an unknown snapshot" DeleteDbClusterSnapshot { identifier: "nothing".into() } => "DBClusterSnapshotNotFoundFault" 404,
    }
    let automated = stage.fake.world().at(&stage.source.place()).cluster_snapshots.keys().next().unwrap().clone();
    assert_eq!(stage.fake.call(&stage.source, &good).map(|it| it.status), Ok("creating".to_owned()));
    refused! { stage, source:
        "the same name again" good => "DBClusterSnapshotAlreadyExistsFault" 400,
        "another while the cluster is backing up" CreateDbClusterSnapshot { identifier: "other".into(), ..good.clone() } => "InvalidDBClusterStateFault" 400,
        "deleting one that is being made" DeleteDbClusterSnapshot { identifier: CLUSTER_SNAPSHOT.into() } => "InvalidDBClusterSnapshotStateFault" 400,
        "deleting an automated one" DeleteDbClusterSnapshot { identifier: automated } => "InvalidDBClusterSnapshotStateFault" 400,
        "restoring an instance from one that is being made" common::restore_instance(&stage) => "InvalidDBSnapshotState" 400,
        "restoring a cluster from it" RestoreDbClusterFromSnapshot { snapshot: CLUSTER_SNAPSHOT.into(), ..common::restore_cluster(&stage) }
            => "InvalidDBClusterSnapshotStateFault" 400,
        "sharing one" ModifyDbClusterSnapshotAttribute {
            identifier: CLUSTER_SNAPSHOT.into(), attribute: "restore".into(), add: vec!["222222222222".into()], remove: vec![],
        } => "InvalidDBClusterSnapshotStateFault" 400,
        "copying one" CopyDbClusterSnapshot { source: CLUSTER_SNAPSHOT.into(), target: "copy".into(), ..Default::default() }
            => "InvalidDBClusterSnapshotStateFault" 400,
    }
}

#[test]
fn temporary_instances() {
    let stage = common::stage();
    common::go_through(&stage, 1);
    let good = common::restore_instance(&stage);
    let bad = |change: fn(&mut RestoreDbInstanceFromDbSnapshot)| {
        let mut request = good.clone();
        change(&mut request);
        request
    };
    refused! { stage, source:
        "no snapshot" bad(|it| it.cluster_snapshot = None) => "InvalidParameterCombination" 400,
        "two snapshots" bad(|it| it.snapshot = Some("x".into())) => "InvalidParameterCombination" 400,
        "an unknown snapshot" bad(|it| it.cluster_snapshot = Some("x".into())) => "DBClusterSnapshotNotFoundFault" 404,
        "another engine" bad(|it| it.engine = Some("mysql".into())) => "InvalidParameterCombination" 400,
        "an unknown class" bad(|it| it.class = Some("db.huge".into())) => "InvalidParameterCombination" 400,
        "an unknown subnet group" bad(|it| it.subnet_group = Some("x".into())) => "DBSubnetGroupNotFoundFault" 404,
        "the default subnet group, which is not there" bad(|it| it.subnet_group = None) => "DBSubnetGroupNotFoundFault" 404,
        "an unknown security group" bad(|it| it.security_groups = vec!["sg-1".into()]) => "InvalidParameterValue" 400,
        "an unknown parameter group" bad(|it| it.parameter_group = Some("x".into())) => "DBParameterGroupNotFound" 404,
        "an unknown authority" bad(|it| it.ca = Some("x".into())) => "CertificateNotFound" 404,
        "a zone with MultiAZ" bad(|it| (it.multi_az, it.availability_zone) = (Some(true), Some("eu-west-1a".into()))) => "InvalidParameterCombination" 400,
        "less storage" bad(|it| it.allocated_storage = Some(20)) => "InvalidParameterCombination" 400,
        "too few IOPS for gp3" bad(|it| (it.storage_type, it.iops) = (Some("gp3".into()), Some(3000))) => "InvalidParameterCombination" 400,
        "retention beyond 35 days" bad(|it| it.backup_retention_period = Some(36)) => "InvalidParameterValue" 400,
    }
    stage.fake.call(&stage.source, &good).unwrap();
    let delete = DeleteDbInstance { identifier: INSTANCE.into(), skip_final_snapshot: Some(true), ..Default::default() };
    refused! { stage, source:
        "the same name again" good => "DBInstanceAlreadyExists" 400,
        "a snapshot while it is being made" common::create_snapshot() => "InvalidDBInstanceState" 400,
        "a password while it is being made" ModifyDbInstance { identifier: INSTANCE.into(), ..Default::default() } => "InvalidDBInstanceState" 400,
        "neither with nor without a final snapshot" DeleteDbInstance { skip_final_snapshot: None, ..delete.clone() } => "InvalidParameterCombination" 400,
        "both with and without one" DeleteDbInstance { final_snapshot: Some("last".into()), ..delete.clone() } => "InvalidParameterCombination" 400,
        "a final snapshot of nothing yet" DeleteDbInstance { skip_final_snapshot: None, final_snapshot: Some("last".into()), ..delete.clone() }
            => "InvalidDBInstanceState" 400,
    }
    stage.fake.call(&stage.source, &delete).unwrap();
    refused! { stage, source:
        "a second delete" delete => "InvalidDBInstanceState" 400,
        "its name while it is being deleted" good => "DBInstanceAlreadyExists" 400,
        "a tag on it" AddTagsToResource { resource: format!("arn:aws:rds:eu-west-1:111111111111:db:{INSTANCE}"), tags: common::tags() }
            => "InvalidDBInstanceState" 400,
    }
}

#[test]
fn members_of_a_cluster() {
    let stage = common::stage();
    let member = || "orders-production-instance-1".to_owned();
    let delete = DeleteDbInstance { identifier: member(), skip_final_snapshot: Some(true), ..Default::default() };
    refused! { stage, source:
        "deleting one" delete => "InvalidDBInstanceState" 400,
        "with a final snapshot" DeleteDbInstance { skip_final_snapshot: None, final_snapshot: Some("last".into()), ..delete.clone() }
            => "InvalidParameterCombination" 400,
        "a snapshot of one" CreateDbSnapshot { instance: member(), ..common::create_snapshot() } => "InvalidParameterValue" 400,
        "modifying one" ModifyDbInstance { identifier: member(), ..Default::default() } => "InvalidParameterCombination" 400,
    }
    stage.fake.world().switches_mut().member_deletion = true;
    assert_eq!(outcome(&stage, &stage.source, &delete), None, "the switch allows it");
}

#[test]
fn snapshots_and_their_shares() {
    let stage = common::stage();
    common::go_through(&stage, 3);
    let share = common::share();
    refused! { stage, source:
        "another attribute" ModifyDbSnapshotAttribute { attribute: "x".into(), ..share.clone() } => "InvalidParameterValue" 400,
        "not an account" ModifyDbSnapshotAttribute { add: vec!["me".into()], ..share.clone() } => "InvalidParameterValue" 400,
        "with everybody, encrypted" ModifyDbSnapshotAttribute { add: vec!["all".into()], ..share.clone() } => "InvalidParameterCombination" 400,
        "in and out at once" ModifyDbSnapshotAttribute { remove: share.add.clone(), ..share.clone() } => "InvalidParameterCombination" 400,
        "with too many" ModifyDbSnapshotAttribute { add: (0..21).map(|n| format!("{n:012}")).collect(), ..share.clone() } => "SharedSnapshotQuotaExceeded" 400,
        "the same name again" common::create_snapshot() => "DBSnapshotAlreadyExists" 400,
        "an unknown one" DescribeDbSnapshots { identifier: Some("nothing".into()), ..Default::default() } => "DBSnapshotNotFound" 404,
    }
    refused! { stage, destination:
        "one that is not shared" common::copy(&stage) => "DBSnapshotNotFound" 404,
        "seeing it" DescribeDbSnapshots { identifier: Some(common::shared_arn()), ..Default::default() } => "DBSnapshotNotFound" 404,
    }
    common::go_through_sharing(&stage);
    refused! { stage, destination:
        "by name, not by ARN" CopyDbSnapshot { source: SNAPSHOT.into(), ..common::copy(&stage) } => "DBSnapshotNotFound" 404,
        "without a key" CopyDbSnapshot { kms_key: None, ..common::copy(&stage) } => "InvalidParameterValue" 400,
        "under an unknown key" CopyDbSnapshot { kms_key: Some("alias/nothing".into()), ..common::copy(&stage) } => "KMSKeyNotAccessibleFault" 400,
        "restoring it without a copy" RestoreDbClusterFromSnapshot { snapshot: common::shared_arn(), ..common::restore_cluster(&stage) }
            => "InvalidParameterCombination" 400,
        "deleting another account's" DeleteDbSnapshot { identifier: common::shared_arn() } => "DBSnapshotNotFound" 404,
    }
}

#[test]
fn an_aws_managed_key_cannot_leave_its_account() {
    // What the clock says does not matter here.
    let mut draft = Stage::new(3, VirtualClock::starting_at(Stage::opening()));
    let place = draft.place("111111111111".parse().unwrap(), "eu-west-1".parse().unwrap());
    let managed = draft.managed_key(&place);
    let stage = Stage::two_accounts_with(draft, &SourceCluster { kms_key: Some(managed), ..Default::default() });
    common::go_through(&stage, 3);
    refused! { stage, source: "sharing" common::share() => "InvalidDBSnapshotState" 400 }
    stage.fake.world().switches_mut().managed_key_sharing = true;
    common::go_through_sharing(&stage);
    refused! { stage, destination: "copying" common::copy(&stage) => "KMSKeyNotAccessibleFault" 400 }
}

#[test]
fn restored_clusters() {
    let stage = common::stage();
    common::go_through(&stage, 6);
    let good = common::restore_cluster(&stage);
    let bad = |change: fn(&mut RestoreDbClusterFromSnapshot)| {
        let mut request = good.clone();
        change(&mut request);
        request
    };
    refused! { stage, destination:
        "a bare name, which is looked up among cluster snapshots" bad(|it| it.snapshot = COPY.into()) => "DBClusterSnapshotNotFoundFault" 404,
        "an unknown ARN" bad(|it| it.snapshot.push('x')) => "DBSnapshotNotFound" 404,
        "no engine" bad(|it| it.engine.clear()) => "MissingParameter" 400,
        "an engine of another kind" bad(|it| it.engine = "aurora-postgresql".into()) => "InvalidParameterValue" 400,
        "another engine" bad(|it| it.engine = "mysql".into()) => "InvalidParameterCombination" 400,
        "no class" bad(|it| it.class = None) => "InvalidParameterCombination" 400,
        "a class for instances only" bad(|it| it.class = Some("db.r6g.large".into())) => "InvalidParameterCombination" 400,
        "an unknown version" bad(|it| it.engine_version = Some("16.99".into())) => "InvalidParameterCombination" 400,
        "the default version, with a parameter group for the old one" bad(|it| it.engine_version = None) => "InvalidParameterCombination" 400,
        "two zones" bad(|it| it.subnet_group = Some("narrow".into())) => "DBSubnetGroupDoesNotCoverEnoughAZs" 400,
        "an unknown parameter group" bad(|it| it.parameter_group = Some("x".into())) => "DBClusterParameterGroupNotFound" 404,
        "io1, the default, without IOPS" bad(|it| it.storage_type = None) => "InvalidParameterCombination" 400,
        "gp2" bad(|it| it.storage_type = Some("gp2".into())) => "StorageTypeNotSupported" 400,
        "gp3 with few IOPS" bad(|it| it.iops = Some(3000)) => "InvalidParameterCombination" 400,
        "no backups" bad(|it| it.backup_retention_period = Some(0)) => "InvalidParameterValue" 400,
        "a port that is reserved" bad(|it| it.port = Some(80)) => "InvalidParameterValue" 400,
        "monitoring without a role" bad(|it| it.monitoring_interval = Some(60)) => "InvalidParameterCombination" 400,
        "a parameter of Aurora" bad(|it| it.availability_zones = vec!["eu-west-1a".into()]) => "InvalidParameterCombination" 400,
        "an unknown key" bad(|it| it.kms_key = Some("alias/x".into())) => "KMSKeyNotAccessibleFault" 400,
    }
    stage.fake.call(&stage.destination, &good).unwrap();
    let delete = DeleteDbCluster { identifier: CLUSTER.into(), skip_final_snapshot: Some(true), ..Default::default() };
    refused! { stage, destination:
        "the same name again" good => "DBClusterAlreadyExistsFault" 400,
        "modifying while it is being made" ModifyDbCluster { identifier: CLUSTER.into(), ..Default::default() } => "InvalidDBClusterStateFault" 400,
        "deleting while it is being made" delete => "InvalidDBClusterStateFault" 400,
    }
    refused! { stage, source:
        "deleting a protected one" DeleteDbCluster { identifier: stage.cluster.clone(), ..delete.clone() } => "InvalidParameterCombination" 400,
        "a password that is too short" ModifyDbCluster {
            identifier: stage.cluster.clone(), master_user_password: Some(Secret::new("short".into())), ..Default::default()
        } => "InvalidParameterValue" 400,
    }
}

#[test]
fn quotas() {
    let stage = common::stage();
    common::go_through(&stage, 1);
    let limit = |stage: &TwoAccounts, quotas: Quotas| stage.fake.world().at_mut(&stage.source.place()).quotas = quotas;
    limit(&stage, Quotas { manual_cluster_snapshots: 1, ..Quotas::default() });
    let other = CreateDbClusterSnapshot { identifier: "other".into(), ..common::create_cluster_snapshot(&stage) };
    refused! { stage, source: "cluster snapshots" other => "SnapshotQuotaExceeded" 400 }
    // The source cluster counts three.
    limit(&stage, Quotas { instances: 3, ..Quotas::default() });
    refused! { stage, source: "instances" common::restore_instance(&stage) => "InstanceQuotaExceeded" 400 }
    limit(&stage, Quotas { allocated_storage: 1999, ..Quotas::default() });
    refused! { stage, source: "storage" common::restore_instance(&stage) => "StorageQuotaExceeded" 400 }
    limit(&stage, Quotas { allocated_storage: 2000, ..Quotas::default() });
    assert_eq!(outcome(&stage, &stage.source, &common::restore_instance(&stage)), None);
}

#[test]
fn listings() {
    let stage = common::stage();
    let all = DescribeDbInstances::default();
    let bad_page = |max_records, marker: Option<&str>| DescribeDbInstances {
        paging: Paging { max_records, marker: marker.map(str::to_owned) },
        ..DescribeDbInstances::default()
    };
    refused! { stage, source:
        "a page too short" bad_page(Some(19), None) => "InvalidParameterValue" 400,
        "a page too long" bad_page(Some(101), None) => "InvalidParameterValue" 400,
        "a marker of somebody else" bad_page(None, Some("x")) => "InvalidParameterValue" 400,
        "an unknown filter" DescribeDbInstances { filters: vec![Filter { name: "x".into(), values: vec![] }], ..all.clone() } => "InvalidParameterValue" 400,
    }
    let members = Filter { name: "db-cluster-id".into(), values: vec![stage.cluster.to_uppercase()] };
    let filtered = stage.fake.call(&stage.source, &DescribeDbInstances { filters: vec![members], ..all }).unwrap();
    assert_eq!(filtered.items.len(), 3);
}

#[test]
fn pages_follow_each_other_without_gap_or_repetition() {
    let all: Vec<u32> = (0..45).collect();
    let mut paging = Paging { marker: None, max_records: Some(20) };
    let mut seen = Vec::new();
    for length in [20, 20, 5] {
        let page = paging.rds(all.clone(), |number| format!("{number:02}")).unwrap();
        assert_eq!(page.items.len(), length);
        seen.extend(page.items);
        paging.marker = page.marker;
    }
    assert_eq!((seen, paging.marker), (all, None));
}

#[test]
fn provisioned_iops_depend_on_type_and_size() {
    let stage = Stage::new(3, VirtualClock::starting_at(Stage::opening()));
    let small = SourceCluster { allocated_gib: 100, used_gib: 60, storage_type: "gp3".into(), iops: None, ..Default::default() };
    let stage = Stage::two_accounts_with(stage, &small);
    common::go_through(&stage, 1);
    let cases = [
        ("gp3", 100, None, Ok(Some(3000))),
        ("gp3", 100, Some(12_000), Err("InvalidParameterCombination")),
        ("gp3", 399, Some(12_000), Err("InvalidParameterCombination")),
        ("gp3", 400, Some(12_000), Ok(Some(12_000))),
        ("gp3", 400, Some(11_999), Err("InvalidParameterCombination")),
        ("gp3", 400, None, Ok(Some(12_000))),
        ("io1", 100, None, Err("InvalidParameterCombination")),
        ("io1", 100, Some(999), Err("InvalidParameterCombination")),
        ("io1", 100, Some(5000), Ok(Some(5000))),
        ("io1", 100, Some(5001), Err("InvalidParameterCombination")),
        ("io2", 100, Some(100_000), Ok(Some(100_000))),
        ("io2", 100, Some(100_001), Err("InvalidParameterCombination")),
        ("io2", 300, Some(256_001), Err("InvalidParameterCombination")),
        ("io2", 4001, Some(2000), Err("InvalidParameterCombination")),
        ("io2", 4001, Some(2001), Ok(Some(2001))),
        ("gp2", 100, None, Ok(None)),
        ("gp2", 100, Some(3000), Err("InvalidParameterCombination")),
        ("tape", 100, None, Err("InvalidParameterValue")),
        ("gp3", 109, None, Err("InvalidParameterCombination")),
        ("gp3", 110, None, Ok(Some(3000))),
    ];
    for (number, (storage_type, allocated, iops, expected)) in cases.into_iter().enumerate() {
        let request = RestoreDbInstanceFromDbSnapshot {
            identifier: format!("i-{number}"),
            storage_type: Some(storage_type.into()),
            allocated_storage: Some(allocated),
            iops,
            ..common::restore_instance(&stage)
        };
        let answer = stage.fake.call(&stage.source, &request).map(|it| it.iops).map_err(|error| error.code);
        assert_eq!(answer, expected, "{storage_type} {allocated} {iops:?}");
    }
}

#[test]
fn a_cluster_snapshot_can_be_shared_if_the_switch_says_so_and_restored_abroad_if_it_is_not_encrypted() {
    let stage = common::stage();
    common::go_through(&stage, 1);
    stage.fake.world().switches_mut().cluster_snapshot_sharing = true;
    let share = ModifyDbClusterSnapshotAttribute {
        identifier: CLUSTER_SNAPSHOT.into(),
        attribute: "restore".into(),
        add: vec!["222222222222".into()],
        remove: vec![],
    };
    stage.fake.call(&stage.source, &share).unwrap();
    let arn = stage.source.place().arn("cluster-snapshot", CLUSTER_SNAPSHOT);
    let restore = RestoreDbInstanceFromDbSnapshot { cluster_snapshot: Some(arn), ..common::restore_instance(&stage) };
    refused! { stage, destination: "shared and encrypted" restore => "InvalidParameterCombination" 400 }
    let place = stage.source.place();
    stage.fake.world().at_mut(&place).cluster_snapshots.get_mut(CLUSTER_SNAPSHOT).unwrap().kms_key = None;
    assert_eq!(outcome(&stage, &stage.destination, &restore), None);
}

/// Begins a copy of a snapshot of another account in the Region of `place`, which is none from another Region.
fn within_the_region(stage: &TwoAccounts, place: &Place, key: &str) {
    {
        let mut world = stage.fake.world();
        let neighbour = Place { account: stage.source.account.clone(), region: place.region.clone() };
        let shared = world.at(&stage.source.place()).snapshots[common::SNAPSHOT].clone();
        let arn = neighbour.arn("snapshot", "near");
        let near = DbSnapshot { identifier: "near".into(), arn, kms_key: None, ..shared };
        world.at_mut(&neighbour).snapshots.insert("near".into(), near);
    }
    let source = format!("arn:aws:rds:{}:{}:snapshot:near", place.region, stage.source.account);
    let copy = CopyDbSnapshot { source, target: "near".into(), kms_key: Some(key.to_owned()), ..common::copy(stage) };
    let copy = stage.fake.call(&stage.destination, &copy).unwrap();
    assert_eq!((copy.status.as_str(), copy.source_region.as_deref()), ("pending", Some(place.region.as_str())));
}

#[test]
fn a_shared_snapshot_crosses_regions_under_a_key_of_the_other_region() {
    let mut draft = Stage::new(3, VirtualClock::starting_at(Stage::opening()));
    let abroad = draft.place("222222222222".parse().unwrap(), "eu-central-1".parse().unwrap());
    let key = draft.customer_key(&abroad, "alias/abroad", &Stage::own_key_policy(&abroad));
    let mut stage = Stage::two_accounts_with(draft, &SourceCluster::default());
    common::go_through(&stage, 4);
    let near = stage.destination_key.clone();
    stage.destination = Caller::new(abroad.account.clone(), abroad.region.clone());
    let good = CopyDbSnapshot { kms_key: Some(key.clone()), ..common::copy(&stage) };
    refused! { stage, destination:
        "describing it there" DescribeDbSnapshots { identifier: Some(common::shared_arn()), ..Default::default() } => "DBSnapshotNotFound" 404,
        "no key" CopyDbSnapshot { kms_key: None, ..good.clone() } => "InvalidParameterValue" 400,
        "a key of the first Region" CopyDbSnapshot { kms_key: Some(near), ..good.clone() } => "KMSKeyNotAccessibleFault" 400,
    }
    stage.fake.world().switches_mut().cross_region_shared_copy = false;
    refused! { stage, destination: "in a single step" good => "InvalidParameterCombination" 400 }
    stage.fake.world().switches_mut().cross_region_shared_copy = true;
    stage.fake.world().at_mut(&abroad).quotas.copies_in_progress = 1;
    within_the_region(&stage, &abroad, &key);
    assert_eq!(outcome(&stage, &stage.destination, &good), None);
    refused! { stage, destination: "a second copy at a time" CopyDbSnapshot { target: "two".into(), ..good.clone() } => "SnapshotQuotaExceeded" 400 }
    assert!(stage.advance_until(|_| common::snapshot(&stage, &stage.destination, COPY).unwrap().status == "available"));
    let copy = common::snapshot(&stage, &stage.destination, COPY).unwrap();
    assert_eq!((copy.kms_key, copy.source_region.as_deref()), (Some(key), Some("eu-west-1")));
}
