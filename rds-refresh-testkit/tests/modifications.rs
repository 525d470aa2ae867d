//! What `ModifyDBCluster` and `ModifyDBInstance` do, when, and what they refuse.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[macro_use]
mod common;

use std::time::Duration;

use rds_refresh_core::Secret;
use rds_refresh_testkit::timing::Spread;
use rds_refresh_testkit::world::ops::{
    CreateDbCluster, CreateDbInstance, CreateDbSnapshot, DeleteDbCluster, ModifyDbCluster, ModifyDbInstance,
};
use rds_refresh_testkit::world::resource::{DbCluster, DbInstance, Subnet, SubnetGroup};
use rds_refresh_testkit::{Stage, TwoAccounts};

const HOUR: Duration = Duration::from_hours(1);

fn password(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn modify(stage: &TwoAccounts) -> ModifyDbCluster {
    ModifyDbCluster { identifier: stage.cluster.clone(), ..Default::default() }
}

fn cluster(stage: &TwoAccounts) -> DbCluster {
    common::cluster(stage, &stage.source, &stage.cluster).unwrap()
}

fn instance(stage: &TwoAccounts) -> DbInstance {
    common::instance(stage, &stage.source, "single").unwrap()
}

/// A stage with an instance of PostgreSQL 16.4 on 100 GiB of gp3, without backups.
fn with_instance(seed: u64) -> TwoAccounts {
    let stage = Stage::two_accounts(seed);
    let create = CreateDbInstance {
        identifier: "single".into(),
        engine: "postgres".into(),
        engine_version: Some("16.4".into()),
        class: stage.instance_class.clone(),
        allocated_storage: Some(100),
        master_username: Some("orders".into()),
        master_user_password: Some(password("correct-horse")),
        subnet_group: Some(stage.subnet_group.clone()),
        security_groups: vec![stage.security_group.clone()],
        backup_retention_period: Some(0),
        ..Default::default()
    };
    stage.fake.call(&stage.source, &create).unwrap();
    assert!(stage.advance_until(|_| instance(&stage).status == "available"));
    stage
}

fn change(stage: &TwoAccounts, what: impl FnOnce(&mut ModifyDbInstance)) -> DbInstance {
    let mut request = ModifyDbInstance { identifier: "single".into(), ..Default::default() };
    what(&mut request);
    stage.fake.call(&stage.source, &request).unwrap()
}

/// The different statuses that somebody sees who looks every five seconds.
fn statuses(stage: &TwoAccounts, watched: Duration, look: impl Fn() -> String) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let end = stage.fake.clock().now() + watched;
    while stage.fake.clock().now() < end {
        let status = look();
        if seen.last() != Some(&status) {
            seen.push(status);
        }
        stage.advance(Duration::from_secs(5));
    }
    seen
}

