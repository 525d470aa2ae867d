//! What somebody asks before a refresh begins: what can be ordered, in which versions, and how much room there is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use rds_refresh_core::key_policy::allow_destination;
use rds_refresh_core::ports;
use rds_refresh_core::preflight::{Check, Finding, Level, Options, source};
use rds_refresh_testkit::world::ops::{
    CreateGrant, DescribeAccountAttributes, DescribeDbEngineVersions, DescribeOrderableDbInstanceOptions, DescribeSecurityGroups,
    DescribedEngineVersion, PutKeyPolicy, RestoreDbInstanceFromDbSnapshot,
};
use rds_refresh_testkit::world::resource::OrderableOption;
use rds_refresh_testkit::world::{Filter, Paging};
use rds_refresh_testkit::{Caller, TwoAccounts};
use serde_json::{Value, json};

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
fn the_default_security_group_of_a_vpc_is_one_like_others() {
    let stage = common::stage();
    common::go_through(&stage, 1);
    let request = RestoreDbInstanceFromDbSnapshot { security_groups: vec![], ..common::restore_instance(&stage) };
    let restored = stage.fake.call(&stage.source, &request).unwrap();
    let [id] = &restored.security_groups[..] else { panic!("{restored:?}") };
    assert!(id.len() == 20 && id[3..].bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
    let groups = |ids: &[&str]| {
        let ids = ids.iter().map(ToString::to_string).collect();
        stage.fake.call(&stage.source, &DescribeSecurityGroups { ids, ..Default::default() }).unwrap().items
    };
    let found = groups(&[id]);
    assert_eq!((found[0].name.as_str(), found[0].vpc.as_str()), ("default", restored.vpc.as_str()));
    let all = groups(&[]);
    assert_eq!(all.len(), 2);
    assert!(all.iter().any(|it| it.id == *id) && all.iter().any(|it| it.id == stage.security_group && it.name == it.id));

    let again = RestoreDbInstanceFromDbSnapshot { identifier: "again".into(), security_groups: vec![id.clone()], ..request };
    assert_eq!(stage.fake.call(&stage.source, &again).unwrap().security_groups, restored.security_groups);
    // Each VPC has its own.
    let abroad = stage.fake.call(&stage.destination, &DescribeSecurityGroups::default()).unwrap().items;
    assert!(abroad.iter().any(|it| it.name == "default") && abroad.iter().all(|it| it.id != *id));
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

/// A policy that leaves the key to its own account, but for grants that no service asks for: a run may make none.
fn without_grants() -> String {
    let allow = |actions: &Value, condition: &Value| json!({ "Effect": "Allow", "Principal": { "AWS": "111111111111" }, "Action": actions, "Resource": "*", "Condition": condition });
    let all_but_grants = json!(["kms:D*", "kms:E*", "kms:G*", "kms:List*", "kms:Put*", "kms:R*"]);
    let for_services = json!({ "Bool": { "kms:GrantIsForAWSResource": "true" } });
    json!({ "Statement": [allow(&all_but_grants, &json!({})), allow(&json!("kms:CreateGrant"), &for_services)] }).to_string()
}

/// The policy that `allow_destination` writes, without one action.
fn patched_without(stage: &TwoAccounts, action: &str) -> String {
    let key = stage.source_key.parse().unwrap();
    let patched = allow_destination(&without_grants(), &key, &stage.destination.account).unwrap().policy;
    let mut policy: Value = serde_json::from_str(&patched).unwrap();
    for statement in policy["Statement"].as_array_mut().unwrap().iter_mut().skip(2) {
        statement["Action"].as_array_mut().unwrap().retain(|known| *known != format!("kms:{action}"));
    }
    policy.to_string()
}

fn put(stage: &TwoAccounts, policy: String) {
    let put = PutKeyPolicy { key: stage.source_key.clone(), policy, ..Default::default() };
    stage.fake.call(&stage.source, &put).unwrap();
}

fn copy(stage: &TwoAccounts, name: &str) -> Result<(), &'static str> {
    let mut copy = common::copy(stage);
    name.clone_into(&mut copy.target);
    stage.fake.call(&stage.destination, &copy).map(drop).map_err(|error| error.code)
}

async fn key_use(stage: &TwoAccounts) -> Finding {
    let request = stage.request("orders-staging").build().unwrap();
    let reads = stage.fake.reads(stage.source.clone());
    let now = stage.fake.world().now();
    let report = source(&reads, request.source(), &Options::default(), now).await;
    report.findings.into_iter().find(|finding| finding.check == Check::SourceKeyUse).unwrap()
}

#[tokio::test]
async fn a_copy_fails_without_any_one_action_and_a_preflight_names_it() {
    let stage = common::stage();
    common::go_through(&stage, 4);
    put(&stage, patched_without(&stage, "none"));
    assert_eq!(key_use(&stage).await.level, Level::Ok);
    assert_eq!(copy(&stage, "whole"), Ok(()));
    for action in ports::CreateGrant::OPERATIONS {
        put(&stage, patched_without(&stage, action));
        assert_eq!(copy(&stage, "lacking"), Err("KMSKeyNotAccessibleFault"), "{action}");
        let finding = key_use(&stage).await;
        assert_eq!(finding.level, Level::Wrong, "{action}");
        let named = format!("the key policy does not allow kms:{action}, and the run may not grant it");
        assert_eq!(finding.found, named);
        assert!(finding.fix.is_some_and(|fix| fix.starts_with("rds-refresh kms allow-destination --key ")));
    }
}

/// Where the policy says nothing, a grant of all operations is enough, and one without any one of them is not.
#[test]
fn a_grant_without_any_one_operation_is_none() {
    let operations = ports::CreateGrant::OPERATIONS;
    for lacking in std::iter::once(None).chain(operations.map(Some)) {
        let stage = common::stage();
        common::go_through(&stage, 4);
        put(&stage, rds_refresh_testkit::Stage::own_key_policy(&stage.source.place()));
        let granted = operations.into_iter().filter(|operation| Some(*operation) != lacking).map(str::to_owned);
        let grant = CreateGrant {
            key: stage.source_key.clone(),
            grantee: "arn:aws:iam::222222222222:root".to_owned(),
            operations: granted.collect(),
            ..Default::default()
        };
        stage.fake.call(&stage.source, &grant).unwrap();
        stage.advance(std::time::Duration::from_mins(10));
        let expected = if lacking.is_none() { Ok(()) } else { Err("KMSKeyNotAccessibleFault") };
        assert_eq!(copy(&stage, "copied"), expected, "{lacking:?}");
    }
}
