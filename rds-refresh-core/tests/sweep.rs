//! What a sweep finds, and what becomes of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod common;

use std::collections::BTreeMap;

use common::*;
use rds_refresh_core::ResourceKind;
use rds_refresh_core::ports::{DbInstance, DbSnapshot, Grant, Tags};
use rds_refresh_core::resource::{EXPIRES_TAG, OWNER_TAG};
use rds_refresh_core::sweep::{Fate, Finding, Holdings, Known, decide};

const NOW: &str = "2026-12-23T09:00:00Z";

fn tags(owner: &str, expires: &str) -> Tags {
    let mut tags = Tags::from([(OWNER_TAG.to_owned(), owner.to_owned())]);
    if !expires.is_empty() {
        tags.insert(EXPIRES_TAG.to_owned(), expires.to_owned());
    }
    tags
}

fn snapshot(owner: &str, expires: &str) -> DbSnapshot {
    DbSnapshot { tags: tags(owner, expires), ..seen_snapshot() }
}

fn holding(snapshots: Vec<DbSnapshot>) -> Holdings {
    Holdings {
        account: "111111111111".parse().unwrap(),
        region: "eu-west-1".parse().unwrap(),
        instances: Vec::new(),
        snapshots,
        cluster_snapshots: Vec::new(),
        grants: Vec::new(),
    }
}

fn found(snapshot: DbSnapshot, known: &Known) -> Option<Finding> {
    decide(&[holding(vec![snapshot])], known, at(NOW)).pop()
}

#[test]
fn only_what_a_run_made_for_the_way_and_shows_it_is_found() {
    let expired = "2026-12-01T00:00:00Z";
    let rows = [
        ("r1/handover/orders-r1-s1", true),
        ("r1/scratch/orders-r1-s1", true),
        // A result, whatever its time.
        ("r1/result/orders-r1-s1", false),
        // Inherited from another resource.
        ("r1/handover/orders-r1-t1", false),
        ("r1/scratch/orders", false),
        // Nobody's.
        ("", false),
        ("r1", false),
        ("r1/handover", false),
        ("r1/guest/orders-r1-s1", false),
        ("R 1/handover/orders-r1-s1", false),
        ("r1/handover/orders-r1-s1 ", false),
    ];
    for (owner, is_found) in rows {
        assert_eq!(found(snapshot(owner, expired), &Known::new()).is_some(), is_found, "{owner}");
    }
    let untagged = DbSnapshot { tags: Tags::new(), ..seen_snapshot() };
    assert_eq!(found(untagged, &Known::new()), None);
}

#[test]
fn a_member_of_a_cluster_is_never_found_though_a_tag_is_forged_on_it() {
    let forged = DbInstance { tags: tags("r1/scratch/orders-r1-t1", "2026-12-01T00:00:00Z"), ..seen_instance() };
    let member = DbInstance { cluster: Some("orders".into()), ..forged.clone() };
    let holdings = |instance| Holdings { instances: vec![instance], ..holding(Vec::new()) };
    assert_eq!(decide(&[holdings(forged)], &Known::new(), at(NOW)).len(), 1);
    assert_eq!(decide(&[holdings(member)], &Known::new(), at(NOW)), []);
}

#[test]
fn its_fate() {
    let (ended, live, unknown) = (BTreeMap::from([(run(), false)]), BTreeMap::from([(run(), true)]), Known::new());
    let rows = [
        (&unknown, "2026-12-23T09:00:00Z", "available", Fate::Expired { at: at(NOW) }),
        (&ended, "2026-12-23T09:00:00Z", "available", Fate::Expired { at: at(NOW) }),
        (&ended, "2026-12-23T09:00:00Z", "failed", Fate::Expired { at: at(NOW) }),
        (&ended, "2026-12-23T09:00:01Z", "available", Fate::Kept { until: at("2026-12-23T09:00:01Z") }),
        (&live, "2026-12-01T00:00:00Z", "available", Fate::Live),
        (&live, "", "available", Fate::Live),
        (&ended, "2026-12-01T00:00:00Z", "deleting", Fate::Deleting),
        (&ended, "", "available", Fate::Timeless),
        (&unknown, "soon", "available", Fate::Timeless),
    ];
    for (known, expires, status, fate) in rows {
        let snapshot = DbSnapshot { status: status.into(), ..snapshot("r1/handover/orders-r1-s1", expires) };
        assert_eq!(found(snapshot, known).unwrap().fate, fate, "{expires} {status}");
    }
}