#[test]
fn a_cluster_is_renamed_and_its_former_name_is_free() {
    let stage = common::stage();
    stage.fake.world().timing_mut().modify_lag = Spread::exactly(10);
    let before = cluster(&stage);
    let rename = ModifyDbCluster { new_identifier: Some("Orders-Old".into()), apply_immediately: Some(true), ..modify(&stage) };
    let answer = stage.fake.call(&stage.source, &rename).unwrap();
    assert_eq!((answer.identifier.as_str(), answer.pending.identifier.as_deref()), ("orders-production", Some("orders-old")));
    refused! { stage, source:
        "the name that it is going to have" ModifyDbCluster { new_identifier: Some("orders-old".into()), ..modify(&stage) } => "DBClusterAlreadyExistsFault" 400,
    }
    let look = || {
        let found = |id| common::cluster(&stage, &stage.source, id).map(|it| format!("{id}: {}", it.status));
        found("orders-production").into_iter().chain(found("orders-old")).collect::<Vec<_>>().join(", ")
    };
    let seen = statuses(&stage, HOUR, look);
    assert_eq!(seen, ["orders-production: available", "orders-production: renaming", "orders-old: available"]);

    let after = common::cluster(&stage, &stage.source, "orders-old").unwrap();
    assert_eq!((&after.resource_id, &after.members, &after.tags), (&before.resource_id, &before.members, &before.tags));
    assert!(after.arn.ends_with(":cluster:orders-old") && after.pending.is_empty());
    assert!(after.endpoint.unwrap().starts_with("orders-old.cluster-"));
    assert!(after.reader_endpoint.unwrap().starts_with("orders-old.cluster-ro-"));
    let member = common::instance(&stage, &stage.source, "orders-production-instance-1").unwrap();
    assert_eq!(member.cluster.as_deref(), Some("orders-old"), "members keep their names");

    // Backups go on under the new name and expire; those of the former name go with the cluster.
    stage.advance(24 * HOUR);
    let backups = |name: &str| {
        let mut world = stage.fake.world();
        world.settle();
        let snapshots = &world.at(&stage.source.place()).cluster_snapshots;
        snapshots.keys().filter(|id| id.starts_with(&format!("rds:{name}-20"))).count()
    };
    assert_eq!((backups("orders-old"), backups("orders-production")), (1, 6));
    let unprotect = ModifyDbCluster { identifier: "orders-old".into(), deletion_protection: Some(false), ..Default::default() };
    stage.fake.call(&stage.source, &unprotect).unwrap();
    let delete = DeleteDbCluster { identifier: "orders-old".into(), skip_final_snapshot: Some(true), ..Default::default() };
    stage.fake.call(&stage.source, &delete).unwrap();
    stage.advance(HOUR);
    assert_eq!((backups("orders-old"), backups("orders-production")), (0, 0));
    let again = CreateDbCluster {
        identifier: "orders-production".into(),
        engine: "postgres".into(),
        class: Some(stage.cluster_class.clone()),
        allocated_storage: Some(100),
        storage_type: Some("gp3".into()),
        master_username: Some("orders".into()),
        master_user_password: Some(password("correct-horse")),
        subnet_group: Some(stage.subnet_group.clone()),
        ..Default::default()
    };
    assert!(stage.fake.call(&stage.source, &again).is_ok());
}

#[test]
fn what_is_not_applied_immediately_waits_for_the_maintenance_window() {
    let stage = common::stage();
    let changes = ModifyDbCluster {
        new_identifier: Some("orders-old".into()),
        class: Some("db.r6gd.xlarge".into()),
        allocated_storage: Some(520),
        iops: Some(7000),
        preferred_maintenance_window: Some("Tue:12:00-Tue:13:00".into()),
        ..modify(&stage)
    };
    let pending = stage.fake.call(&stage.source, &changes).unwrap();
    assert_eq!((pending.status.as_str(), pending.class.as_str()), ("available", "db.r6gd.large"));
    assert_eq!(
        pending.pending.storage.as_ref().map(|it| (it.allocated, it.iops)),
        Some((550, Some(7000))),
        "by a tenth at least"
    );
    // It is Monday, eight o'clock.
    stage.advance(27 * HOUR);
    assert!(!cluster(&stage).pending.is_empty());
    stage.advance(3 * HOUR);
    let after = common::cluster(&stage, &stage.source, "orders-old").unwrap();
    assert_eq!((after.class.as_str(), after.allocated_storage, after.iops), ("db.r6gd.xlarge", 550, Some(7000)));
    assert!(after.pending.is_empty(), "{:?}", after.pending);
    let member = common::instance(&stage, &stage.source, "orders-production-instance-2").unwrap();
    assert_eq!((member.class.as_str(), member.allocated_storage), ("db.r6gd.xlarge", 550));
}

