//! The seven steps of a refresh, and what is around them, through the SDK's own clients. Every operation of RDS is called that a
//! refresh has a use for.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod wire_fixture;

use std::collections::BTreeSet;

use aws_sdk_rds::primitives::DateTime;
use aws_sdk_rds::types::{AvailabilityZone, DbCluster, DbInstance, Endpoint, SourceType, Tag};
use rds_refresh_testkit::Stage;
use rds_refresh_testkit::world::{Operation, Service};

use wire_fixture::Refresh;

/// What sets the stage instead, and is called by the tests of that.
const BEFORE_A_REFRESH: [&str; 11] = [
    "CreateDBCluster",
    "CreateDBClusterParameterGroup",
    "CreateDBInstance",
    "CreateDBSubnetGroup",
    "DeleteDBClusterParameterGroup",
    "DeleteDBSubnetGroup",
    "DescribeDBClusterParameterGroups",
    "DescribeDBClusterSnapshotAttributes",
    "DescribeDBParameterGroups",
    "DescribeDBSubnetGroups",
    "RemoveTagsFromResource",
];

#[tokio::test]
async fn a_refresh_and_its_clean_up() {
    let refresh = Refresh::new();
    what_can_be_ordered(&refresh).await;
    let cluster_snapshot_arn = snapshot_the_cluster(&refresh).await;
    restore_an_instance(&refresh).await;
    reset_its_password(&refresh).await;
    let snapshot_arn = snapshot_the_instance(&refresh).await;
    share(&refresh, &snapshot_arn).await;
    delete_the_instance(&refresh).await;
    let copy_arn = copy(&refresh, &snapshot_arn).await;
    restore_a_cluster(&refresh, &copy_arn).await;

    change_the_cluster(&refresh).await;
    what_cluster_snapshots_refuse(&refresh, &cluster_snapshot_arn).await;
    clean_up(&refresh).await;
    what_the_events_tell(&refresh).await;

    let world = refresh.fake.world();
    let called: BTreeSet<&str> = world.journal().iter().map(|entry| entry.action.as_str()).collect();
    for operation in Operation::ALL.iter().filter(|operation| operation.service() == Service::Rds) {
        let elsewhere = BEFORE_A_REFRESH.contains(&operation.name());
        assert!(elsewhere || called.contains(operation.name()), "{} was not called", operation.name());
    }
}

async fn what_can_be_ordered(refresh: &Refresh) {
    let rds = &refresh.destination_rds;
    let options = rds.describe_orderable_db_instance_options().engine("postgres").engine_version("16.4");
    let options = options.db_instance_class(&refresh.cluster_class).max_records(1000).send().await.unwrap();
    let gp3 = options.orderable_db_instance_options().iter().find(|row| row.storage_type() == Some("gp3")).unwrap();
    assert_eq!((gp3.supports_clusters(), gp3.supports_iops()), (Some(true), Some(true)));
    assert_eq!((gp3.min_storage_size(), gp3.max_iops_per_gib()), (Some(20), Some(500.0)));
    assert_eq!(gp3.availability_zones().iter().filter_map(AvailabilityZone::name).count(), 3);

    let versions = rds.describe_db_engine_versions().engine("postgres").engine_version("16.4").send().await.unwrap();
    let version = &versions.db_engine_versions()[0];
    assert_eq!((version.status(), version.db_parameter_group_family()), (Some("available"), Some("postgres16")));
    let major = version.valid_upgrade_target().iter().find(|target| target.is_major_version_upgrade() == Some(true));
    assert_eq!(major.and_then(|target| target.engine_version()), Some("17.2"));

    let attributes = rds.describe_account_attributes().send().await.unwrap();
    let clusters = attributes.account_quotas().iter().find(|quota| quota.account_quota_name() == Some("DBClusters")).unwrap();
    assert_eq!((clusters.used(), clusters.max()), (Some(0), Some(40)));
}

