//! What tools expect of an answer besides its status: the members that the model knows.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod wire_fixture;

use aws_sdk_rds::types::{DbCluster, DbInstance, Subnet};

use wire_fixture::Refresh;

async fn instance(refresh: &Refresh, id: &str) -> DbInstance {
    let found = refresh.source_rds.describe_db_instances().db_instance_identifier(id).send().await.unwrap();
    found.db_instances.unwrap().pop().unwrap()
}

async fn cluster(refresh: &Refresh) -> DbCluster {
    let found = refresh.source_rds.describe_db_clusters().db_cluster_identifier(&refresh.cluster).send().await.unwrap();
    found.db_clusters.unwrap().pop().unwrap()
}

#[tokio::test]
async fn an_instance_shows_its_network_certificate_and_options() {
    let refresh = Refresh::new();
    let rds = &refresh.source_rds;
    let create = rds.create_db_cluster_snapshot().db_cluster_identifier(&refresh.cluster);
    create.db_cluster_snapshot_identifier("cs").send().await.unwrap();
    refresh.advance(std::time::Duration::from_hours(3));
    let restore = rds.restore_db_instance_from_db_snapshot().db_instance_identifier("tmp").db_cluster_snapshot_identifier("cs");
    let restore = restore.db_instance_class(&refresh.instance_class).db_subnet_group_name(&refresh.subnet_group);
    let restore = restore.backup_retention_period(0).storage_type("gp3").iops(12_000).storage_throughput(600);
    let restore = restore.license_model("postgresql-license").enable_iam_database_authentication(true);
    restore.enable_cloudwatch_logs_exports("postgresql").network_type("IPV4").send().await.unwrap();
    refresh.advance(std::time::Duration::from_hours(12));

    let it = instance(&refresh, "tmp").await;
    let group = it.db_subnet_group().unwrap();
    assert_eq!((group.subnets().len(), group.db_subnet_group_description()), (3, Some("private")));
    let zone = |subnet: &Subnet| subnet.subnet_availability_zone().and_then(|zone| zone.name()).map(str::to_owned);
    assert_eq!(zone(&group.subnets()[0]).as_deref(), Some("eu-west-1a"));
    assert_eq!(group.db_subnet_group_arn(), Some("arn:aws:rds:eu-west-1:111111111111:subgrp:private"));
    assert_eq!(it.endpoint().and_then(|endpoint| endpoint.hosted_zone_id()), Some("Z29XKXDKYMONMX"));
    assert_eq!(it.certificate_details().and_then(|it| it.ca_identifier()), Some("rds-ca-rsa2048-g1"));
    assert_eq!(it.option_group_memberships()[0].option_group_name(), Some("default:postgres-16"));
    assert_eq!((it.iops(), it.storage_throughput()), (Some(12_000), Some(600)));
    assert_eq!((it.license_model(), it.iam_database_authentication_enabled()), (Some("postgresql-license"), Some(true)));
    assert_eq!(it.enabled_cloudwatch_logs_exports(), ["postgresql"]);
    assert_eq!((it.network_type(), it.backup_target()), (Some("IPV4"), Some("region")));
    assert!(it.associated_roles.is_some_and(|roles| roles.is_empty()), "an empty list is there and empty");
}

#[tokio::test]
async fn clusters_and_their_members_and_snapshots_show_theirs() {
    let refresh = Refresh::new();
    let it = cluster(&refresh).await;
    assert_eq!((it.hosted_zone_id(), it.network_type()), (Some("Z29XKXDKYMONMX"), Some("IPV4")));
    assert_eq!((it.http_endpoint_enabled(), it.cross_account_clone()), (Some(false), Some(false)));
    assert!(it.associated_roles.is_some_and(|roles| roles.is_empty()));
    assert!(it.read_replica_identifiers.is_some_and(|replicas| replicas.is_empty()));

    let member = instance(&refresh, "orders-production-instance-1").await;
    assert_eq!((member.promotion_tier(), member.option_group_memberships().len()), (Some(1), 0));
    assert_eq!(member.db_subnet_group().map(|group| group.subnets().len()), Some(3));

    let snapshots = refresh.source_rds.describe_db_cluster_snapshots().send().await.unwrap();
    let snapshot = &snapshots.db_cluster_snapshots()[0];
    assert_eq!((snapshot.license_model(), snapshot.backup_retention_period()), (Some("postgresql-license"), Some(7)));
}

#[tokio::test]
async fn a_snapshot_keeps_the_throughput_and_the_authentication_of_its_source() {
    let refresh = Refresh::new();
    let rds = &refresh.source_rds;
    let create = rds.create_db_cluster_snapshot().db_cluster_identifier(&refresh.cluster);
    create.db_cluster_snapshot_identifier("cs").send().await.unwrap();
    refresh.advance(std::time::Duration::from_hours(3));
    let restore = rds.restore_db_instance_from_db_snapshot().db_instance_identifier("tmp").db_cluster_snapshot_identifier("cs");
    let restore = restore.db_instance_class(&refresh.instance_class).db_subnet_group_name(&refresh.subnet_group);
    let restore = restore.backup_retention_period(0).storage_type("gp3").iops(12_000).storage_throughput(600);
    restore.enable_iam_database_authentication(true).send().await.unwrap();
    refresh.advance(std::time::Duration::from_hours(12));
    rds.create_db_snapshot().db_instance_identifier("tmp").db_snapshot_identifier("s").send().await.unwrap();
    refresh.advance(std::time::Duration::from_hours(3));

    let found = rds.describe_db_snapshots().db_snapshot_identifier("s").send().await.unwrap();
    let snapshot = &found.db_snapshots()[0];
    assert_eq!((snapshot.storage_throughput(), snapshot.iam_database_authentication_enabled()), (Some(600), Some(true)));
    let again = rds.restore_db_instance_from_db_snapshot().db_instance_identifier("again").db_snapshot_identifier("s");
    let again = again.db_subnet_group_name(&refresh.subnet_group).send().await.unwrap();
    assert_eq!(again.db_instance().unwrap().storage_throughput(), Some(600));
}

#[tokio::test]
async fn a_cluster_and_its_snapshots_show_how_it_is_kept() {
    let refresh = Refresh::new();
    let rds = &refresh.source_rds;
    let create = rds.create_db_cluster().db_cluster_identifier("fresh").engine("postgres").engine_version("16.6");
    let create = create.db_cluster_instance_class(&refresh.cluster_class).allocated_storage(400).storage_type("gp3");
    let create = create.db_subnet_group_name(&refresh.subnet_group).master_username("orders");
    let create = create.master_user_password("correct-horse").enable_iam_database_authentication(true);
    create.send().await.unwrap();
    let fresh = async || {
        let found = rds.describe_db_clusters().db_cluster_identifier("fresh").send().await.unwrap();
        found.db_clusters.unwrap().pop().unwrap()
    };
    assert_eq!((fresh().await.earliest_restorable_time(), fresh().await.latest_restorable_time()), (None, None));
    refresh.advance(std::time::Duration::from_hours(12));
    let it = fresh().await;
    let automated = rds.describe_db_cluster_snapshots().db_cluster_identifier("fresh").snapshot_type("automated");
    let automated = automated.send().await.unwrap();
    let backup = &automated.db_cluster_snapshots()[0];
    assert_eq!(it.earliest_restorable_time(), backup.snapshot_create_time());
    assert!(it.latest_restorable_time() > it.earliest_restorable_time());
    assert_eq!((backup.storage_throughput(), backup.iam_database_authentication_enabled()), (Some(500), Some(true)));
}