#[test]
fn applying_immediately_applies_what_waits_too_one_phase_after_the_other() {
    let stage = common::stage();
    stage.fake.world().timing_mut().modify_lag = Spread::exactly(10);
    let vpc = cluster(&stage).vpc;
    stage.fake.world().at_mut(&stage.source.place()).security_groups.insert("sg-2".into(), vpc);
    let waits = ModifyDbCluster { class: Some("db.r6gd.xlarge".into()), security_groups: vec!["sg-2".into()], ..modify(&stage) };
    stage.fake.call(&stage.source, &waits).unwrap();
    stage.advance(HOUR);
    assert_eq!(
        (cluster(&stage).class.as_str(), cluster(&stage).security_groups),
        ("db.r6gd.large", vec![stage.security_group.clone()])
    );
    let now = ModifyDbCluster {
        new_identifier: Some("orders-old".into()),
        master_user_password: Some(password("battery-staple")),
        apply_immediately: Some(true),
        ..modify(&stage)
    };
    stage.fake.call(&stage.source, &now).unwrap();
    let look = || {
        let found = common::cluster(&stage, &stage.source, "orders-old");
        found.unwrap_or_else(|| cluster(&stage)).status
    };
    assert_eq!(
        statuses(&stage, 2 * HOUR, look),
        ["available", "resetting-master-credentials", "modifying", "renaming", "available"]
    );
    let after = common::cluster(&stage, &stage.source, "orders-old").unwrap();
    assert_eq!((after.class.as_str(), after.security_groups), ("db.r6gd.xlarge", vec!["sg-2".to_owned()]));
    assert!(after.password_set_at.is_some() && after.pending.is_empty());
}

#[test]
fn some_changes_are_in_force_with_the_answer() {
    let stage = common::stage();
    let request = ModifyDbCluster {
        deletion_protection: Some(false),
        copy_tags_to_snapshot: Some(false),
        auto_minor_version_upgrade: Some(false),
        parameter_group: Some("orders-postgres16".into()),
        backup_retention_period: Some(14),
        preferred_backup_window: Some("22:00-22:30".into()),
        enable_log_exports: vec!["postgresql".into(), "upgrade".into()],
        monitoring_interval: Some(30),
        monitoring_role_arn: Some("arn:aws:iam::111111111111:role/monitoring".into()),
        ..modify(&stage)
    };
    let after = stage.fake.call(&stage.source, &request).unwrap();
    assert!(!after.deletion_protection && !after.copy_tags_to_snapshot && !after.auto_minor_version_upgrade);
    assert_eq!((after.parameter_group.as_str(), after.backup_retention_period), ("orders-postgres16", 14));
    assert_eq!((after.log_exports, after.monitoring.interval), (vec!["postgresql".to_owned(), "upgrade".to_owned()], 30));
    assert!(after.pending.is_empty());
    let disable = ModifyDbCluster { disable_log_exports: vec!["postgresql".into()], ..modify(&stage) };
    assert_eq!(stage.fake.call(&stage.source, &disable).unwrap().log_exports, ["upgrade"]);
    let member = common::instance(&stage, &stage.source, "orders-production-instance-1").unwrap();
    assert_eq!((member.monitoring.interval, member.backup_retention_period), (30, 14));
    stage.advance(15 * HOUR);
    let mut world = stage.fake.world();
    world.settle();
    let backups = &world.at(&stage.source.place()).cluster_snapshots;
    assert!(backups.keys().any(|id| id.starts_with("rds:orders-production-2026-01-05-22-")), "{:?}", backups.keys());
}

