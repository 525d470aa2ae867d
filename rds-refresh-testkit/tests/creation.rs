//! Clusters and instances that are made from nothing.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[macro_use]
mod common;

use rds_refresh_core::Secret;
use rds_refresh_testkit::TwoAccounts;
use rds_refresh_testkit::world::Quotas;
use rds_refresh_testkit::world::ops::{CreateDbCluster, CreateDbInstance, CreateDbSnapshot};

fn password(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn cluster(stage: &TwoAccounts) -> CreateDbCluster {
    CreateDbCluster {
        identifier: "Fresh".into(),
        engine: "postgres".into(),
        engine_version: Some("16.4".into()),
        class: Some(stage.cluster_class.clone()),
        allocated_storage: Some(100),
        storage_type: Some("io1".into()),
        iops: Some(3000),
        storage_encrypted: Some(true),
        master_username: Some("orders".into()),
        master_user_password: Some(password("correct-horse")),
        subnet_group: Some(stage.subnet_group.clone()),
        security_groups: vec![stage.security_group.clone()],
        tags: common::tags(),
        ..Default::default()
    }
}

fn instance(stage: &TwoAccounts) -> CreateDbInstance {
    CreateDbInstance {
        identifier: "Single".into(),
        engine: "mysql".into(),
        class: stage.instance_class.clone(),
        allocated_storage: Some(20),
        master_username: Some("orders".into()),
        master_user_password: Some(password("correct-horse")),
        subnet_group: Some(stage.narrow_subnet_group.clone()),
        ..Default::default()
    }
}

#[test]
fn a_cluster_is_created_with_three_members() {
    let stage = common::stage();
    let made = stage.fake.call(&stage.source, &cluster(&stage)).unwrap();
    assert_eq!((made.identifier.as_str(), made.status.as_str(), made.members.len()), ("fresh", "creating", 0));
    assert_eq!(made.kms_key.as_ref(), Some(&stage.managed_key), "aws/rds by default");
    assert_eq!(made.availability_zones.len(), 3);
    assert_eq!((made.backup_retention_period, made.port, made.publicly_accessible), (1, 5432, false));
    assert_eq!(made.parameter_group, "default.postgres16");
    let look = || common::cluster(&stage, &stage.source, "fresh").unwrap();
    assert!(stage.advance_until(|_| look().status == "available"));
    let up = look();
    assert_eq!(up.members.len(), 3);
    assert_eq!(up.members.iter().filter(|member| member.is_writer).count(), 1);
    assert!(up.endpoint.is_some() && up.created_at.is_some());
    assert!(!stage.fake.world().to_json().to_string().contains("correct-horse"), "the world keeps no password");
}

#[test]
fn what_no_new_cluster_can_have_is_refused() {
    let stage = common::stage();
    let good = cluster(&stage);
    let bad = |change: fn(&mut CreateDbCluster)| {
        let mut request = good.clone();
        change(&mut request);
        request
    };
    refused! { stage, source:
        "a name of 53 characters" bad(|it| it.identifier = "a".repeat(53)) => "InvalidParameterValue" 400,
        "a name taken" bad(|it| it.identifier = "orders-production".into()) => "DBClusterAlreadyExistsFault" 400,
        "no engine" bad(|it| it.engine = String::new()) => "MissingParameter" 400,
        "Aurora" bad(|it| it.engine = "aurora-postgresql".into()) => "InvalidParameterValue" 400,
        "another engine" bad(|it| it.engine = "oracle-ee".into()) => "InvalidParameterValue" 400,
        "an unknown version" bad(|it| it.engine_version = Some("9.6".into())) => "InvalidParameterCombination" 400,
        "no class" bad(|it| it.class = None) => "InvalidParameterCombination" 400,
        "a class for instances" bad(|it| it.class = Some("db.r6g.large".into())) => "InvalidParameterCombination" 400,
        "no storage" bad(|it| it.allocated_storage = None) => "MissingParameter" 400,
        "little storage" bad(|it| it.allocated_storage = Some(99)) => "InvalidParameterCombination" 400,
        "gp2" bad(|it| it.storage_type = Some("gp2".into())) => "StorageTypeNotSupported" 400,
        "io1 without IOPS" bad(|it| it.iops = None) => "InvalidParameterCombination" 400,
        "two zones" bad(|it| it.subnet_group = Some("narrow".into())) => "DBSubnetGroupDoesNotCoverEnoughAZs" 400,
        "no subnet group, where none is the default" bad(|it| it.subnet_group = None) => "DBSubnetGroupNotFoundFault" 404,
        "an unknown security group" bad(|it| it.security_groups = vec!["sg-1".into()]) => "InvalidParameterValue" 400,
        "an unknown parameter group" bad(|it| it.parameter_group = Some("x".into())) => "DBClusterParameterGroupNotFound" 404,
        "public without an internet gateway" bad(|it| it.publicly_accessible = Some(true)) => "InvalidVPCNetworkStateFault" 400,
        "no backups" bad(|it| it.backup_retention_period = Some(0)) => "InvalidParameterValue" 400,
        "a backup window of a minute" bad(|it| it.preferred_backup_window = Some("03:00-03:01".into())) => "InvalidParameterValue" 400,
        "a backup window that is none" bad(|it| it.preferred_backup_window = Some("3-4".into())) => "InvalidParameterValue" 400,
        "a maintenance window without a day" bad(|it| it.preferred_maintenance_window = Some("03:00-04:00".into())) => "InvalidParameterValue" 400,
        "no user" bad(|it| it.master_username = None) => "MissingParameter" 400,
        "a reserved user" bad(|it| it.master_username = Some("Admin".into())) => "InvalidParameterValue" 400,
        "a user with a dash" bad(|it| it.master_username = Some("a-b".into())) => "InvalidParameterValue" 400,
        "no password" bad(|it| it.master_user_password = None) => "InvalidParameterValue" 400,
        "a short password" bad(|it| it.master_user_password = Some(password("short"))) => "InvalidParameterValue" 400,
        "a long password" bad(|it| it.master_user_password = Some(password(&"x".repeat(42)))) => "InvalidParameterValue" 400,
        "a password that is managed too" bad(|it| it.manage_master_user_password = Some(true)) => "InvalidParameterCombination" 400,
        "a key for a secret that is not managed" bad(|it| it.master_user_secret_key = Some("alias/orders".into())) => "InvalidParameterCombination" 400,
        "an unknown key for the secret" bad(|it| {
            it.master_user_password = None;
            it.manage_master_user_password = Some(true);
            it.master_user_secret_key = Some("alias/none".into());
        }) => "KMSKeyNotAccessibleFault" 400,
        "authentication by IAM with a password" bad(|it| it.master_user_authentication_type = Some("iam-db-auth".into())) => "InvalidParameterCombination" 400,
        "a key without encryption" bad(|it| (it.storage_encrypted, it.kms_key) = (None, Some("alias/orders".into()))) => "InvalidParameterCombination" 400,
        "an unknown key" bad(|it| it.kms_key = Some("alias/none".into())) => "KMSKeyNotAccessibleFault" 400,
        "logs of another engine" bad(|it| it.log_exports = vec!["slowquery".into()]) => "InvalidParameterCombination" 400,
        "an unknown authority" bad(|it| it.ca = Some("x".into())) => "CertificateNotFound" 404,
        "advanced insights without their retention" bad(|it| it.database_insights_mode = Some("advanced".into())) => "InvalidParameterCombination" 400,
        "a database with a dash" bad(|it| it.database_name = Some("a-b".into())) => "InvalidParameterValue" 400,
    }
    let limit = |quotas: Quotas| stage.fake.world().at_mut(&stage.source.place()).quotas = quotas;
    limit(Quotas { clusters: 1, ..Default::default() });
    refused! { stage, source: "a cluster too many" good => "DBClusterQuotaExceededFault" 403 }
    limit(Quotas { allocated_storage: 1799, ..Default::default() });
    refused! { stage, source: "too much storage" good => "StorageQuotaExceeded" 400 }
}

#[test]
fn what_no_new_instance_can_have_is_refused() {
    let stage = common::stage();
    let good = instance(&stage);
    let bad = |change: fn(&mut CreateDbInstance)| {
        let mut request = good.clone();
        change(&mut request);
        request
    };
    refused! { stage, source:
        "a name of a member" bad(|it| it.identifier = "orders-production-instance-1".into()) => "DBInstanceAlreadyExists" 400,
        "no class" bad(|it| it.class = String::new()) => "MissingParameter" 400,
        "an unknown class" bad(|it| it.class = "db.huge".into()) => "InvalidParameterCombination" 400,
        "another engine's license" bad(|it| it.license_model = Some("postgresql-license".into())) => "InvalidParameterCombination" 400,
        "little gp3" bad(|it| it.allocated_storage = Some(19)) => "InvalidParameterCombination" 400,
        "little io1" bad(|it| it.iops = Some(1000)) => "InvalidParameterCombination" 400,
        "much magnetic storage" bad(|it| (it.storage_type, it.allocated_storage) = (Some("standard".into()), Some(3073))) => "InvalidParameterCombination" 400,
        "throughput below 400 GiB" bad(|it| it.storage_throughput = Some(500)) => "InvalidParameterCombination" 400,
        "throughput beyond a quarter of the IOPS" bad(|it| (it.allocated_storage, it.storage_throughput) = (Some(400), Some(3001))) => "InvalidParameterCombination" 400,
        "hardly any growth" bad(|it| it.max_allocated_storage = Some(21)) => "InvalidParameterCombination" 400,
        "a zone with MultiAZ" bad(|it| (it.multi_az, it.availability_zone) = (Some(true), Some("eu-west-1a".into()))) => "InvalidParameterCombination" 400,
        "a zone that the group does not cover" bad(|it| it.availability_zone = Some("eu-west-1c".into())) => "InvalidVPCNetworkStateFault" 400,
        "an unknown parameter group" bad(|it| it.parameter_group = Some("x".into())) => "DBParameterGroupNotFound" 404,
        "a password too long for MySQL" bad(|it| it.master_user_password = Some(password(&"x".repeat(42)))) => "InvalidParameterValue" 400,
        "authentication by IAM with MySQL" bad(|it| it.master_user_authentication_type = Some("iam-db-auth".into())) => "InvalidParameterCombination" 400,
        "a reserved port" bad(|it| it.port = Some(80)) => "InvalidParameterValue" 400,
    }
    stage.fake.world().at_mut(&stage.source.place()).quotas.instances = 3;
    refused! { stage, source: "an instance too many" good => "InstanceQuotaExceeded" 400 }
}

#[test]
fn an_instance_is_created_backed_up_and_can_be_snapshotted() {
    let stage = common::stage();
    let request = CreateDbInstance { multi_az: Some(true), max_allocated_storage: Some(1000), ..instance(&stage) };
    let made = stage.fake.call(&stage.source, &request).unwrap();
    assert_eq!((made.engine_version.as_str(), made.port), ("8.4.3", 3306), "the Region's default version");
    assert_eq!((made.storage_type.as_str(), made.iops, made.storage_throughput), ("gp3", Some(3000), Some(125)));
    assert_eq!((made.kms_key.as_ref(), made.max_allocated_storage), (None, Some(1000)));
    assert_eq!(
        (made.availability_zone.as_str(), made.secondary_availability_zone.as_deref()),
        ("eu-west-1a", Some("eu-west-1b"))
    );
    let snapshot = CreateDbSnapshot { identifier: "s".into(), instance: "single".into(), tags: vec![] };
    refused! { stage, source: "while it is being made" snapshot => "InvalidDBInstanceState" 400 }
    assert!(stage.advance_until(|fake| fake.call(&stage.source, &snapshot).is_ok()));
    let baseline = |id: &String| id.starts_with("rds:single-");
    let place = stage.source.place();
    let look = |_: &rds_refresh_testkit::Fake| {
        common::snapshot(&stage, &stage.source, "s").is_some() && stage.fake.world().at(&place).snapshots.keys().any(baseline)
    };
    assert!(stage.advance_until(look));
}

#[test]
fn a_managed_password_is_in_a_secret_that_becomes_active() {
    let stage = common::stage();
    let request = CreateDbCluster {
        master_user_password: None,
        manage_master_user_password: Some(true),
        master_user_secret_key: Some("alias/orders".into()),
        ..cluster(&stage)
    };
    let secret = stage.fake.call(&stage.source, &request).unwrap().master_user_secret.unwrap();
    assert_eq!((secret.status.as_str(), &secret.kms_key), ("creating", &stage.source_key));
    assert!(secret.arn.starts_with("arn:aws:secretsmanager:eu-west-1:111111111111:secret:rds!cluster-"));
    let look = || common::cluster(&stage, &stage.source, "fresh").unwrap();
    assert!(stage.advance_until(|_| look().status == "available"));
    assert_eq!(look().master_user_secret.unwrap().status, "active");

    let request = CreateDbInstance { master_user_password: None, manage_master_user_password: Some(true), ..instance(&stage) };
    let secret = stage.fake.call(&stage.source, &request).unwrap().master_user_secret.unwrap();
    let world = stage.fake.world();
    let key = world.at(&stage.source.place()).keys.values().find(|key| key.arn == secret.kms_key).unwrap();
    assert_eq!(key.aliases[0].name, "alias/aws/secretsmanager", "KMS makes it at its first use");
}
