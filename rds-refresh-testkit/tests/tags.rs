//! Tags on everything that has an ARN.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[macro_use]
mod common;

use common::{CLUSTER_SNAPSHOT, INSTANCE, SNAPSHOT};
use rds_refresh_testkit::world::ops::{
    AddTagsToResource, DeleteDbInstance, DescribeDbClusterSnapshotAttributes, ListTagsForResource,
    ModifyDbClusterSnapshotAttribute, RemoveTagsFromResource,
};

#[test]
fn every_resource_takes_lists_and_loses_tags() {
    let stage = common::stage();
    common::go_through(&stage, 3);
    let place = stage.source.place();
    let named = [
        ("cluster", stage.cluster.as_str(), "DBClusterNotFoundFault"),
        ("cluster-pg", "default.postgres16", "DBParameterGroupNotFound"),
        ("cluster-snapshot", CLUSTER_SNAPSHOT, "DBClusterSnapshotNotFoundFault"),
        ("db", INSTANCE, "DBInstanceNotFound"),
        ("pg", "orders-postgres16", "DBParameterGroupNotFound"),
        ("snapshot", SNAPSHOT, "DBSnapshotNotFound"),
        ("subgrp", "private", "DBSubnetGroupNotFoundFault"),
    ];
    for (kind, name, not_found) in named {
        let resource = place.arn(kind, name);
        let list = ListTagsForResource { resource: resource.clone() };
        let before = stage.fake.call(&stage.source, &list).unwrap();
        let tags = vec![("colour".into(), "red".into()), ("shape".into(), "round".into())];
        stage.fake.call(&stage.source, &AddTagsToResource { resource: resource.clone(), tags }).unwrap();
        assert_eq!(stage.fake.call(&stage.source, &list).unwrap()["colour"], "red", "{kind}");
        let keys = vec!["colour".into(), "shape".into(), "absent".into()];
        stage.fake.call(&stage.source, &RemoveTagsFromResource { resource, keys }).unwrap();
        assert_eq!(stage.fake.call(&stage.source, &list), Ok(before), "{kind}");

        let resource = place.arn(kind, "nothing");
        assert_eq!(stage.fake.call(&stage.source, &ListTagsForResource { resource }).map_err(|it| it.code), Err(not_found));
    }
}

#[test]
fn tags_stay_as_they_are_where_they_cannot_be_changed() {
    let stage = common::stage();
    common::go_through(&stage, 2);
    let delete = DeleteDbInstance { identifier: INSTANCE.into(), skip_final_snapshot: Some(true), ..Default::default() };
    stage.fake.call(&stage.source, &delete).unwrap();
    let place = stage.source.place();
    let remove = |resource: String, keys: &[&str]| RemoveTagsFromResource {
        resource,
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
    };
    refused! { stage, source:
        "no key" remove(place.arn("cluster", &stage.cluster), &[]) => "MissingParameter" 400,
        "no resource" remove(String::new(), &["a"]) => "MissingParameter" 400,
        "no ARN" remove("orders-production".into(), &["a"]) => "InvalidParameterValue" 400,
        "another kind" remove(place.arn("proxy", "x"), &["a"]) => "InvalidParameterValue" 400,
        "of one that is being deleted" remove(place.arn("db", INSTANCE), &["rds-refresh:owner"]) => "InvalidDBInstanceState" 400,
    }
    refused! { stage, destination:
        "of another account" remove(place.arn("cluster", &stage.cluster), &["team"]) => "InvalidParameterValue" 400,
    }
}

#[test]
fn whom_a_cluster_snapshot_is_shared_with_its_owner_can_ask() {
    let stage = common::stage();
    common::go_through(&stage, 1);
    stage.fake.world().switches_mut().cluster_snapshot_sharing = true;
    let ask = DescribeDbClusterSnapshotAttributes { identifier: CLUSTER_SNAPSHOT.into() };
    assert_eq!(stage.fake.call(&stage.source, &ask).map(|it| it.restore), Ok(vec![]));
    let share = ModifyDbClusterSnapshotAttribute {
        identifier: CLUSTER_SNAPSHOT.into(),
        attribute: "restore".into(),
        add: vec!["222222222222".into()],
        remove: vec![],
    };
    stage.fake.call(&stage.source, &share).unwrap();
    assert_eq!(stage.fake.call(&stage.source, &ask).map(|it| it.restore), Ok(share.add));
    let by_arn =
        DescribeDbClusterSnapshotAttributes { identifier: stage.source.place().arn("cluster-snapshot", CLUSTER_SNAPSHOT) };
    refused! { stage, destination: "by another account" by_arn => "DBClusterSnapshotNotFoundFault" 404 }
    refused! { stage, source:
        "none" DescribeDbClusterSnapshotAttributes::default() => "MissingParameter" 400,
        "an unknown one" DescribeDbClusterSnapshotAttributes { identifier: "x".into() } => "DBClusterSnapshotNotFoundFault" 404,
    }
}