#[test]
fn a_master_password_is_managed_rotated_and_managed_no_more() {
    let stage = common::stage();
    let status = || cluster(&stage).master_user_secret.map(|secret| secret.status);
    let manage = ModifyDbCluster { manage_master_user_password: Some(true), ..modify(&stage) };
    let rotate = ModifyDbCluster { rotate_master_user_password: Some(true), apply_immediately: Some(true), ..modify(&stage) };
    let release = ModifyDbCluster { manage_master_user_password: Some(false), ..modify(&stage) };
    refused! { stage, source:
        "rotating what is not managed" rotate => "InvalidParameterCombination" 400,
        "a managed password and another" ModifyDbCluster { master_user_password: Some(password("battery-staple")), ..manage.clone() } => "InvalidParameterCombination" 400,
        "a key that nobody knows" ModifyDbCluster { master_user_secret_key: Some("alias/none".into()), ..manage.clone() } => "KMSKeyNotAccessibleFault" 400,
    }
    stage.fake.call(&stage.source, &manage).unwrap();
    assert_eq!(status().as_deref(), Some("creating"));
    stage.advance(HOUR);
    assert_eq!(status().as_deref(), Some("active"));
    refused! { stage, source:
        "a password of one's own" ModifyDbCluster { master_user_password: Some(password("battery-staple")), ..modify(&stage) } => "InvalidParameterCombination" 400,
        "another key" ModifyDbCluster { master_user_secret_key: Some("alias/orders".into()), ..manage.clone() } => "InvalidParameterCombination" 400,
        "rotating later" ModifyDbCluster { apply_immediately: None, ..rotate.clone() } => "InvalidParameterCombination" 400,
        "no password instead" release => "InvalidParameterCombination" 400,
    }
    stage.fake.call(&stage.source, &rotate).unwrap();
    assert_eq!(status().as_deref(), Some("rotating"));
    stage.advance(HOUR);
    assert_eq!(status().as_deref(), Some("active"));
    let release = ModifyDbCluster { master_user_password: Some(password("battery-staple")), ..release };
    stage.fake.call(&stage.source, &release).unwrap();
    assert_eq!(status(), None);
}

#[test]
fn what_a_cluster_cannot_become_is_refused() {
    let stage = common::stage();
    let bad = |change: fn(&mut ModifyDbCluster)| {
        let mut request = modify(&stage);
        change(&mut request);
        request
    };
    refused! { stage, source:
        "an unknown cluster" bad(|it| it.identifier = "x".into()) => "DBClusterNotFoundFault" 404,
        "its own name" bad(|it| it.new_identifier = Some("orders-production".into())) => "DBClusterAlreadyExistsFault" 400,
        "a name that is none" bad(|it| it.new_identifier = Some("1".into())) => "InvalidParameterValue" 400,
        "storage without IOPS" bad(|it| it.allocated_storage = Some(600)) => "InvalidParameterCombination" 400,
        "IOPS without storage" bad(|it| it.iops = Some(7000)) => "InvalidParameterCombination" 400,
        "less storage" bad(|it| (it.allocated_storage, it.iops) = (Some(400), Some(6000))) => "InvalidParameterCombination" 400,
        "gp2" bad(|it| it.storage_type = Some("gp2".into())) => "StorageTypeNotSupported" 400,
        "a class for instances" bad(|it| it.class = Some("db.r6g.large".into())) => "InvalidParameterCombination" 400,
        "an older version" bad(|it| it.engine_version = Some("16.3".into())) => "InvalidParameterCombination" 400,
        "another major version" bad(|it| it.engine_version = Some("17.2".into())) => "InvalidParameterCombination" 400,
        "an unknown security group" bad(|it| it.security_groups = vec!["sg-1".into()]) => "InvalidParameterValue" 400,
        "an unknown parameter group" bad(|it| it.parameter_group = Some("x".into())) => "DBClusterParameterGroupNotFound" 404,
        "no backups" bad(|it| it.backup_retention_period = Some(0)) => "InvalidParameterValue" 400,
        "a short window" bad(|it| it.preferred_maintenance_window = Some("sun:01:00-sun:01:10".into())) => "InvalidParameterValue" 400,
        "a log in and out" bad(|it| {
            it.enable_log_exports = vec!["upgrade".into()];
            it.disable_log_exports = vec!["upgrade".into()];
        }) => "InvalidParameterCombination" 400,
        "monitoring without a role" bad(|it| it.monitoring_interval = Some(60)) => "InvalidParameterCombination" 400,
        "an unknown authority" bad(|it| it.ca = Some("x".into())) => "CertificateNotFound" 404,
        "much more storage than the quota" bad(|it| (it.allocated_storage, it.iops) = (Some(40_000), Some(20_000))) => "StorageQuotaExceeded" 400,
    }
    let upgrade = bad(|it| {
        it.engine_version = Some("17".into());
        it.allow_major_version_upgrade = Some(true);
        it.apply_immediately = Some(true);
    });
    stage.fake.call(&stage.source, &upgrade).unwrap();
    stage.advance(2 * HOUR);
    assert_eq!(
        (cluster(&stage).engine_version, cluster(&stage).parameter_group),
        ("17.2".to_owned(), "default.postgres17".to_owned())
    );
}

