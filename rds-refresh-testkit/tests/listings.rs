//! Every describe operation: its filters, its pages, and what it refuses.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use rds_refresh_testkit::TwoAccounts;
use rds_refresh_testkit::world::ops::{
    CreateDbClusterSnapshot, CreateGrant, DeleteDbClusterSnapshot, DescribeDbClusterParameterGroups, DescribeDbClusterSnapshots,
    DescribeDbClusters, DescribeDbEngineVersions, DescribeDbInstances, DescribeDbParameterGroups, DescribeDbSnapshots,
    DescribeDbSubnetGroups, DescribeEvents, DescribeOrderableDbInstanceOptions, ListGrants, RevokeGrant,
};
use rds_refresh_testkit::world::resource::DbSnapshot;
use rds_refresh_testkit::world::{Caller, Filter, Page, Paging};

type Listed = Result<Page<String>, &'static str>;
type List = fn(&TwoAccounts, Vec<Filter>, Paging) -> Listed;

macro_rules! list {
    ($request:ident, $name:expr $(, $field:ident: $value:expr)*) => {
        |stage: &TwoAccounts, filters: Vec<Filter>, paging: Paging| {
            let caller: &Caller = &stage.source;
            let request = $request { filters, paging, $($field: $value,)* ..Default::default() };
            let page = stage.fake.call(caller, &request).map_err(|error| error.code)?;
            Ok(Page { items: page.items.into_iter().map($name).collect(), marker: page.marker })
        }
    };
}

/// A filter's name and value, and how many it leaves.
type Filtered = &'static [(&'static str, &'static str, usize)];

/// Every listing, and the filters that RDS supports for it (RDS API reference, `Filters`), each with a value that finds something and
/// how much it finds on [`stage`].
const LISTINGS: &[(&str, List, Filtered)] = &[
    (
        "DescribeDBClusters",
        list!(DescribeDbClusters, |it| it.identifier),
        &[
            ("clone-group-id", "none", 0),
            ("db-cluster-id", "orders-production", 1),
            ("db-cluster-id", "arn:aws:rds:eu-west-1:111111111111:cluster:orders-production", 1),
            ("db-cluster-resource-id", "cluster-none", 0),
            ("domain", "d-1234567890", 0),
            ("engine", "postgres", 1),
            ("engine", "mysql", 0),
        ],
    ),
    (
        "DescribeDBInstances",
        list!(DescribeDbInstances, |it| it.identifier),
        &[
            ("db-cluster-id", "orders-production", 3),
            ("db-cluster-id", "arn:aws:rds:eu-west-1:111111111111:cluster:orders-production", 3),
            ("db-instance-id", "refresh-tmp", 1),
            ("db-instance-id", "arn:aws:rds:eu-west-1:111111111111:db:refresh-tmp", 1),
            ("dbi-resource-id", "db-none", 0),
            ("domain", "d-1234567890", 0),
            ("engine", "postgres", 4),
        ],
    ),
    (
        "DescribeDBSnapshots",
        list!(DescribeDbSnapshots, |it| it.identifier),
        &[
            ("db-instance-id", "refresh-tmp", 1),
            ("db-instance-id", "arn:aws:rds:eu-west-1:111111111111:db:refresh-tmp", 1),
            ("db-snapshot-id", "refresh-s", 1),
            ("dbi-resource-id", "db-none", 0),
            ("snapshot-type", "manual", 1),
            ("snapshot-type", "automated", 0),
            ("engine", "postgres", 1),
        ],
    ),
    (
        "DescribeDBClusterSnapshots",
        list!(DescribeDbClusterSnapshots, |it| it.identifier),
        &[
            ("db-cluster-id", "orders-production", 8),
            ("db-cluster-id", "arn:aws:rds:eu-west-1:111111111111:cluster:orders-production", 8),
            ("db-cluster-snapshot-id", "refresh-cs", 1),
            ("snapshot-type", "manual", 1),
            ("snapshot-type", "automated", 7),
            ("engine", "mysql", 0),
        ],
    ),
    (
        "DescribeDBEngineVersions",
        list!(DescribeDbEngineVersions, |it| it.version.version),
        &[
            ("db-parameter-group-family", "postgres16", 2),
            ("engine", "mysql", 3),
            ("engine-mode", "provisioned", 6),
            ("engine-mode", "serverless", 0),
            ("engine-version", "16.4", 1),
            ("status", "deprecated", 2),
        ],
    ),
    ("DescribeDBSubnetGroups", list!(DescribeDbSubnetGroups, |it| it.name), &[]),
    ("DescribeDBClusterParameterGroups", list!(DescribeDbClusterParameterGroups, |it| it.name), &[]),
    ("DescribeDBParameterGroups", list!(DescribeDbParameterGroups, |it| it.name), &[]),
    ("DescribeEvents", list!(DescribeEvents, |it| it.message, minutes: Some(20_160)), &[]),
    (
        "DescribeOrderableDBInstanceOptions",
        list!(DescribeOrderableDbInstanceOptions, |it| format!("{it:?}"), engine: "postgres".into()),
        &[],
    ),
];

