use rds_refresh_core::ports::{DestinationClusters, ModifyDbCluster};
use rds_refresh_core::request::{ClusterRequest, StorageType};

use crate::connector::{Connector, Reply, call, rds_result};
use crate::samples;

#[tokio::test]
async fn a_cluster_is_described_by_its_identifier() {
    let aws = Connector::answering(format!("<DBClusters>{}</DBClusters>", samples::CLUSTER));
    let cluster = aws.destination().describe_db_cluster(&"prod".parse().unwrap()).await.unwrap();

    assert_eq!(cluster, Some(samples::cluster()));
    assert_eq!(aws.form(), call("DescribeDBClusters", &[("DBClusterIdentifier", "prod")]));
}

#[tokio::test]
async fn members_are_found_by_filter_to_the_last_page() {
    let aws = Connector::new(|sent| {
        let marker = if sent.parameter("Marker").is_none() { "<Marker>more</Marker>" } else { "" };
        let page = format!("<DBInstances>{}</DBInstances>{marker}", samples::INSTANCE);
        Reply::Answers(200, rds_result("DescribeDBInstances", &page))
    });
    let members = aws.destination().describe_members(&"mine".parse().unwrap()).await.unwrap();

    assert_eq!(members, [samples::instance(), samples::instance()]);
    let parameters = [("Filters.Filter.1.Name", "db-cluster-id"), ("Filters.Filter.1.Values.Value.1", "mine")];
    assert_eq!(aws.sent()[0].form(), call("DescribeDBInstances", &parameters));
}

#[tokio::test]
async fn a_cluster_whose_members_are_not_there_yet_has_none() {
    for aws in [Connector::answering("<DBInstances/>"), Connector::refusing(404, "DBInstanceNotFound", "no")] {
        assert_eq!(aws.destination().describe_members(&"mine".parse().unwrap()).await, Ok(Vec::new()));
    }
}

/// What every restore sends of the least request.
const LEAST: [(&str, &str); 13] = [
    ("DBClusterIdentifier", "mine"),
    ("SnapshotIdentifier", "arn:aws:rds:eu-west-1:222222222222:snapshot:copy"),
    ("Engine", "postgres"),
    ("EngineVersion", "16.4"),
    ("DBClusterInstanceClass", "db.r6gd.large"),
    ("StorageType", "gp3"),
    ("DBSubnetGroupName", "three-zones"),
    ("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-1"),
    ("CopyTagsToSnapshot", "false"),
    ("PubliclyAccessible", "false"),
    ("DeletionProtection", "false"),
    ("Tags.Tag.1.Key", "team"),
    ("Tags.Tag.1.Value", "data"),
];

#[tokio::test]
async fn the_least_restore_says_every_dangerous_parameter_and_leaves_the_rest_to_rds() {
    let aws = Connector::answering(samples::CLUSTER);
    let cluster = aws.destination().restore_db_cluster_from_snapshot(&samples::restored_cluster()).await;

    assert_eq!(cluster, Ok(samples::cluster()));
    assert_eq!(aws.form(), call("RestoreDBClusterFromSnapshot", &LEAST));
}

#[tokio::test]
async fn everything_that_the_request_says_is_sent() {
    let mut request = samples::restored_cluster();
    let cluster = &mut request.cluster;
    cluster.storage_type = StorageType::Io2;
    cluster.iops = Some(12_000);
    cluster.security_groups.push("sg-2".into());
    cluster.parameter_group = Some("tuned".into());
    cluster.port = Some(6543);
    cluster.backup_retention_days = Some(35);
    cluster.backup_window = Some("03:00-03:30".into());
    cluster.log_exports = vec!["postgresql".into(), "upgrade".into()];
    cluster.extended_support = Some(false);
    cluster.copy_tags_to_snapshot = true;
    let monitored = ClusterRequest::builder()
        .with_identifier("mine")
        .with_class("db.r6gd.large")
        .with_subnet_group("three-zones")
        .with_security_groups(["sg-1"])
        .with_monitoring(60, "arn:aws:iam::222222222222:role/m")
        .with_performance_insights_key("alias/insights")
        .with_performance_insights_retention(731)
        .build()
        .unwrap();
    cluster.monitoring = monitored.monitoring;
    cluster.performance_insights = monitored.performance_insights;
    cluster.deletion_protection = true;

    let aws = Connector::answering(samples::CLUSTER);
    aws.destination().restore_db_cluster_from_snapshot(&request).await.unwrap();

    let more = [
        ("StorageType", "io2"),
        ("Iops", "12000"),
        ("VpcSecurityGroupIds.VpcSecurityGroupId.2", "sg-2"),
        ("DBClusterParameterGroupName", "tuned"),
        ("Port", "6543"),
        ("BackupRetentionPeriod", "35"),
        ("PreferredBackupWindow", "03:00-03:30"),
        ("EnableCloudwatchLogsExports.member.1", "postgresql"),
        ("EnableCloudwatchLogsExports.member.2", "upgrade"),
        ("EngineLifecycleSupport", "open-source-rds-extended-support-disabled"),
        ("CopyTagsToSnapshot", "true"),
        ("MonitoringInterval", "60"),
        ("MonitoringRoleArn", "arn:aws:iam::222222222222:role/m"),
        ("EnablePerformanceInsights", "true"),
        ("PerformanceInsightsKMSKeyId", "alias/insights"),
        ("PerformanceInsightsRetentionPeriod", "731"),
    ];
    assert_eq!(aws.form(), call("RestoreDBClusterFromSnapshot", &[&LEAST[..], &more].concat()));
}

#[tokio::test]
async fn extended_support_is_spelled_as_rds_spells_it() {
    let mut request = samples::restored_cluster();
    request.cluster.extended_support = Some(true);
    let aws = Connector::answering(samples::CLUSTER);
    aws.destination().restore_db_cluster_from_snapshot(&request).await.unwrap();

    assert_eq!(aws.form()["EngineLifecycleSupport"], "open-source-rds-extended-support");
}

#[tokio::test]
async fn a_change_is_applied_at_once() {
    let aws = Connector::answering(samples::CLUSTER);
    let change = ModifyDbCluster { deletion_protection: Some(true) };
    aws.destination().modify_db_cluster(&samples::owned_cluster(), &change).await.unwrap();

    let parameters = [("DBClusterIdentifier", "mine"), ("DeletionProtection", "true"), ("ApplyImmediately", "true")];
    assert_eq!(aws.form(), call("ModifyDBCluster", &parameters));
}

#[tokio::test]
async fn a_cluster_is_deleted_without_a_final_snapshot_and_its_members_with_it() {
    let aws = Connector::answering(samples::CLUSTER);
    aws.destination().delete_db_cluster(&samples::owned_cluster()).await.unwrap();

    let parameters = [("DBClusterIdentifier", "mine"), ("SkipFinalSnapshot", "true")];
    assert_eq!(aws.form(), call("DeleteDBCluster", &parameters));
}
