//! The seven steps, as calls of the model.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rds_refresh_testkit::world::Request;
use rds_refresh_testkit::world::ops::{
    CopyDbSnapshot, CreateDbClusterSnapshot, CreateDbSnapshot, DescribeDbClusterSnapshots, DescribeDbClusters,
    DescribeDbInstances, DescribeDbSnapshots, ModifyDbSnapshotAttribute, RestoreDbClusterFromSnapshot,
    RestoreDbInstanceFromDbSnapshot,
};
use rds_refresh_testkit::world::resource::{DbCluster, DbInstance, DbSnapshot};
use rds_refresh_testkit::{ApiError, Caller, Stage, TwoAccounts};

pub const CLUSTER_SNAPSHOT: &str = "refresh-cs";
pub const INSTANCE: &str = "refresh-tmp";
pub const SNAPSHOT: &str = "refresh-s";
pub const COPY: &str = "refresh-copy";
pub const CLUSTER: &str = "orders-staging";

pub fn stage() -> TwoAccounts {
    Stage::two_accounts(7)
}

pub fn shared_arn() -> String {
    format!("arn:aws:rds:eu-west-1:111111111111:snapshot:{SNAPSHOT}")
}

pub fn copy_arn() -> String {
    format!("arn:aws:rds:eu-west-1:222222222222:snapshot:{COPY}")
}

pub fn tags() -> Vec<(String, String)> {
    vec![("rds-refresh:owner".to_owned(), "run/scratch/x".to_owned())]
}

pub fn create_cluster_snapshot(stage: &TwoAccounts) -> CreateDbClusterSnapshot {
    CreateDbClusterSnapshot { identifier: CLUSTER_SNAPSHOT.to_owned(), cluster: stage.cluster.clone(), tags: tags() }
}

pub fn restore_instance(stage: &TwoAccounts) -> RestoreDbInstanceFromDbSnapshot {
    RestoreDbInstanceFromDbSnapshot {
        identifier: INSTANCE.to_owned(),
        cluster_snapshot: Some(CLUSTER_SNAPSHOT.to_owned()),
        engine: Some(stage.engine.clone()),
        class: Some(stage.instance_class.clone()),
        subnet_group: Some(stage.subnet_group.clone()),
        security_groups: vec![stage.security_group.clone()],
        multi_az: Some(false),
        publicly_accessible: Some(false),
        backup_retention_period: Some(0),
        tags: tags(),
        ..Default::default()
    }
}

pub fn create_snapshot() -> CreateDbSnapshot {
    CreateDbSnapshot { identifier: SNAPSHOT.to_owned(), instance: INSTANCE.to_owned(), tags: tags() }
}

pub fn share() -> ModifyDbSnapshotAttribute {
    ModifyDbSnapshotAttribute {
        identifier: SNAPSHOT.to_owned(),
        attribute: "restore".to_owned(),
        add: vec!["222222222222".to_owned()],
        remove: Vec::new(),
    }
}

pub fn copy(stage: &TwoAccounts) -> CopyDbSnapshot {
    CopyDbSnapshot {
        source: shared_arn(),
        target: COPY.to_owned(),
        kms_key: Some(stage.destination_key.clone()),
        copy_tags: Some(false),
        tags: tags(),
    }
}

pub fn restore_cluster(stage: &TwoAccounts) -> RestoreDbClusterFromSnapshot {
    RestoreDbClusterFromSnapshot {
        identifier: CLUSTER.to_owned(),
        snapshot: copy_arn(),
        engine: stage.engine.clone(),
        engine_version: Some(stage.engine_version.clone()),
        class: Some(stage.cluster_class.clone()),
        storage_type: Some("gp3".to_owned()),
        subnet_group: Some(stage.subnet_group.clone()),
        security_groups: vec![stage.security_group.clone()],
        parameter_group: Some(stage.cluster_parameter_group.clone()),
        publicly_accessible: Some(false),
        tags: tags(),
        ..Default::default()
    }
}