fn stage() -> TwoAccounts {
    let stage = common::stage();
    common::go_through(&stage, 3);
    stage
}

fn filter(name: &str, values: &[&str]) -> Filter {
    Filter { name: name.to_owned(), values: values.iter().map(ToString::to_string).collect() }
}

fn page(max_records: Option<i64>, marker: Option<&str>) -> Paging {
    Paging { max_records, marker: marker.map(str::to_owned) }
}

#[test]
fn every_filter_finds_what_it_is_for_and_no_other_filter_is_taken() {
    let stage = stage();
    for (operation, list, filters) in LISTINGS {
        for (name, value, expected) in *filters {
            let found = list(&stage, vec![filter(name, &[value])], Paging::default()).unwrap().items;
            assert_eq!(found.len(), *expected, "{operation} {name}={value}: {found:?}");
            // Any of the values matches; every filter must.
            let either = list(&stage, vec![filter(name, &["nothing", value])], Paging::default()).unwrap().items;
            assert_eq!(either, found, "{operation} {name}");
            let both = vec![filter(name, &[value]), filter(name, &["nothing"])];
            assert!(list(&stage, both, Paging::default()).unwrap().items.is_empty(), "{operation} {name}");
        }
        for odd in ["colour", "", "Engine"] {
            let refused = list(&stage, vec![filter(odd, &["x"])], Paging::default());
            assert_eq!(refused.map(|_| ()), Err("InvalidParameterValue"), "{operation} {odd:?}");
        }
    }
}

#[test]
fn every_page_has_its_limits() {
    let stage = stage();
    for (operation, list, _) in LISTINGS {
        let longest = if *operation == "DescribeOrderableDBInstanceOptions" { 1000 } else { 100 };
        for (records, legal) in [(-1, false), (0, false), (19, false), (20, true), (longest, true), (longest + 1, false)] {
            let listed = list(&stage, Vec::new(), page(Some(records), None)).map(|page| page.items.len());
            let expected = if legal { Ok(true) } else { Err("InvalidParameterValue") };
            assert_eq!(listed.map(|length| i64::try_from(length).unwrap() <= records), expected, "{operation} {records}");
        }
        for marker in ["", "made-up", "0", "bWFya2Vy", "bWFya2Vyzzzzzzzz", "bWFya2Vy+0000014", "bWFya2Vy000000014"] {
            let refused = list(&stage, Vec::new(), page(None, Some(marker)));
            assert_eq!(refused.map(|_| ()), Err("InvalidParameterValue"), "{operation} {marker:?}");
        }
    }
}

#[test]
fn all_pages_together_are_the_whole() {
    let stage = common::stage();
    for i in 0..45 {
        let request =
            CreateDbClusterSnapshot { identifier: format!("snapshot-{i:02}"), ..common::create_cluster_snapshot(&stage) };
        stage.fake.call(&stage.source, &request).unwrap();
        let available = |it: &str| common::cluster_snapshot_status(&stage, it).as_deref() == Some("available");
        assert!(stage.advance_until(|_| available(&request.identifier)));
    }
    for (operation, list, _) in LISTINGS {
        let (mut found, mut pages, mut marker) = (Vec::new(), 0, None);
        loop {
            let page = list(&stage, Vec::new(), page(Some(20), marker.as_deref())).unwrap();
            found.extend(page.items);
            pages += 1;
            marker = page.marker;
            if marker.is_none() {
                break;
            }
        }
        // A default page holds a hundred, and nothing here is longer but the events.
        let whole = list(&stage, Vec::new(), Paging::default()).unwrap().items;
        assert_eq!(found[..whole.len()], whole, "{operation}");
        assert_eq!(pages, found.len().div_ceil(20).max(1), "{operation}");
        let long = ["DescribeDBClusterSnapshots", "DescribeEvents", "DescribeOrderableDBInstanceOptions"];
        assert_eq!(pages > 1, long.contains(operation), "{operation}: {pages}");
    }
}

#[test]
fn a_marker_survives_what_is_deleted_meanwhile() {
    let stage = stage();
    let options = |paging| {
        let request = DescribeOrderableDbInstanceOptions { engine: "postgres".into(), paging, ..Default::default() };
        stage.fake.call(&stage.source, &request).unwrap()
    };
    let marker = options(page(Some(20), None)).marker.unwrap();
    stage.fake.world().at_mut(&stage.source.place()).orderable.clear();
    let rest = options(page(Some(20), Some(&marker)));
    assert_eq!((rest.items.len(), rest.marker), (0, None));
}