#[test]
fn an_instance_grows_and_is_optimized_for_hours() {
    let stage = with_instance(3);
    stage.fake.world().timing_mut().storage_optimization = Spread::exactly(4 * 3600);
    let answer = change(&stage, |it| (it.allocated_storage, it.apply_immediately) = (Some(101), Some(true)));
    assert_eq!((answer.allocated_storage, answer.pending.storage.unwrap().allocated), (100, 110));
    let seen = statuses(&stage, 6 * HOUR, || instance(&stage).status);
    assert_eq!(seen, ["available", "modifying", "storage-optimization", "available"]);
    assert_eq!((instance(&stage).allocated_storage, instance(&stage).iops), (110, Some(3000)));

    change(&stage, |it| (it.allocated_storage, it.apply_immediately) = (Some(200), Some(true)));
    stage.advance(HOUR);
    assert_eq!(instance(&stage).status, "storage-optimization");
    let again = ModifyDbInstance { identifier: "single".into(), allocated_storage: Some(300), ..Default::default() };
    refused! { stage, source: "storage that is being optimized" again => "InvalidParameterCombination" 400 }
    change(&stage, |it| it.master_user_password = Some(password("battery-staple")));
    stage.advance(HOUR);
    assert_eq!(instance(&stage).status, "storage-optimization", "other changes go on meanwhile");
    let snapshot = CreateDbSnapshot { identifier: "s".into(), instance: "single".into(), tags: vec![] };
    assert!(stage.fake.call(&stage.source, &snapshot).is_ok());
}

#[test]
fn an_instance_is_renamed_resized_and_given_a_standby() {
    let stage = with_instance(3);
    let before = instance(&stage);
    let answer = change(&stage, |it| {
        it.new_identifier = Some("Renamed".into());
        it.class = Some("db.t4g.medium".into());
        it.multi_az = Some(true);
        it.port = Some(6000);
        it.apply_immediately = Some(true);
    });
    assert_eq!((answer.pending.class.as_deref(), answer.pending.port), (Some("db.t4g.medium"), Some(6000)));
    assert!(stage.advance_until(|_| common::instance(&stage, &stage.source, "renamed").is_some()));
    assert_eq!(common::instance(&stage, &stage.source, "single"), None);
    let after = common::instance(&stage, &stage.source, "renamed").unwrap();
    assert_eq!(
        (after.class.as_str(), after.multi_az, after.port, after.resource_id),
        ("db.t4g.medium", true, 6000, before.resource_id)
    );
    assert_eq!(after.secondary_availability_zone.as_deref(), Some("eu-west-1b"));
    assert!(after.endpoint.unwrap().starts_with("renamed.") && after.pending.is_empty());
}

