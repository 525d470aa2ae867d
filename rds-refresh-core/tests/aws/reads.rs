//! What a preflight reads.

use rds_refresh_core::ports::CreateGrant;
use rds_refresh_core::preflight::{
    ClusterReads, EngineVersion, KeyReads, Offers, OrderableOption, ParameterGroup, Quota, ServiceTime, SubnetGroup,
};
use rds_refresh_core::{ErrorKind, StepError};
use serde_json::json;

use crate::connector::{Connector, Reply, call, rds_result};
use crate::samples::{self, KEY};

#[tokio::test]
async fn a_subnet_group_covers_the_zones_of_its_active_subnets() {
    let subnet = |zone: &str, status: &str| {
        format!(
            "<Subnet><SubnetAvailabilityZone><Name>{zone}</Name></SubnetAvailabilityZone><SubnetStatus>{status}</SubnetStatus></Subnet>"
        )
    };
    let aws = Connector::answering(format!(
        "<DBSubnetGroups><DBSubnetGroup><DBSubnetGroupName>private</DBSubnetGroupName><DBSubnetGroupArn>arn:x</DBSubnetGroupArn>\
         <SubnetGroupStatus>Complete</SubnetGroupStatus><VpcId>vpc-1</VpcId><Subnets>{}{}{}{}</Subnets></DBSubnetGroup></DBSubnetGroups>",
        subnet("eu-west-1b", "Active"),
        subnet("eu-west-1a", "Active"),
        subnet("eu-west-1b", "Active"),
        subnet("eu-west-1c", "Inactive"),
    ));
    let group = aws.reads().db_subnet_group("private").await.unwrap();
    let zones = vec!["eu-west-1a".into(), "eu-west-1b".into()];
    let (name, arn, status, vpc) = ("private".into(), "arn:x".into(), "Complete".into(), "vpc-1".into());
    assert_eq!(group, Some(SubnetGroup { name, arn, status, vpc, zones }));
    assert_eq!(aws.form(), call("DescribeDBSubnetGroups", &[("DBSubnetGroupName", "private")]));
}

#[tokio::test]
async fn parameter_groups_tell_their_family() {
    let expected = Some(ParameterGroup { name: "pg".into(), arn: "arn:x".into(), family: "postgres16".into() });
    let aws = Connector::answering(
        "<DBParameterGroups><DBParameterGroup><DBParameterGroupName>pg</DBParameterGroupName><DBParameterGroupArn>arn:x</DBParameterGroupArn>\
         <DBParameterGroupFamily>postgres16</DBParameterGroupFamily></DBParameterGroup></DBParameterGroups>",
    );
    assert_eq!(aws.reads().db_parameter_group("pg").await.unwrap(), expected);
    assert_eq!(aws.form(), call("DescribeDBParameterGroups", &[("DBParameterGroupName", "pg")]));
    let aws = Connector::answering(
        "<DBClusterParameterGroups><DBClusterParameterGroup><DBClusterParameterGroupName>pg</DBClusterParameterGroupName>\
         <DBClusterParameterGroupArn>arn:x</DBClusterParameterGroupArn><DBParameterGroupFamily>postgres16</DBParameterGroupFamily>\
         </DBClusterParameterGroup></DBClusterParameterGroups>",
    );
    assert_eq!(aws.reads().db_cluster_parameter_group("pg").await.unwrap(), expected);
    assert_eq!(aws.form(), call("DescribeDBClusterParameterGroups", &[("DBClusterParameterGroupName", "pg")]));
}

#[tokio::test]
async fn what_does_not_exist_is_nothing_and_what_is_refused_is_an_error() {
    let refusing = |code: &'static str| Connector::refusing(404, code, "not here");
    assert_eq!(refusing("DBSubnetGroupNotFoundFault").reads().db_subnet_group("x").await, Ok(None));
    assert_eq!(refusing("DBParameterGroupNotFound").reads().db_parameter_group("x").await, Ok(None));
    assert_eq!(refusing("DBParameterGroupNotFound").reads().db_cluster_parameter_group("x").await, Ok(None));
    assert_eq!(refusing("DBClusterParameterGroupNotFound").reads().db_cluster_parameter_group("x").await, Ok(None));
    assert_eq!(refusing("DBInstanceNotFound").reads().describe_db_instance(&"x".parse().unwrap()).await, Ok(None));
    let denied = Connector::refusing(403, "AccessDenied", "no");
    assert_eq!(denied.reads().account_quotas().await.map_err(|error| error.kind()), Err(ErrorKind::Denied));
}