#[test]
fn a_page_begins_after_the_one_before_whatever_was_deleted_meanwhile() {
    let stage = common::stage();
    for i in 0..25 {
        let request = CreateDbClusterSnapshot { identifier: format!("s-{i:02}"), ..common::create_cluster_snapshot(&stage) };
        stage.fake.call(&stage.source, &request).unwrap();
        assert!(stage.advance_until(|_| common::cluster_snapshot_status(&stage, &request.identifier).unwrap() == "available"));
    }
    let manual = |paging| {
        let request = DescribeDbClusterSnapshots { snapshot_type: Some("manual".into()), paging, ..Default::default() };
        let page = stage.fake.call(&stage.source, &request).unwrap();
        (page.items.into_iter().map(|it| it.identifier).collect::<Vec<_>>(), page.marker)
    };
    let (first, marker) = manual(page(Some(20), None));
    assert_eq!((first.len(), first[19].as_str()), (20, "s-19"));
    for gone in ["s-00", "s-19", "s-21"] {
        stage.fake.call(&stage.source, &DeleteDbClusterSnapshot { identifier: gone.into() }).unwrap();
    }
    assert!(stage.advance_until(|_| common::cluster_snapshot_status(&stage, "s-21").is_none()));
    assert_eq!(manual(page(Some(20), marker.as_deref())), (["s-20", "s-22", "s-23", "s-24"].map(String::from).to_vec(), None));
}

#[test]
fn a_page_of_shared_snapshots_follows_the_callers_own() {
    let stage = common::stage();
    common::go_through(&stage, 6);
    let original = common::snapshot(&stage, &stage.destination, common::COPY).unwrap();
    {
        let mut world = stage.fake.world();
        let place = stage.destination.place();
        for i in 0..25 {
            let identifier = format!("z-{i:02}");
            let copy = DbSnapshot { arn: place.arn("snapshot", &identifier), identifier, ..original.clone() };
            world.at_mut(&place).snapshots.insert(copy.identifier.clone(), copy);
        }
    }
    let all = |paging| {
        let request = DescribeDbSnapshots { include_shared: Some(true), paging, ..Default::default() };
        let page = stage.fake.call(&stage.destination, &request).unwrap();
        (page.items.into_iter().map(|it| it.identifier).collect::<Vec<_>>(), page.marker)
    };
    let (mut found, marker) = all(page(Some(20), None));
    found.extend(all(page(Some(20), marker.as_deref())).0);
    assert_eq!(found, all(Paging::default()).0);
    assert_eq!((found.len(), found.last().unwrap()), (27, &common::shared_arn()));
}

#[test]
fn a_page_of_events_begins_after_the_one_before_when_the_oldest_are_forgotten() {
    let stage = common::stage();
    common::go_through(&stage, 3);
    let events = |paging| {
        let request = DescribeEvents { minutes: Some(20_160), paging, ..Default::default() };
        stage.fake.call(&stage.source, &request).unwrap()
    };
    let whole = events(Paging::default()).items;
    let first = events(page(Some(20), None));
    let last = first.items[19].date;
    // At once older than fourteen days: what is on the first page, or most of it.
    stage.advance((last + Duration::from_hours(14 * 24)).since(stage.fake.clock().now()));
    let rest = events(page(Some(20), first.marker.as_deref())).items;
    assert_eq!(rest[0], whole[20]);
}

#[test]
fn a_page_of_grants_begins_after_the_one_before_whatever_was_revoked_meanwhile() {
    let stage = common::stage();
    let key = stage.source_key.clone();
    let ids: Vec<String> = (0..5)
        .map(|i| {
            let create = CreateGrant {
                key: key.clone(),
                grantee: format!("arn:aws:iam::{}:root", stage.destination.account),
                operations: vec!["Decrypt".into()],
                name: Some(format!("grant-{i}")),
                ..Default::default()
            };
            stage.fake.call(&stage.source, &create).unwrap().id
        })
        .collect();
    stage.advance(Duration::from_mins(10));
    let grants = |paging| {
        let page = stage.fake.call(&stage.source, &ListGrants { key: key.clone(), paging, ..Default::default() }).unwrap();
        (page.items.into_iter().map(|it| it.id).collect::<Vec<_>>(), page.marker)
    };
    let whole = grants(Paging::default()).0;
    assert_eq!(whole.iter().filter(|id| ids.contains(id)).count(), 5);
    let (first, marker) = grants(page(Some(2), None));
    assert_eq!(first, whole[..2]);
    let gone = whole[..2].iter().find(|id| ids.contains(id)).unwrap();
    stage.fake.call(&stage.source, &RevokeGrant { key: key.clone(), grant_id: gone.clone(), ..Default::default() }).unwrap();
    assert_eq!(grants(page(Some(100), marker.as_deref())).0, whole[2..]);
}