#[test]
fn what_is_being_copied_to_another_account_stays() {
    let expired = snapshot("r1/handover/orders-r1-s1", "2026-12-01T00:00:00Z");
    for (status, fate) in [
        ("creating", Fate::Copied),
        ("pending", Fate::Copied),
        ("recalibrating", Fate::Copied),
        ("available", Fate::Expired { at: at("2026-12-01T00:00:00Z") }),
        ("failed", Fate::Expired { at: at("2026-12-01T00:00:00Z") }),
    ] {
        let copy = DbSnapshot { status: status.into(), tags: Tags::new(), ..seen_copy() };
        let there = Holdings { account: "222222222222".parse().unwrap(), ..holding(vec![copy]) };
        let found = decide(&[holding(vec![expired.clone()]), there], &Known::new(), at(NOW));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].fate, fate, "{status}");
    }
}

#[test]
fn a_grant_is_a_runs_by_its_name_and_stays_as_long_as_what_the_run_shares() {
    let (ended, live, unknown) = (BTreeMap::from([(run(), false)]), BTreeMap::from([(run(), true)]), Known::new());
    let kept = at("2026-12-24T09:00:00Z");
    let rows = [
        (GRANT, &unknown, "", Some(Fate::Unneeded)),
        (GRANT, &ended, "", Some(Fate::Unneeded)),
        (GRANT, &live, "", Some(Fate::Live)),
        (GRANT, &ended, "2026-12-24T09:00:00Z", Some(Fate::Kept { until: kept })),
        (GRANT, &ended, "2026-12-01T00:00:00Z", Some(Fate::Unneeded)),
        (GRANT, &ended, "soon", Some(Fate::Timeless)),
        ("rds-refresh/r2/1", &ended, "2026-12-24T09:00:00Z", Some(Fate::Unneeded)),
        ("", &ended, "", None),
        ("rds-refresh", &ended, "", None),
        ("rds-refresh/r1", &ended, "", None),
        ("rds-refresh/r1/one", &ended, "", None),
        ("somebody/r1/1", &ended, "", None),
    ];
    for (name, known, expires, fate) in rows {
        let snapshots = if expires.is_empty() { Vec::new() } else { vec![snapshot("r1/handover/orders-r1-s1", expires)] };
        let grant = Grant { name: name.into(), ..seen_grant() };
        let holdings = Holdings { grants: vec![(KEY.parse().unwrap(), grant)], ..holding(snapshots) };
        let found = decide(&[holdings], known, at(NOW));
        let of_grant = found.iter().find(|found| found.resource.kind == ResourceKind::KmsGrant);
        assert_eq!(of_grant.map(|found| found.fate.clone()), fate, "{name:?} {expires}");
        if let Some(found) = of_grant {
            assert_eq!(found.resource.id, format!("{KEY}#{name}"));
            assert_eq!(found.is_expired(), found.fate == Fate::Unneeded);
        }
    }
}

#[test]
fn age_and_size_say_what_it_keeps() {
    let made = DbSnapshot {
        created_at: Some(at("2026-12-08T09:00:00Z")),
        allocated_storage: Some(500),
        ..snapshot("r1/handover/orders-r1-s1", "2026-12-15T09:00:00Z")
    };
    let months = found(made.clone(), &Known::new()).unwrap().gib_months().unwrap();
    assert!((months - 250.0).abs() < 1e-9, "{months}");
    // What is not known is not invented.
    for unknown in [DbSnapshot { created_at: None, ..made.clone() }, DbSnapshot { allocated_storage: None, ..made }] {
        assert_eq!(found(unknown, &Known::new()).unwrap().gib_months(), None);
    }
}