pub fn instance(stage: &TwoAccounts, caller: &Caller, id: &str) -> Option<DbInstance> {
    let request = DescribeDbInstances { identifier: Some(id.to_owned()), ..Default::default() };
    stage.fake.call(caller, &request).ok().map(|mut page| page.items.remove(0))
}

pub fn snapshot(stage: &TwoAccounts, caller: &Caller, id: &str) -> Option<DbSnapshot> {
    let request = DescribeDbSnapshots { identifier: Some(id.to_owned()), ..Default::default() };
    stage.fake.call(caller, &request).ok().map(|mut page| page.items.remove(0))
}

pub fn cluster(stage: &TwoAccounts, caller: &Caller, id: &str) -> Option<DbCluster> {
    let request = DescribeDbClusters { identifier: Some(id.to_owned()), ..Default::default() };
    stage.fake.call(caller, &request).ok().map(|mut page| page.items.remove(0))
}

pub fn cluster_snapshot_status(stage: &TwoAccounts, id: &str) -> Option<String> {
    let request = DescribeDbClusterSnapshots { identifier: Some(id.to_owned()), ..Default::default() };
    stage.fake.call(&stage.source, &request).ok().map(|mut page| page.items.remove(0).status)
}

/// Goes through the given number of the first steps (sharing is the fourth, the copy the sixth) and waits for each.
pub fn go_through(stage: &TwoAccounts, steps: usize) {
    let (source, destination) = (&stage.source, &stage.destination);
    let done = |what: &str, reached: bool| assert!(reached, "{what} never became available");
    if steps >= 1 {
        stage.fake.call(source, &create_cluster_snapshot(stage)).unwrap();
        done("1", stage.advance_until(|_| cluster_snapshot_status(stage, CLUSTER_SNAPSHOT).as_deref() == Some("available")));
    }
    if steps >= 2 {
        stage.fake.call(source, &restore_instance(stage)).unwrap();
        done("2", stage.advance_until(|_| instance(stage, source, INSTANCE).is_some_and(|it| it.status == "available")));
    }
    if steps >= 3 {
        stage.fake.call(source, &create_snapshot()).unwrap();
        done("3", stage.advance_until(|_| snapshot(stage, source, SNAPSHOT).is_some_and(|it| it.status == "available")));
    }
    if steps >= 4 {
        go_through_sharing(stage);
    }
    if steps >= 6 {
        stage.fake.call(destination, &copy(stage)).unwrap();
        done("6", stage.advance_until(|_| snapshot(stage, destination, COPY).is_some_and(|it| it.status == "available")));
    }
    if steps >= 7 {
        stage.fake.call(destination, &restore_cluster(stage)).unwrap();
        done("7", stage.advance_until(|_| cluster(stage, destination, CLUSTER).is_some_and(|it| it.status == "available")));
    }
}

/// The fourth step: shares the snapshot and waits until the other account sees it.
pub fn go_through_sharing(stage: &TwoAccounts) {
    stage.fake.call(&stage.source, &share()).unwrap();
    assert!(stage.advance_until(|_| snapshot(stage, &stage.destination, &shared_arn()).is_some()), "4 never became visible");
}

pub type Refused = (&'static str, u16);

/// The code and status that a request is refused with, if it is. A refused call must change nothing.
pub fn outcome<R: Request>(stage: &TwoAccounts, caller: &Caller, request: &R) -> Option<Refused> {
    let before = stage.fake.world().to_json();
    let answer = stage.fake.call(caller, request).err().map(|ApiError { code, status, .. }| (code, status));
    if answer.is_some() {
        assert_eq!(stage.fake.world().to_json(), before, "a refused call must change nothing");
    }
    answer
}

/// Cases against one stage: what is asked, by whom, and the code it must be refused with.
#[allow(unused_macros, reason = "each test uses a part of it")]
macro_rules! refused {
    ($stage:expr, $caller:ident: $($what:literal $request:expr => $code:literal $status:literal),* $(,)?) => {
        $(assert_eq!(common::outcome(&$stage, &$stage.$caller, &$request), Some(($code, $status)), $what);)*
    };
}
