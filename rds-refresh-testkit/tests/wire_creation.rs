//! Making clusters and instances over the wire, by the SDK's own clients.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod wire_fixture;

use aws_sdk_rds::error::ProvideErrorMetadata;
use wire_fixture::Refresh;

#[tokio::test]
async fn a_cluster_is_created_and_shown() {
    let refresh = Refresh::new();
    let rds = &refresh.source_rds;
    let create = rds.create_db_cluster().db_cluster_identifier("fresh").engine("postgres").engine_version("16");
    let create = create.db_cluster_instance_class(&refresh.cluster_class).allocated_storage(400).storage_type("gp3");
    let create = create.db_subnet_group_name(&refresh.subnet_group).vpc_security_group_ids(&refresh.security_group);
    let create = create.master_username("orders").manage_master_user_password(true).storage_encrypted(true);
    let create = create.kms_key_id(&refresh.source_key).database_name("orders").enable_cloudwatch_logs_exports("postgresql");
    let create = create.enable_iam_database_authentication(true).preferred_maintenance_window("Mon:01:00-Mon:02:00");
    let aurora = create.clone().global_cluster_identifier("world").send().await.unwrap_err().into_service_error();
    assert_eq!(aurora.code(), Some("InvalidParameterCombination"), "{aurora:?}");
    let aurora = create.clone().availability_zones("eu-west-1a").send().await.unwrap_err().into_service_error();
    assert_eq!(aurora.code(), Some("InvalidParameterCombination"), "{aurora:?}");

    let made = create.send().await.unwrap();
    let made = made.db_cluster().unwrap();
    assert_eq!((made.status(), made.engine_version()), (Some("creating"), Some("16.6")));
    assert_eq!((made.kms_key_id(), made.iops()), (Some(refresh.source_key.as_str()), Some(12_000)));
    assert_eq!((made.database_name(), made.iam_database_authentication_enabled()), (Some("orders"), Some(true)));
    assert_eq!(made.preferred_maintenance_window(), Some("mon:01:00-mon:02:00"));
    assert_eq!(made.enabled_cloudwatch_logs_exports(), ["postgresql"]);
    let secret = made.master_user_secret().unwrap();
    assert_eq!(secret.secret_status(), Some("creating"));
    assert_eq!(made.certificate_details().unwrap().ca_identifier(), Some("rds-ca-rsa2048-g1"));
    let up = refresh
        .until(async || {
            let found = rds.describe_db_clusters().db_cluster_identifier("fresh").send().await.unwrap();
            found.db_clusters.unwrap().pop().filter(|cluster| cluster.status() == Some("available"))
        })
        .await;
    assert_eq!(up.db_cluster_members().len(), 3);
    assert_eq!(up.master_user_secret().unwrap().secret_status(), Some("active"));
}

#[tokio::test]
async fn an_instance_is_created_and_shown() {
    let refresh = Refresh::new();
    let rds = &refresh.destination_rds;
    let create = rds.create_db_instance().db_instance_identifier("single").engine("mysql").db_instance_class("db.t4g.medium");
    let create =
        create.allocated_storage(400).storage_throughput(1000).master_username("orders").master_user_password("correct-horse");
    let create = create.db_subnet_group_name(&refresh.narrow_subnet_group).network_type("IPV4").backup_target("region");
    let odd = create.clone().timezone("UTC").send().await.unwrap_err().into_service_error();
    assert_eq!(odd.code(), Some("InvalidParameterCombination"), "{odd:?}");
    let odd = create.clone().network_type("DUAL").send().await.unwrap_err().into_service_error();
    assert_eq!(odd.code(), Some("InvalidParameterValue"), "{odd:?}");
    let odd = create.clone().option_group_name("x").send().await.unwrap_err().into_service_error();
    assert_eq!(odd.code(), Some("InvalidParameterValue"), "{odd:?}");

    let made = create.license_model("general-public-license").send().await.unwrap();
    let made = made.db_instance().unwrap();
    assert_eq!((made.db_instance_status(), made.license_model()), (Some("creating"), Some("general-public-license")));
    assert_eq!((made.storage_throughput(), made.iops()), (Some(1000), Some(12_000)));
    assert_eq!((made.storage_encrypted(), made.preferred_maintenance_window()), (Some(false), Some("sun:05:00-sun:05:30")));
}
