//! What somebody asks before a refresh begins: what can be ordered, in which versions, and how much room there is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use rds_refresh_testkit::world::ops::{
    DescribeAccountAttributes, DescribeDbEngineVersions, DescribeOrderableDbInstanceOptions, DescribedEngineVersion,
};
use rds_refresh_testkit::world::resource::OrderableOption;
use rds_refresh_testkit::world::{Filter, Paging};
use rds_refresh_testkit::{Caller, TwoAccounts};

fn postgres() -> DescribeOrderableDbInstanceOptions {
    DescribeOrderableDbInstanceOptions { engine: "postgres".into(), ..Default::default() }
}

fn options(stage: &TwoAccounts, request: &DescribeOrderableDbInstanceOptions) -> Vec<OrderableOption> {
    stage.fake.call(&stage.source, request).unwrap().items
}

#[test]
fn a_class_has_a_row_for_each_storage_type_and_clusters_take_some_of_them() {
    let stage = common::stage();
    let request = DescribeOrderableDbInstanceOptions {
        engine_version: Some("16.4".into()),
        class: Some(stage.cluster_class.clone()),
        ..postgres()
    };
    let rows = options(&stage, &request);
    let types: Vec<(&str, bool)> = rows.iter().map(|row| (row.storage_type.as_str(), row.supports_clusters)).collect();
    assert_eq!(types, [("gp2", false), ("gp3", true), ("io1", true), ("io2", true), ("standard", false)]);
    assert_eq!(rows[0].availability_zones, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    let io1 = rows[2].limits();
    assert_eq!((io1.size, io1.iops, io1.iops_per_gib), ((100, 65_536), Some((1000, 256_000)), Some((0.5, 50.0))));
    let io2 = rows[3].limits();
    assert_eq!((io2.iops, io2.iops_per_gib), (io1.iops, Some((0.5, 1000.0))));
    assert_eq!((io1.throughput, rows[1].limits().throughput), (None, Some((500, 4000))));

    let instances_only = DescribeOrderableDbInstanceOptions { class: Some(stage.instance_class.clone()), ..request };
    assert!(options(&stage, &instances_only).iter().all(|row| !row.supports_clusters));
}

#[test]
fn options_are_narrowed_by_every_parameter() {
    let stage = common::stage();
    let paging = Paging { max_records: Some(1000), marker: None };
    let count = |request| options(&stage, &DescribeOrderableDbInstanceOptions { paging: paging.clone(), ..request }).len();
    // Three versions, five classes, five storage types.
    let all = 3 * 5 * 5;
    assert_eq!(count(postgres()), all);
    assert_eq!(count(DescribeOrderableDbInstanceOptions { engine_version: Some("16.6".into()), ..postgres() }), all / 3);
    assert_eq!(count(DescribeOrderableDbInstanceOptions { class: Some("db.t4g.medium".into()), ..postgres() }), all / 5);
    let license = |license: &str| Some(license.to_owned());
    let (own, other) = (license("postgresql-license"), license("bring-your-own-license"));
    assert_eq!(count(DescribeOrderableDbInstanceOptions { license_model: own, ..postgres() }), all);
    assert_eq!(count(DescribeOrderableDbInstanceOptions { license_model: other, ..postgres() }), 0);
    assert_eq!(count(DescribeOrderableDbInstanceOptions { vpc: Some(true), ..postgres() }), all);
    assert_eq!(count(DescribeOrderableDbInstanceOptions { vpc: Some(false), ..postgres() }), 0);
    let local = Some("eu-west-1-lis-1".to_owned());
    assert_eq!(count(DescribeOrderableDbInstanceOptions { availability_zone_group: local, ..postgres() }), 0);
    // An engine of RDS that is not on the stage.
    assert_eq!(count(DescribeOrderableDbInstanceOptions { engine: "oracle-ee".into(), ..postgres() }), 0);
}

#[test]
fn pages_of_options_are_up_to_a_thousand_long() {
    let stage = common::stage();
    let code = |request: DescribeOrderableDbInstanceOptions| stage.fake.call(&stage.source, &request).err().map(|it| it.code);
    let page = |n| Paging { max_records: Some(n), marker: None };
    for (n, expected) in [(19, Some("InvalidParameterValue")), (20, None), (1000, None), (1001, Some("InvalidParameterValue"))] {
        assert_eq!(code(DescribeOrderableDbInstanceOptions { paging: page(n), ..postgres() }), expected, "{n}");
    }
    let hamster = DescribeOrderableDbInstanceOptions { engine: "hamster".into(), ..postgres() };
    assert_eq!(code(hamster), Some("InvalidParameterValue"));
    assert_eq!(code(DescribeOrderableDbInstanceOptions::default()), Some("MissingParameter"));
}

#[test]
fn engine_versions_are_found_by_every_parameter() {
    let stage = common::stage();
    let found = |request: DescribeDbEngineVersions| -> Vec<String> {
        let page = stage.fake.call(&stage.source, &request).unwrap();
        page.items.into_iter().map(|DescribedEngineVersion { version, .. }| version.version).collect()
    };
    let engine = |engine: &str| DescribeDbEngineVersions { engine: Some(engine.into()), ..Default::default() };
    let some = |text: &str| Some(text.to_owned());
    let filter = |name: &str, value: &str| vec![Filter { name: name.into(), values: vec![value.into()] }];
    let yes = Some(true);
    let cases = [
        ("an engine", engine("postgres"), &["16.4", "16.6", "17.2"][..]),
        (
            "deprecated ones",
            DescribeDbEngineVersions { include_all: yes, ..engine("postgres") },
            &["16.4", "16.6", "17.2", "11.22"],
        ),
        ("a version", DescribeDbEngineVersions { engine_version: some("16.4"), ..engine("postgres") }, &["16.4"]),
        ("a major version", DescribeDbEngineVersions { engine_version: some("16"), ..engine("postgres") }, &["16.4", "16.6"]),
        ("a deprecated one alone", DescribeDbEngineVersions { engine_version: some("11.22"), ..engine("postgres") }, &[]),
        ("the default", DescribeDbEngineVersions { default_only: yes, ..engine("postgres") }, &["17.2"]),
        (
            "the default of a major version",
            DescribeDbEngineVersions { default_only: yes, engine_version: some("8.0"), ..engine("mysql") },
            &["8.0.40"],
        ),
        ("a family", DescribeDbEngineVersions { family: some("mysql8.4"), ..Default::default() }, &["8.4.3"]),
        ("a filter", DescribeDbEngineVersions { filters: filter("engine-version", "8.0.39"), ..Default::default() }, &["8.0.39"]),
        ("a status", DescribeDbEngineVersions { filters: filter("status", "deprecated"), ..engine("mysql") }, &["5.7.44"]),
        ("an Aurora mode", DescribeDbEngineVersions { filters: filter("engine-mode", "serverless"), ..engine("mysql") }, &[]),
    ];
    for (what, request, expected) in cases {
        assert_eq!(found(request), expected, "{what}");
    }
}

#[test]
fn a_version_is_upgraded_to_what_comes_later() {
    let stage = common::stage();
    let request = DescribeDbEngineVersions { engine: Some("mysql".into()), ..Default::default() };
    let versions = stage.fake.call(&stage.source, &request).unwrap().items;
    let targets = |it: &DescribedEngineVersion| it.upgrade_targets.iter().map(|it| it.version.clone()).collect::<Vec<_>>();
    let found: BTreeMap<&str, Vec<String>> = versions.iter().map(|it| (it.version.version.as_str(), targets(it))).collect();
    assert_eq!(found["8.0.39"], ["8.0.40", "8.4.3"]);
    assert_eq!(found["8.4.3"], [] as [&str; 0]);
}

#[test]
fn quotas_are_counted_from_what_there_is() {
    let stage = common::stage();
    let used = |caller: &Caller| -> BTreeMap<&str, (u64, u64)> {
        let quotas = stage.fake.call(caller, &DescribeAccountAttributes).unwrap();
        quotas.into_iter().map(|quota| (quota.name, (quota.used, quota.max))).collect()
    };
    let before = used(&stage.source);
    assert_eq!(before.len(), 18);
    assert_eq!((before["DBClusters"], before["DBInstances"], before["AllocatedStorage"]), ((1, 40), (3, 40), (1500, 100_000)));
    assert_eq!(
        (before["DBParameterGroups"], before["DBClusterParameterGroups"]),
        ((1, 50), (1, 50)),
        "the default ones do not count"
    );
    assert_eq!((before["DBSubnetGroups"], before["SubnetsPerDBSubnetGroup"]), ((2, 50), (3, 20)));
    common::go_through(&stage, 6);
    let after = used(&stage.source);
    assert_eq!((after["ManualClusterSnapshots"], after["ManualSnapshots"]), ((1, 100), (1, 100)));
    assert_eq!((after["DBInstances"], after["AllocatedStorage"]), ((4, 40), (2000, 100_000)));
    assert_eq!(used(&stage.destination)["ManualSnapshots"], (1, 100));
    let changed: BTreeSet<&str> = before.keys().filter(|name| before[*name] != after[*name]).copied().collect();
    assert_eq!(changed, BTreeSet::from(["AllocatedStorage", "DBInstances", "ManualClusterSnapshots", "ManualSnapshots"]));
}
