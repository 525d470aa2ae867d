//! DB subnet groups and parameter groups: how they are made, who may use them, and when they can go.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[macro_use]
mod common;

use rds_refresh_testkit::world::ops::{
    CreateDbClusterParameterGroup, CreateDbSubnetGroup, DeleteDbCluster, DeleteDbClusterParameterGroup, DeleteDbSubnetGroup,
    DescribeDbClusterParameterGroups, DescribeDbParameterGroups, DescribeDbSubnetGroups,
};
use rds_refresh_testkit::world::resource::{Subnet, SubnetGroup};
use rds_refresh_testkit::world::{Filter, Paging, Quotas};

#[test]
fn a_subnet_group_is_made_of_subnets_of_one_vpc_in_two_zones() {
    let stage = common::stage();
    let [a, b, c] = stage.subnet_ids.clone().try_into().unwrap();
    let abroad = Subnet { identifier: "subnet-1".into(), availability_zone: "eu-west-1b".into(), vpc: "vpc-1".into() };
    let twin = Subnet { identifier: "subnet-2".into(), ..stage.fake.world().at(&stage.source.place()).subnets[&a].clone() };
    for subnet in [abroad, twin] {
        stage.fake.world().at_mut(&stage.source.place()).subnets.insert(subnet.identifier.clone(), subnet);
    }
    let good = CreateDbSubnetGroup {
        name: "Three-Zones".into(),
        description: "all of it".into(),
        subnets: vec![a.clone(), b.clone(), c.clone(), b.clone()],
        tags: common::tags(),
    };
    let over =
        |subnets: &[&String]| CreateDbSubnetGroup { subnets: subnets.iter().map(|id| (*id).clone()).collect(), ..good.clone() };
    refused! { stage, source:
        "no name" CreateDbSubnetGroup { name: String::new(), ..good.clone() } => "MissingParameter" 400,
        "the name of the default group" CreateDbSubnetGroup { name: "Default".into(), ..good.clone() } => "InvalidParameterValue" 400,
        "a name with a slash" CreateDbSubnetGroup { name: "a/b".into(), ..good.clone() } => "InvalidParameterValue" 400,
        "a name too long" CreateDbSubnetGroup { name: "a".repeat(256), ..good.clone() } => "InvalidParameterValue" 400,
        "no description" CreateDbSubnetGroup { description: String::new(), ..good.clone() } => "MissingParameter" 400,
        "a reserved tag" CreateDbSubnetGroup { tags: vec![("aws:x".into(), "y".into())], ..good.clone() } => "InvalidParameterValue" 400,
        "a name taken" CreateDbSubnetGroup { name: "Private".into(), ..good.clone() } => "DBSubnetGroupAlreadyExists" 400,
        "no subnet" over(&[]) => "MissingParameter" 400,
        "an unknown subnet" over(&[&a, &"subnet-0".to_owned()]) => "InvalidSubnet" 400,
        "subnets of two VPCs" over(&[&a, &"subnet-1".to_owned()]) => "InvalidSubnet" 400,
        "one zone" over(&[&a]) => "DBSubnetGroupDoesNotCoverEnoughAZs" 400,
        "one zone twice" over(&[&a, &"subnet-2".to_owned()]) => "DBSubnetGroupDoesNotCoverEnoughAZs" 400,
    }
    stage.fake.world().at_mut(&stage.source.place()).quotas = Quotas { subnet_groups: 2, ..Default::default() };
    refused! { stage, source: "a group too many" good => "DBSubnetGroupQuotaExceeded" 400 }
    stage.fake.world().at_mut(&stage.source.place()).quotas = Quotas { subnets_per_group: 2, ..Default::default() };
    refused! { stage, source: "a subnet too many" good => "DBSubnetQuotaExceededFault" 400 }
    stage.fake.world().at_mut(&stage.source.place()).quotas = Quotas::default();

    let made = stage.fake.call(&stage.source, &good).unwrap();
    assert_eq!((made.name.as_str(), made.subnets.len()), ("three-zones", 3));
    assert_eq!(made.zones(), ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    assert_eq!(made.arn, "arn:aws:rds:eu-west-1:111111111111:subgrp:three-zones");
    for name in ["THREE-zones", &made.arn] {
        let found = stage.fake.call(&stage.source, &DescribeDbSubnetGroups { name: Some(name.into()), ..Default::default() });
        assert_eq!(found.map(|page| page.items), Ok(vec![made.clone()]));
    }
    refused! { stage, destination:
        "another account's group" DescribeDbSubnetGroups { name: Some("three-zones".into()), ..Default::default() } => "DBSubnetGroupNotFoundFault" 404,
    }
}

#[test]
fn a_subnet_group_goes_when_nothing_uses_it() {
    let stage = common::stage();
    let delete = |name: &str| DeleteDbSubnetGroup { name: name.into() };
    let place = stage.source.place();
    let narrow = stage.fake.world().at(&place).subnet_groups["narrow"].clone();
    let group = SubnetGroup { name: "default".into(), ..narrow };
    stage.fake.world().at_mut(&place).subnet_groups.insert("default".into(), group);
    refused! { stage, source:
        "an unknown one" delete("nothing") => "DBSubnetGroupNotFoundFault" 404,
        "none" delete("") => "MissingParameter" 400,
        "the default one" delete("default") => "InvalidDBSubnetGroupStateFault" 400,
        "one in use" delete("private") => "InvalidDBSubnetGroupStateFault" 400,
        "filters" DescribeDbSubnetGroups {
            filters: vec![Filter { name: "vpc-id".into(), values: vec!["x".into()] }], ..Default::default()
        } => "InvalidParameterValue" 400,
        "a page of one" DescribeDbSubnetGroups {
            paging: Paging { max_records: Some(1), ..Default::default() }, ..Default::default()
        } => "InvalidParameterValue" 400,
    }
    assert_eq!(stage.fake.call(&stage.source, &delete("NARROW")), Ok(()));
    let left = stage.fake.call(&stage.source, &DescribeDbSubnetGroups::default()).unwrap().items;
    assert_eq!(left.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["default", "private"]);
}

#[test]
fn a_cluster_parameter_group_is_of_a_family_and_goes_when_no_cluster_uses_it() {
    let stage = common::stage();
    let good = CreateDbClusterParameterGroup {
        name: "Tuned".into(),
        family: "postgres16".into(),
        description: "tuned".into(),
        tags: common::tags(),
    };
    let delete = |name: &str| DeleteDbClusterParameterGroup { name: name.into() };
    refused! { stage, destination:
        "no name" CreateDbClusterParameterGroup { name: String::new(), ..good.clone() } => "MissingParameter" 400,
        "a name like a default one's" CreateDbClusterParameterGroup { name: "default.x".into(), ..good.clone() } => "InvalidParameterValue" 400,
        "no description" CreateDbClusterParameterGroup { description: String::new(), ..good.clone() } => "MissingParameter" 400,
        "an unknown family" CreateDbClusterParameterGroup { family: "oracle-ee-19".into(), ..good.clone() } => "InvalidParameterValue" 400,
        "a name taken" CreateDbClusterParameterGroup { name: "orders-postgres16".into(), ..good.clone() } => "DBParameterGroupAlreadyExists" 400,
        "deleting an unknown one" delete("nothing") => "DBParameterGroupNotFound" 404,
        "deleting a default one" delete("default.postgres16") => "InvalidDBParameterGroupState" 400,
        "describing an unknown one" DescribeDbClusterParameterGroups { name: Some("x".into()), ..Default::default() } => "DBParameterGroupNotFound" 404,
        "describing an unknown one of instances" DescribeDbParameterGroups { name: Some("x".into()), ..Default::default() } => "DBParameterGroupNotFound" 404,
    }
    stage.fake.world().at_mut(&stage.destination.place()).quotas.cluster_parameter_groups = 1;
    refused! { stage, destination: "a group too many" good => "DBParameterGroupQuotaExceeded" 400 }
    stage.fake.world().at_mut(&stage.destination.place()).quotas = Quotas::default();
    let made = stage.fake.call(&stage.destination, &good).unwrap();
    assert_eq!(made.arn, "arn:aws:rds:eu-west-1:222222222222:cluster-pg:tuned");

    common::go_through(&stage, 6);
    let restore = rds_refresh_testkit::world::ops::RestoreDbClusterFromSnapshot {
        parameter_group: Some("tuned".into()),
        deletion_protection: Some(false),
        ..common::restore_cluster(&stage)
    };
    stage.fake.call(&stage.destination, &restore).unwrap();
    assert!(stage.advance_until(|_| {
        common::cluster(&stage, &stage.destination, common::CLUSTER).is_some_and(|it| it.status == "available")
    }));
    refused! { stage, destination: "deleting one in use" delete("tuned") => "InvalidDBParameterGroupState" 400 }
    let gone = DeleteDbCluster { identifier: common::CLUSTER.into(), skip_final_snapshot: Some(true), ..Default::default() };
    // A backup may be going on.
    assert!(stage.advance_until(|fake| fake.call(&stage.destination, &gone).is_ok()));
    refused! { stage, destination: "deleting one of a cluster that is being deleted" delete("tuned") => "InvalidDBParameterGroupState" 400 }
    assert!(stage.advance_until(|_| common::cluster(&stage, &stage.destination, common::CLUSTER).is_none()));
    assert_eq!(stage.fake.call(&stage.destination, &delete("Tuned")), Ok(()));
}

#[test]
fn the_default_groups_of_all_families_on_offer_are_there() {
    let stage = common::stage();
    let groups = stage.fake.call(&stage.source, &DescribeDbClusterParameterGroups::default()).unwrap().items;
    let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    let expected = ["default.mysql8.0", "default.mysql8.4", "default.postgres16", "default.postgres17", "orders-postgres16"];
    assert_eq!(names, expected);
    let of_instances = stage.fake.call(&stage.source, &DescribeDbParameterGroups::default()).unwrap().items;
    assert_eq!(of_instances.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), expected);
    assert_eq!(of_instances[2].arn, "arn:aws:rds:eu-west-1:111111111111:pg:default.postgres16");
    assert_eq!(groups[2].description, "Default cluster parameter group for postgres16");
    assert!(stage.fake.world().at(&stage.source.place()).parameter_groups["default.postgres17"].is_default());
}
