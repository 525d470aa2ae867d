//! Groups, tags and attributes over the wire, by the SDK's own clients.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod wire_fixture;

use aws_sdk_rds::types::Tag;
use wire_fixture::Refresh;

#[tokio::test]
async fn a_subnet_group_is_made_shown_tagged_and_deleted() {
    let refresh = Refresh::new();
    let rds = &refresh.source_rds;
    let tag = Tag::builder().key("team").value("orders").build();
    let create = rds.create_db_subnet_group().db_subnet_group_name("Mine").db_subnet_group_description("ours & only ours");
    let made = create.set_subnet_ids(Some(refresh.subnet_ids.clone())).tags(tag).send().await.unwrap();
    let made = made.db_subnet_group().unwrap();
    assert_eq!((made.db_subnet_group_name(), made.subnet_group_status()), (Some("mine"), Some("Complete")));
    assert_eq!(made.db_subnet_group_description(), Some("ours & only ours"));
    assert_eq!(made.subnets().iter().filter_map(|it| it.subnet_identifier()).collect::<Vec<_>>(), refresh.subnet_ids);
    let zones = made.subnets().iter().filter_map(|it| it.subnet_availability_zone()?.name());
    assert_eq!(zones.collect::<Vec<_>>(), ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    let arn = made.db_subnet_group_arn().unwrap();
    let tags = rds.list_tags_for_resource().resource_name(arn).send().await.unwrap();
    assert_eq!(tags.tag_list()[0].value(), Some("orders"));
    rds.remove_tags_from_resource().resource_name(arn).tag_keys("team").send().await.unwrap();
    let tags = rds.list_tags_for_resource().resource_name(arn).send().await.unwrap();
    assert!(tags.tag_list().is_empty());

    let all = rds.describe_db_subnet_groups().send().await.unwrap();
    assert_eq!(all.db_subnet_groups().len(), 3);
    rds.delete_db_subnet_group().db_subnet_group_name("mine").send().await.unwrap();
    let gone = rds.describe_db_subnet_groups().db_subnet_group_name("mine").send().await.unwrap_err().into_service_error();
    assert!(gone.is_db_subnet_group_not_found_fault(), "{gone:?}");
}

#[tokio::test]
async fn errors_of_groups_are_the_sdks_variants() {
    let refresh = Refresh::new();
    let rds = &refresh.source_rds;
    let create = |name: &str| rds.create_db_subnet_group().db_subnet_group_name(name).db_subnet_group_description("x");
    let [a, _, _] = refresh.subnet_ids.clone().try_into().unwrap();
    let error = create("private").subnet_ids(&a).send().await.unwrap_err().into_service_error();
    assert!(error.is_db_subnet_group_already_exists_fault(), "{error:?}");
    let error = create("one").subnet_ids(&a).send().await.unwrap_err().into_service_error();
    assert!(error.is_db_subnet_group_does_not_cover_enough_azs(), "{error:?}");
    let error = create("odd").subnet_ids("subnet-1").send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_subnet(), "{error:?}");
    let error = rds.delete_db_subnet_group().db_subnet_group_name("private").send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_db_subnet_group_state_fault(), "{error:?}");
    let delete = rds.delete_db_cluster_parameter_group().db_cluster_parameter_group_name("default.postgres16");
    let error = delete.send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_db_parameter_group_state_fault(), "{error:?}");
    let delete = rds.delete_db_cluster_parameter_group().db_cluster_parameter_group_name("none");
    let error = delete.send().await.unwrap_err().into_service_error();
    assert!(error.is_db_parameter_group_not_found_fault(), "{error:?}");
}

#[tokio::test]
async fn a_cluster_parameter_group_is_made_shown_and_deleted() {
    let refresh = Refresh::new();
    let rds = &refresh.source_rds;
    let create = rds.create_db_cluster_parameter_group().db_cluster_parameter_group_name("mine");
    let made = create.db_parameter_group_family("mysql8.0").description("ours").send().await.unwrap();
    let made = made.db_cluster_parameter_group().unwrap();
    assert_eq!(made.db_cluster_parameter_group_arn(), Some("arn:aws:rds:eu-west-1:111111111111:cluster-pg:mine"));
    let named = rds.describe_db_cluster_parameter_groups().db_cluster_parameter_group_name("mine").send().await.unwrap();
    assert_eq!(named.db_cluster_parameter_groups()[0].db_parameter_group_family(), Some("mysql8.0"));
    let of_instances = rds.describe_db_parameter_groups().db_parameter_group_name("orders-postgres16").send().await.unwrap();
    let [group] = of_instances.db_parameter_groups() else { panic!("{of_instances:?}") };
    assert_eq!(group.db_parameter_group_family(), Some("postgres16"));
    assert_eq!(group.db_parameter_group_arn(), Some("arn:aws:rds:eu-west-1:111111111111:pg:orders-postgres16"));
    rds.delete_db_cluster_parameter_group().db_cluster_parameter_group_name("mine").send().await.unwrap();
}

#[tokio::test]
async fn the_attributes_of_a_cluster_snapshot_are_shown() {
    let refresh = Refresh::new();
    let rds = &refresh.source_rds;
    let create = rds.create_db_cluster_snapshot().db_cluster_identifier(&refresh.cluster).db_cluster_snapshot_identifier("mine");
    create.send().await.unwrap();
    let shown = rds.describe_db_cluster_snapshot_attributes().db_cluster_snapshot_identifier("mine").send().await.unwrap();
    let result = shown.db_cluster_snapshot_attributes_result().unwrap();
    assert_eq!(result.db_cluster_snapshot_identifier(), Some("mine"));
    let attribute = &result.db_cluster_snapshot_attributes()[0];
    assert_eq!((attribute.attribute_name(), attribute.attribute_values()), (Some("restore"), [].as_slice()));
}