async fn snapshot_the_cluster(refresh: &Refresh) -> String {
    let rds = &refresh.source_rds;
    let create =
        rds.create_db_cluster_snapshot().db_cluster_identifier(&refresh.cluster).db_cluster_snapshot_identifier("Orders-R1");
    let snapshot = create.tags(tag("run", "r1")).send().await.unwrap().db_cluster_snapshot.unwrap();
    assert_eq!(snapshot.db_cluster_snapshot_identifier(), Some("orders-r1"));
    assert_eq!(
        (snapshot.status(), snapshot.percent_progress(), snapshot.snapshot_create_time()),
        (Some("creating"), Some(0), None)
    );
    assert_eq!((snapshot.storage_encrypted(), snapshot.kms_key_id()), (Some(true), Some(refresh.source_key.as_str())));
    assert_eq!(snapshot.tag_list(), [tag("run", "r1")]);

    let snapshot = refresh
        .until(async || {
            let found = rds.describe_db_cluster_snapshots().db_cluster_snapshot_identifier("orders-r1").send().await.unwrap();
            found.db_cluster_snapshots.unwrap().pop().filter(|snapshot| snapshot.status() == Some("available"))
        })
        .await;
    assert!(snapshot.snapshot_create_time().is_some());
    assert_eq!(snapshot.percent_progress(), Some(100));
    assert_eq!(snapshot.availability_zones().len(), 3);
    snapshot.db_cluster_snapshot_arn.unwrap()
}

async fn restore_an_instance(refresh: &Refresh) {
    let rds = &refresh.source_rds;
    let restore = rds.restore_db_instance_from_db_snapshot().db_instance_identifier("orders-r1-t1");
    let restore = restore.db_cluster_snapshot_identifier("orders-r1").engine("postgres").db_instance_class("db.r6gd.large");
    let restore = restore.multi_az(false).publicly_accessible(false).deletion_protection(false).backup_retention_period(0);
    let restore = restore.db_subnet_group_name(&refresh.subnet_group).vpc_security_group_ids(&refresh.security_group);
    let instance = restore.tags(tag("run", "r1")).send().await.unwrap().db_instance.unwrap();
    assert_eq!((instance.db_instance_status(), instance.endpoint()), (Some("creating"), None));
    assert_eq!(
        (instance.multi_az(), instance.publicly_accessible(), instance.backup_retention_period()),
        (Some(false), Some(false), Some(0))
    );

    let instance = refresh.until(async || instance_in(refresh, "available").await).await;
    assert!(instance.endpoint().and_then(|endpoint| endpoint.address()).unwrap().starts_with("orders-r1-t1."));
    assert_eq!(instance.endpoint().and_then(Endpoint::port), Some(5432));
    let group = instance.db_subnet_group().unwrap();
    assert_eq!(group.db_subnet_group_name(), Some(refresh.subnet_group.as_str()));
    let security_group = &instance.vpc_security_groups()[0];
    assert_eq!(security_group.vpc_security_group_id(), Some(refresh.security_group.as_str()));
    assert_eq!((instance.storage_encrypted(), instance.kms_key_id()), (Some(true), Some(refresh.source_key.as_str())));
}

async fn reset_its_password(refresh: &Refresh) {
    let modify = refresh
        .source_rds
        .modify_db_instance()
        .db_instance_identifier("orders-r1-t1")
        .master_user_password("correct-horse-battery");
    let instance = modify.apply_immediately(true).send().await.unwrap().db_instance.unwrap();
    let pending = instance.pending_modified_values().and_then(|pending| pending.master_user_password());
    assert_eq!(pending, Some("****"));
    refresh.until(async || instance_in(refresh, "resetting-master-credentials").await).await;
    refresh.until(async || instance_in(refresh, "available").await).await;
}

async fn snapshot_the_instance(refresh: &Refresh) -> String {
    let rds = &refresh.source_rds;
    let create = rds.create_db_snapshot().db_instance_identifier("orders-r1-t1").db_snapshot_identifier("orders-r1");
    let snapshot = create.send().await.unwrap().db_snapshot.unwrap();
    assert_eq!((snapshot.status(), snapshot.encrypted()), (Some("creating"), Some(true)));
    let arn = snapshot.db_snapshot_arn.unwrap();

    rds.add_tags_to_resource().resource_name(&arn).tags(tag("été + x/y=@", "a b")).tags(tag("empty", "")).send().await.unwrap();
    let tags = rds.list_tags_for_resource().resource_name(&arn).send().await.unwrap().tag_list.unwrap();
    assert_eq!(tags, [tag("empty", ""), tag("été + x/y=@", "a b")]);

    refresh
        .until(async || {
            let found = rds.describe_db_snapshots().db_snapshot_identifier("orders-r1").send().await.unwrap();
            found.db_snapshots.unwrap().pop().filter(|snapshot| snapshot.status() == Some("available"))
        })
        .await;
    arn
}