#[tokio::test]
async fn classes_are_listed_to_the_last_page() {
    let page = |storage: &str, marker: &str| {
        let option = format!(
            "<OrderableDBInstanceOptions><OrderableDBInstanceOption><AvailabilityZones><AvailabilityZone><Name>eu-west-1a</Name>\
             </AvailabilityZone></AvailabilityZones><SupportsClusters>true</SupportsClusters><StorageType>{storage}</StorageType>\
             <MinStorageSize>100</MinStorageSize><MaxIopsPerGib>50.0</MaxIopsPerGib></OrderableDBInstanceOption>\
             </OrderableDBInstanceOptions>{marker}"
        );
        Reply::Answers(200, rds_result("DescribeOrderableDBInstanceOptions", &option))
    };
    let aws = Connector::new(move |sent| match sent.parameter("Marker").as_deref() {
        None => page("gp3", "<Marker>more</Marker>"),
        Some(_) => page("io1", ""),
    });
    let found = aws.reads().orderable_options("postgres", "16.4", "db.r6gd.large").await.unwrap();
    let option = |storage: &str| OrderableOption {
        supports_clusters: true,
        storage_type: storage.into(),
        zones: vec!["eu-west-1a".into()],
        min_storage: Some(100),
        max_iops_per_gib: Some(50.0),
        ..OrderableOption::default()
    };
    assert_eq!(found, [option("gp3"), option("io1")]);
    let parameters = [("Engine", "postgres"), ("EngineVersion", "16.4"), ("DBInstanceClass", "db.r6gd.large"), ("Vpc", "true")];
    assert_eq!(aws.sent()[0].form(), call("DescribeOrderableDBInstanceOptions", &parameters));
}

#[tokio::test]
async fn retired_versions_are_listed_as_well() {
    let aws = Connector::answering(
        "<DBEngineVersions><DBEngineVersion><Status>deprecated</Status><DBParameterGroupFamily>postgres13</DBParameterGroupFamily>\
         <ExportableLogTypes><member>postgresql</member></ExportableLogTypes></DBEngineVersion></DBEngineVersions>",
    );
    let version = aws.reads().db_engine_version("postgres", "13.4").await.unwrap();
    let expected =
        EngineVersion { status: "deprecated".into(), family: "postgres13".into(), log_types: vec!["postgresql".into()] };
    assert_eq!(version, Some(expected));
    let parameters = [("Engine", "postgres"), ("EngineVersion", "13.4"), ("IncludeAll", "true")];
    assert_eq!(aws.form(), call("DescribeDBEngineVersions", &parameters));
    assert_eq!(Connector::answering("<DBEngineVersions/>").reads().db_engine_version("postgres", "0").await, Ok(None));
}

#[tokio::test]
async fn quotas_are_what_the_account_attributes_tell() {
    let aws = Connector::answering(
        "<AccountQuotas><AccountQuota><AccountQuotaName>DBInstances</AccountQuotaName><Used>3</Used><Max>40</Max></AccountQuota>\
         <AccountQuota><AccountQuotaName>Odd</AccountQuotaName></AccountQuota></AccountQuotas>",
    );
    assert_eq!(aws.reads().account_quotas().await, Ok(vec![Quota { name: "DBInstances".into(), used: 3, max: 40 }]));
    assert_eq!(aws.form(), call("DescribeAccountAttributes", &[]));
}

#[tokio::test]
async fn a_key_is_described_as_the_request_names_it() {
    let aws = Connector::answering_json(&json!({ "KeyMetadata": { "KeyId": "1", "Arn": KEY, "KeyManager": "CUSTOMER" } }));
    let key = aws.reads().describe_key(&"alias/staging".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(key.arn, samples::key());
    assert_eq!(aws.json(), ("DescribeKey".into(), json!({ "KeyId": "alias/staging" })));
}

/// A dry run always ends with an error.
#[tokio::test]
async fn dry_runs_make_nothing_and_say_what_would_be() {
    let rows: [(&str, Result<bool, ErrorKind>); 3] = [
        ("DryRunOperationException", Ok(true)),
        ("AccessDeniedException", Ok(false)),
        ("KMSInternalException", Err(ErrorKind::Transient)),
    ];
    for (code, expected) in rows {
        let kind = |answer: Result<bool, StepError>| answer.map_err(|error| error.kind());
        let aws = Connector::refusing_json(if expected.is_err() { 500 } else { 400 }, code, "");
        let grant = CreateGrant { key: samples::key(), grantee: "222222222222".parse().unwrap(), name: "n".into() };
        assert_eq!(kind(aws.reads().may_create_grant(&grant).await), expected, "{code}");
        let (operation, body) = aws.json();
        assert_eq!((operation.as_str(), &body["DryRun"]), ("CreateGrant", &json!(true)));
        assert_eq!(body["Operations"], json!(CreateGrant::OPERATIONS));
        let aws = Connector::refusing_json(if expected.is_err() { 500 } else { 400 }, code, "");
        assert_eq!(kind(aws.reads().may_generate_data_key(&samples::key()).await), expected, "{code}");
        let (operation, body) = aws.json();
        assert_eq!((operation.as_str(), &body["DryRun"]), ("GenerateDataKeyWithoutPlaintext", &json!(true)));
    }
}

#[tokio::test]
async fn the_time_is_that_of_the_last_answer_also_of_a_refusal() {
    let date = "2026-11-23T08:00:00Z".parse().unwrap();
    let (answering, refusing) =
        (Connector::answering("<AccountQuotas/>"), Connector::refusing(403, "SignatureDoesNotMatch", "Signature expired"));
    for aws in [answering.reads(), refusing.reads()] {
        assert_eq!(aws.service_time().await, Ok(None));
        let _ = aws.account_quotas().await;
        assert_eq!(aws.service_time().await, Ok(Some(date)));
    }
}
