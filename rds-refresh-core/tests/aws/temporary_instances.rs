use rds_refresh_core::Secret;
use rds_refresh_core::ports::{DbInstance, ModifyDbInstance, TemporaryInstances};

use crate::connector::{Connector, call};
use crate::samples;

#[tokio::test]
async fn an_instance_is_described_by_its_identifier_and_read_whole() {
    let aws = Connector::answering(format!("<DBInstances>{}</DBInstances>", samples::INSTANCE));
    let instance = aws.source().describe_db_instance(&"mine".parse().unwrap()).await.unwrap();

    assert_eq!(instance, Some(samples::instance()));
    assert_eq!(aws.form(), call("DescribeDBInstances", &[("DBInstanceIdentifier", "mine")]));
}

#[tokio::test]
async fn an_instance_that_is_being_created_shows_little() {
    let sparse = "<DBInstances><DBInstance><DBInstanceIdentifier>mine</DBInstanceIdentifier>
        <DBInstanceStatus>creating</DBInstanceStatus><PendingModifiedValues/><PercentProgress>130%</PercentProgress>
        </DBInstance></DBInstances>";
    let instance = Connector::answering(sparse).source().describe_db_instance(&"mine".parse().unwrap()).await.unwrap();

    let expected =
        DbInstance { identifier: "mine".into(), status: "creating".into(), percent: Some(100), ..DbInstance::default() };
    assert_eq!(instance, Some(expected));
}

/// What every restore of a temporary instance sends, whatever the request says.
const ALWAYS: [(&str, &str); 6] = [
    ("MultiAZ", "false"),
    ("PubliclyAccessible", "false"),
    ("AutoMinorVersionUpgrade", "false"),
    ("DeletionProtection", "false"),
    ("CopyTagsToSnapshot", "false"),
    ("BackupRetentionPeriod", "0"),
];

#[tokio::test]
async fn the_temporary_instance_is_restored_with_every_dangerous_parameter_said() {
    let aws = Connector::answering(samples::INSTANCE);
    let instance = aws.source().restore_temporary_instance(&samples::temporary_instance()).await;

    assert_eq!(instance, Ok(samples::instance()));
    let parameters = [
        ("DBInstanceIdentifier", "mine"),
        ("DBClusterSnapshotIdentifier", "rds:prod-2026-01-02-03-04"),
        ("Engine", "mysql"),
        ("DBInstanceClass", "db.r6g.large"),
        ("DBSubnetGroupName", "private"),
        ("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-1"),
        ("VpcSecurityGroupIds.VpcSecurityGroupId.2", "sg-2"),
        ("DBParameterGroupName", "lower-case-tables"),
        ("CACertificateIdentifier", "rds-ca-rsa2048-g1"),
        ("Tags.Tag.1.Key", "team"),
        ("Tags.Tag.1.Value", "data"),
    ];
    assert_eq!(aws.form(), call("RestoreDBInstanceFromDBSnapshot", &[&parameters[..], &ALWAYS].concat()));
}

#[tokio::test]
async fn what_the_request_leaves_to_rds_is_not_sent() {
    let aws = Connector::answering(samples::INSTANCE);
    let mut request = samples::temporary_instance();
    (request.parameter_group, request.ca) = (None, None);
    aws.source().restore_temporary_instance(&request).await.unwrap();

    let form = aws.form();
    assert!(!form.contains_key("DBParameterGroupName") && !form.contains_key("CACertificateIdentifier"), "{form:?}");
}

#[tokio::test]
async fn a_change_is_applied_at_once_and_says_only_what_changes() {
    let aws = Connector::answering(samples::INSTANCE);
    let change = ModifyDbInstance { deletion_protection: Some(false), ..ModifyDbInstance::default() };
    aws.source().modify_db_instance(&samples::owned_instance(), &change).await.unwrap();

    let parameters = [("DBInstanceIdentifier", "mine"), ("DeletionProtection", "false"), ("ApplyImmediately", "true")];
    assert_eq!(aws.form(), call("ModifyDBInstance", &parameters));

    let aws = Connector::answering(samples::INSTANCE);
    let change =
        ModifyDbInstance { master_user_password: Some(Secret::new("hunter2hunter2".into())), ..ModifyDbInstance::default() };
    aws.source().modify_db_instance(&samples::owned_instance(), &change).await.unwrap();

    let parameters = [("DBInstanceIdentifier", "mine"), ("MasterUserPassword", "hunter2hunter2"), ("ApplyImmediately", "true")];
    assert_eq!(aws.form(), call("ModifyDBInstance", &parameters));
}

#[tokio::test]
async fn an_instance_is_deleted_without_a_final_snapshot() {
    let aws = Connector::answering(samples::INSTANCE);
    aws.source().delete_db_instance(&samples::owned_instance()).await.unwrap();

    let parameters = [("DBInstanceIdentifier", "mine"), ("SkipFinalSnapshot", "true"), ("DeleteAutomatedBackups", "true")];
    assert_eq!(aws.form(), call("DeleteDBInstance", &parameters));
}