async fn share(refresh: &Refresh, arn: &str) {
    let share = refresh.source_rds.modify_db_snapshot_attribute().db_snapshot_identifier("orders-r1");
    let share = share.attribute_name("restore").values_to_add("222222222222");
    let attributes = share.send().await.unwrap().db_snapshot_attributes_result.unwrap();
    assert_eq!(attributes.db_snapshot_identifier(), Some("orders-r1"));

    let look = refresh.source_rds.describe_db_snapshot_attributes().db_snapshot_identifier("orders-r1");
    assert_eq!(look.send().await.unwrap().db_snapshot_attributes_result.unwrap(), attributes);
    let [attribute] = attributes.db_snapshot_attributes() else { panic!("{attributes:?}") };
    assert_eq!(
        (attribute.attribute_name(), attribute.attribute_values()),
        (Some("restore"), ["222222222222".to_owned()].as_slice())
    );

    let shared = refresh
        .until(async || {
            let find = refresh.destination_rds.describe_db_snapshots().include_shared(true).snapshot_type("shared");
            find.send().await.unwrap().db_snapshots.unwrap().pop()
        })
        .await;
    assert_eq!((shared.db_snapshot_arn(), shared.snapshot_type()), (Some(arn), Some("shared")));
    assert!(shared.tag_list().is_empty());
}

async fn delete_the_instance(refresh: &Refresh) {
    let delete = refresh.source_rds.delete_db_instance().db_instance_identifier("orders-r1-t1").skip_final_snapshot(true);
    let instance = delete.delete_automated_backups(true).send().await.unwrap().db_instance.unwrap();
    assert_eq!(instance.db_instance_status(), Some("deleting"));
    refresh
        .until(async || {
            let look = refresh.source_rds.describe_db_instances().db_instance_identifier("orders-r1-t1").send().await;
            look.err().map(|error| assert!(error.into_service_error().is_db_instance_not_found_fault()))
        })
        .await;
}

async fn copy(refresh: &Refresh, arn: &str) -> String {
    let copy = refresh.destination_rds.copy_db_snapshot().source_db_snapshot_identifier(arn);
    let copy = copy.target_db_snapshot_identifier("orders-r1").kms_key_id(&refresh.destination_key).tags(tag("run", "r1"));
    let snapshot = copy.send().await.unwrap().db_snapshot.unwrap();
    assert_eq!(snapshot.source_db_snapshot_identifier(), Some(arn));
    let copy = refresh
        .until(async || {
            let found = refresh.destination_rds.describe_db_snapshots().db_snapshot_identifier("orders-r1").send().await.unwrap();
            found.db_snapshots.unwrap().pop().filter(|snapshot| snapshot.status() == Some("available"))
        })
        .await;
    assert_eq!((copy.encrypted(), copy.kms_key_id()), (Some(true), Some(refresh.destination_key.as_str())));
    assert!(copy.original_snapshot_create_time() < copy.snapshot_create_time());
    copy.db_snapshot_arn.unwrap()
}

async fn restore_a_cluster(refresh: &Refresh, copy: &str) {
    let rds = &refresh.destination_rds;
    let restore = rds.restore_db_cluster_from_snapshot().db_cluster_identifier("staging").snapshot_identifier(copy);
    let restore = restore.engine("postgres").db_cluster_instance_class("db.r6gd.large").storage_type("gp3");
    let restore = restore.db_subnet_group_name(&refresh.subnet_group).publicly_accessible(false);
    let restore = restore.vpc_security_group_ids(&refresh.security_group).enable_cloudwatch_logs_exports("postgresql");
    let restore = restore.engine_version(&refresh.engine_version).copy_tags_to_snapshot(true).tags(tag("run", "r1"));
    let cluster = restore.send().await.unwrap().db_cluster.unwrap();
    assert_eq!((cluster.status(), cluster.endpoint()), (Some("creating"), None));

    let cluster = refresh
        .until(async || cluster_in(refresh, "available").await.filter(|cluster| cluster.db_cluster_members().len() == 3))
        .await;
    assert!(cluster.endpoint().unwrap().starts_with("staging.cluster-"), "{cluster:?}");
    assert!(cluster.reader_endpoint().unwrap().starts_with("staging.cluster-ro-"), "{cluster:?}");
    assert_eq!(cluster.db_subnet_group(), Some(refresh.subnet_group.as_str()));
    assert_eq!((cluster.storage_type(), cluster.storage_encrypted(), cluster.multi_az()), (Some("gp3"), Some(true), Some(true)));
    assert_eq!(cluster.kms_key_id(), Some(refresh.destination_key.as_str()));
    assert_eq!(cluster.enabled_cloudwatch_logs_exports(), ["postgresql"]);
    assert_eq!(cluster.tag_list(), [tag("run", "r1")]);
    let writers = cluster.db_cluster_members().iter().filter(|member| member.is_cluster_writer() == Some(true));
    assert_eq!(writers.count(), 1);
}