#[test]
fn backups_are_turned_on_and_off() {
    let stage = with_instance(3);
    let backups = || stage.fake.world().at(&stage.source.place()).snapshots.len();
    change(&stage, |it| it.backup_retention_period = Some(3));
    stage.advance(HOUR);
    assert_eq!((instance(&stage).pending.backup_retention_period, backups()), (Some(3), 0), "it waits");
    change(&stage, |it| it.apply_immediately = Some(true));
    stage.advance(2 * HOUR);
    assert_eq!((instance(&stage).backup_retention_period, backups()), (3, 1));
    assert_eq!(change(&stage, |it| it.backup_retention_period = Some(5)).backup_retention_period, 5, "at once");
    change(&stage, |it| (it.backup_retention_period, it.apply_immediately) = (Some(0), Some(true)));
    stage.advance(48 * HOUR);
    assert_eq!((instance(&stage).backup_retention_period, backups()), (0, 0));
}

#[test]
fn what_an_instance_cannot_become_is_refused() {
    let stage = with_instance(3);
    let bad = |change: fn(&mut ModifyDbInstance)| {
        let mut request = ModifyDbInstance { identifier: "single".into(), ..Default::default() };
        change(&mut request);
        request
    };
    refused! { stage, source:
        "a member's name" bad(|it| it.new_identifier = Some("orders-production-instance-1".into())) => "DBInstanceAlreadyExists" 400,
        "less storage" bad(|it| it.allocated_storage = Some(99)) => "InvalidParameterCombination" 400,
        "io1 without IOPS" bad(|it| it.storage_type = Some("io1".into())) => "InvalidParameterCombination" 400,
        "IOPS for little gp3" bad(|it| it.iops = Some(12_000)) => "InvalidParameterCombination" 400,
        "an unknown class" bad(|it| it.class = Some("db.huge".into())) => "InvalidParameterCombination" 400,
        "an older version" bad(|it| it.engine_version = Some("16.3".into())) => "InvalidParameterCombination" 400,
        "another engine's license" bad(|it| it.license_model = Some("general-public-license".into())) => "InvalidParameterCombination" 400,
        "a subnet group of its own VPC" bad(|it| it.subnet_group = Some("narrow".into())) => "InvalidVPCNetworkStateFault" 400,
        "an unknown subnet group" bad(|it| it.subnet_group = Some("x".into())) => "DBSubnetGroupNotFoundFault" 404,
        "public without an internet gateway" bad(|it| it.publicly_accessible = Some(true)) => "InvalidVPCNetworkStateFault" 400,
        "a reserved port" bad(|it| it.port = Some(80)) => "InvalidParameterValue" 400,
        "a password with a slash" bad(|it| it.master_user_password = Some(password("battery/staple"))) => "InvalidParameterValue" 400,
        "an unknown parameter group" bad(|it| it.parameter_group = Some("x".into())) => "DBParameterGroupNotFound" 404,
        "an unknown authority" bad(|it| it.ca = Some("x".into())) => "CertificateNotFound" 404,
    }
}

#[test]
fn an_instance_moves_to_another_vpc() {
    let stage = with_instance(3);
    let place = stage.source.place();
    let group = stage.fake.world().at(&place).subnet_groups["private"].clone();
    let subnets: Vec<Subnet> = group.subnets[..2].iter().map(|it| Subnet { vpc: "vpc-2".into(), ..it.clone() }).collect();
    let abroad = SubnetGroup {
        name: "abroad".into(),
        description: "far away".into(),
        vpc: "vpc-2".into(),
        subnets: subnets.clone(),
        ..group
    };
    stage.fake.world().at_mut(&place).subnet_groups.insert("abroad".into(), abroad);
    change(&stage, |it| (it.subnet_group, it.apply_immediately) = (Some("abroad".into()), Some(true)));
    stage.advance(HOUR);
    let after = instance(&stage);
    assert_eq!((after.subnet_group.as_str(), after.vpc.as_str()), ("abroad", "vpc-2"));
    assert_eq!((after.subnet_group_description.as_str(), after.subnets), ("far away", subnets));
    let [group] = &after.security_groups[..] else { panic!("{:?}", after.security_groups) };
    assert!(*group != stage.security_group && group.starts_with("sg-") && group.len() == 20, "{group}");
}
