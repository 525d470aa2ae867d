//! Modifying clusters and instances over the wire, by the SDK's own clients.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod wire_fixture;

use aws_sdk_rds::error::ProvideErrorMetadata;
use aws_sdk_rds::types::CloudwatchLogsExportConfiguration;
use wire_fixture::Refresh;

#[tokio::test]
async fn pending_values_of_a_cluster_are_shown() {
    let refresh = Refresh::new();
    let rds = &refresh.source_rds;
    let modify = || rds.modify_db_cluster().db_cluster_identifier(&refresh.cluster);
    let logs = CloudwatchLogsExportConfiguration::builder().enable_log_types("postgresql").build();
    let waits = modify().new_db_cluster_identifier("orders-old").allocated_storage(600).iops(6000).engine_version("16.6");
    let waits = waits.ca_certificate_identifier("rds-ca-ecc384-g1").master_user_password("battery-staple");
    let shown = waits.cloudwatch_logs_export_configuration(logs).send().await.unwrap();
    let shown = shown.db_cluster().unwrap();
    assert_eq!(shown.enabled_cloudwatch_logs_exports(), ["postgresql"]);
    let pending = shown.pending_modified_values().unwrap();
    assert_eq!((pending.db_cluster_identifier(), pending.engine_version()), (Some("orders-old"), Some("16.6")));
    assert_eq!((pending.allocated_storage(), pending.iops()), (Some(600), None), "only what changes");
    assert_eq!(pending.master_user_password(), Some("****"));
    assert_eq!(pending.certificate_details().unwrap().ca_identifier(), Some("rds-ca-ecc384-g1"));

    for (request, code) in [
        (modify().port(5433), "InvalidParameterCombination"),
        (modify().db_instance_parameter_group_name("x"), "InvalidParameterCombination"),
        (modify().engine_mode("serverless"), "InvalidParameterValue"),
        (modify().aws_backup_recovery_point_arn("arn:aws:backup:x"), "InvalidParameterValue"),
    ] {
        let error = request.send().await.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some(code), "{error:?}");
    }
    let taken = modify().new_db_cluster_identifier(&refresh.cluster).send().await.unwrap_err().into_service_error();
    assert!(taken.is_db_cluster_already_exists_fault(), "{taken:?}");
}

#[tokio::test]
async fn pending_values_of_an_instance_are_shown() {
    let refresh = Refresh::new();
    let rds = &refresh.destination_rds;
    let create = rds.create_db_instance().db_instance_identifier("single").engine("postgres").engine_version("16.4");
    let create = create.db_instance_class(&refresh.instance_class).allocated_storage(400).master_username("orders");
    create.master_user_password("correct-horse").db_subnet_group_name(&refresh.subnet_group).send().await.unwrap();
    let status = async || {
        let found = rds.describe_db_instances().db_instance_identifier("single").send().await.unwrap();
        found.db_instances()[0].db_instance_status().unwrap().to_owned()
    };
    refresh.until(async || (status().await == "available").then_some(())).await;
    let modify = || rds.modify_db_instance().db_instance_identifier("single");
    let waits = modify().new_db_instance_identifier("renamed").db_instance_class("db.t4g.medium").multi_az(true);
    let waits = waits.storage_throughput(1000).db_port_number(6000).certificate_rotation_restart(false);
    let shown = waits.enable_iam_database_authentication(true).send().await.unwrap();
    let pending = shown.db_instance().unwrap().pending_modified_values().unwrap();
    assert_eq!((pending.db_instance_identifier(), pending.db_instance_class()), (Some("renamed"), Some("db.t4g.medium")));
    assert_eq!((pending.multi_az(), pending.storage_throughput(), pending.port()), (Some(true), Some(1000), Some(6000)));
    assert_eq!((pending.iam_database_authentication_enabled(), pending.allocated_storage()), (Some(true), None));
    let odd = modify().tde_credential_arn("x").send().await.unwrap_err().into_service_error();
    assert_eq!(odd.code(), Some("InvalidParameterCombination"), "{odd:?}");
}