async fn change_the_cluster(refresh: &Refresh) {
    let modify = refresh.destination_rds.modify_db_cluster().db_cluster_identifier("staging").apply_immediately(true);
    let modify = modify.master_user_password("correct-horse-battery").vpc_security_group_ids(&refresh.security_group);
    let cluster = modify.send().await.unwrap().db_cluster.unwrap();
    assert_eq!(cluster.pending_modified_values().and_then(|pending| pending.master_user_password()), Some("****"));
    refresh
        .until(async || {
            let settled =
                |cluster: &DbCluster| cluster.pending_modified_values().is_none_or(|p| p.master_user_password().is_none());
            cluster_in(refresh, "available").await.filter(settled)
        })
        .await;
}

async fn what_cluster_snapshots_refuse(refresh: &Refresh, arn: &str) {
    let rds = &refresh.source_rds;
    let copy =
        rds.copy_db_cluster_snapshot().source_db_cluster_snapshot_identifier(arn).target_db_cluster_snapshot_identifier("c");
    let error = copy.send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_db_cluster_snapshot_state_fault(), "{error:?}");
    let share = rds.modify_db_cluster_snapshot_attribute().db_cluster_snapshot_identifier("orders-r1").attribute_name("restore");
    let error = share.values_to_add("222222222222").send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_db_cluster_snapshot_state_fault(), "{error:?}");
    refresh.fake.world().switches_mut().cluster_snapshot_sharing = true;
    let share = rds.modify_db_cluster_snapshot_attribute().db_cluster_snapshot_identifier("orders-r1").attribute_name("restore");
    let attributes = share.values_to_add("222222222222").send().await.unwrap().db_cluster_snapshot_attributes_result.unwrap();
    assert_eq!(attributes.db_cluster_snapshot_attributes()[0].attribute_values(), ["222222222222"]);
}

async fn clean_up(refresh: &Refresh) {
    let cluster = refresh.destination_rds.delete_db_cluster().db_cluster_identifier("staging").skip_final_snapshot(true);
    assert_eq!(cluster.send().await.unwrap().db_cluster.unwrap().status(), Some("deleting"));
    let copy = refresh.destination_rds.delete_db_snapshot().db_snapshot_identifier("orders-r1");
    assert!(copy.send().await.unwrap().db_snapshot.is_some());
    let original = refresh.source_rds.delete_db_cluster_snapshot().db_cluster_snapshot_identifier("orders-r1");
    assert!(original.send().await.unwrap().db_cluster_snapshot.is_some());
    refresh
        .until(async || {
            let clusters = refresh.destination_rds.describe_db_clusters().send().await.unwrap().db_clusters.unwrap();
            clusters.is_empty().then_some(())
        })
        .await;
}

async fn what_the_events_tell(refresh: &Refresh) {
    let of_copy = refresh.destination_rds.describe_events().source_type(SourceType::DbSnapshot).source_identifier("orders-r1");
    let since = DateTime::from_millis(i64::try_from(Stage::opening().as_millis()).unwrap());
    let told = of_copy.clone().start_time(since).send().await.unwrap();
    let messages: Vec<&str> = told.events().iter().filter_map(|event| event.message()).collect();
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(messages[0].starts_with("Started copy of snapshot") && messages[1].starts_with("Finished copy of snapshot"));
    let deleted = &told.events()[2];
    assert_eq!((deleted.message(), deleted.event_categories()), (Some("Deleted user snapshot"), &["deletion".to_owned()][..]));
    assert!(deleted.date().is_some() && deleted.source_arn().is_some_and(|arn| arn.ends_with(":snapshot:orders-r1")));
    let past_hour = of_copy.event_categories("deletion").send().await.unwrap();
    assert_eq!(past_hour.events().len(), 1);
}

async fn instance_in(refresh: &Refresh, status: &str) -> Option<DbInstance> {
    let found = refresh.source_rds.describe_db_instances().db_instance_identifier("orders-r1-t1").send().await.unwrap();
    found.db_instances.unwrap().pop().filter(|instance| instance.db_instance_status() == Some(status))
}

async fn cluster_in(refresh: &Refresh, status: &str) -> Option<DbCluster> {
    let found = refresh.destination_rds.describe_db_clusters().db_cluster_identifier("staging").send().await.unwrap();
    found.db_clusters.unwrap().pop().filter(|cluster| cluster.status() == Some(status))
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}
