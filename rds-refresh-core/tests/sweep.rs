//! What a sweep finds, and what becomes of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::*;
use rds_refresh_core::ResourceKind;
use rds_refresh_core::ports::{DbClusterSnapshot, DbInstance, DbSnapshot, Grant, Tags};
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
        unseen: BTreeSet::new(),
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
        // No snapshot of an instance is made for the run alone.
        ("r1/scratch/orders-r1-s1", false),
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

/// An instance and a member of the cluster that it was restored from.
fn with_member(instance: DbInstance) -> Holdings {
    let member = DbInstance { identifier: "orders-instance-1".into(), cluster: Some("orders".into()), ..DbInstance::default() };
    Holdings { instances: vec![member, instance], ..holding(Vec::new()) }
}

fn instance(owner: &str, expires: &str) -> DbInstance {
    DbInstance { tags: tags(owner, expires), ..seen_instance() }
}

#[test]
fn a_member_of_a_cluster_is_never_found_though_a_tag_is_forged_on_it() {
    let forged = instance("r1/scratch/orders-r1-t1", "2026-12-01T00:00:00Z");
    let member = DbInstance { cluster: Some("orders".into()), ..forged.clone() };
    assert_eq!(decide(&[with_member(forged)], &Known::new(), at(NOW)).len(), 1);
    assert_eq!(decide(&[with_member(member)], &Known::new(), at(NOW)), []);
}

/// Whoever may tag can give a database a run's tag. Its name tells: it is none that the run could have given, in this role, to this kind.
#[test]
fn what_a_run_could_not_have_named_is_never_found_though_its_tag_is_forged() {
    let expired = "2026-12-01T00:00:00Z";
    for (run, role, name, is_found) in [
        ("r1", "scratch", "orders-r1-t1", true),
        ("r1", "scratch", "orders-r1-t2", true),
        ("x", "scratch", "reporting-production", false),
        ("r1", "scratch", "orders", false),
        ("r1", "scratch", "orders-r1", false),
        ("r2", "scratch", "orders-r1-t1", false),
        ("1", "scratch", "orders-r1-t1", false),
        ("r1", "handover", "orders-r1-t1", false),
        ("r1", "scratch", "orders-r1-t0", false),
        ("r1", "scratch", "orders-r1-t01", false),
        ("r1", "scratch", "orders-r1-c1", false),
        ("r1", "scratch", "orders-r1-s1", false),
    ] {
        let named = DbInstance { identifier: name.into(), ..instance(&format!("{run}/{role}/{name}"), expired) };
        assert_eq!(decide(&[with_member(named)], &Known::new(), at(NOW)).len(), usize::from(is_found), "{run} {role} {name}");
    }
    for (name, is_found) in [("orders-r1-s1", true), ("orders-r1-k1", true), ("orders-r1-t1", false), ("orders-r1-c1", false)] {
        let named = DbSnapshot { identifier: name.into(), ..snapshot(&format!("r1/handover/{name}"), expired) };
        assert_eq!(found(named, &Known::new()).is_some(), is_found, "{name}");
    }
    for (name, cluster, is_found) in [
        ("orders-r1-c1", "orders", true),
        ("orders-r1-c1", "reporting", false),
        ("orders-r1-c1", "orders-production", false),
        ("orders-r1-s1", "orders", false),
    ] {
        let named = DbClusterSnapshot {
            identifier: name.into(),
            cluster: cluster.into(),
            tags: tags(&format!("r1/scratch/{name}"), expired),
            ..seen_cluster_snapshot()
        };
        let holdings = Holdings { cluster_snapshots: vec![named], ..holding(Vec::new()) };
        assert_eq!(decide(&[holdings], &Known::new(), at(NOW)).len(), usize::from(is_found), "{name} of {cluster}");
    }
}

/// A backup that somebody took of production, under a name like a run's, with a run's tag forged on it.
#[test]
fn a_snapshot_of_anything_but_the_runs_own_is_never_found() {
    let expired = "2026-12-01T00:00:00Z";
    let copied = |from: &str| Some(format!("arn:aws:rds:eu-west-1:111111111111:snapshot:{from}"));
    for (instance, copied_from, is_found) in [
        ("orders-r1-t1", None, true),
        ("orders-r1-t7", None, true),
        ("reporting-production", None, false),
        ("orders-r2-t1", None, false),
        ("orders-r1-t1", copied("orders-r1-s1"), true),
        ("orders-r1-t1", copied("orders-r1-k1"), true),
        ("orders-r1-t1", copied("orders-r2-s1"), false),
        ("orders-r1-t1", copied("reporting-of-monday"), false),
        ("orders-r1-t1", Some("rds:reporting".to_owned()), false),
    ] {
        let copy = DbSnapshot {
            instance: instance.into(),
            copied_from: copied_from.clone(),
            tags: tags("r1/handover/staging-r1-d1", expired),
            ..seen_copy()
        };
        assert_eq!(found(copy, &Known::new()).is_some(), is_found, "{instance} {copied_from:?}");
    }
}

#[test]
fn nothing_older_than_its_run_is_found() {
    const NAME: &str = "orders-20261123-081500-7f3a9c2e-s1";
    for (made, is_found) in [("2026-11-23T08:00:00Z", true), ("2026-11-23T07:59:59Z", false)] {
        let snapshot = DbSnapshot {
            identifier: NAME.into(),
            instance: "orders-20261123-081500-7f3a9c2e-t1".into(),
            created_at: Some(at(made)),
            ..snapshot(&format!("20261123-081500-7f3a9c2e/handover/{NAME}"), "2026-12-01T00:00:00Z")
        };
        assert_eq!(found(snapshot, &Known::new()).is_some(), is_found, "{made}: clocks differ by a quarter of an hour at most");
    }
}

#[test]
fn what_no_run_makes_like_this_is_for_a_person_to_decide() {
    let expired = "2026-12-01T00:00:00Z";
    for (made, doubt) in [
        (None, ""),
        (Some("2026-11-30T23:59:59Z"), ""),
        (Some("2026-12-01T00:00:00Z"), "after its expiry"),
        (Some("2026-12-20T00:00:00Z"), "after its expiry"),
        // 366 days, the longest time that a request may ask for, and a quarter of an hour between clocks.
        (Some("2025-11-29T23:45:00Z"), ""),
        (Some("2025-11-29T23:44:59Z"), "later than a run sets it"),
    ] {
        let snapshot = DbSnapshot { created_at: made.map(at), ..snapshot("r1/handover/orders-r1-s1", expired) };
        let found = found(snapshot, &Known::new()).unwrap();
        let why = if let Fate::Doubtful { why } = &found.fate { why } else { "" };
        assert!(why.contains(doubt) && why.is_empty() == doubt.is_empty(), "{made:?}: {found:?}");
        assert_eq!(found.is_expired(), doubt.is_empty(), "{made:?}");
    }
    let restored = instance("r1/scratch/orders-r1-t1", expired);
    let protected = DbInstance { deletion_protection: true, ..restored.clone() };
    let alone = Holdings { instances: vec![restored.clone()], ..holding(Vec::new()) };
    let with_snapshot = Holdings { cluster_snapshots: vec![seen_cluster_snapshot()], ..alone.clone() };
    for (holdings, doubt) in [
        (with_member(restored), ""),
        (with_snapshot, ""),
        (with_member(protected), "it is protected"),
        (alone, "there is no DB cluster"),
    ] {
        let found = decide(&[holdings], &Known::new(), at(NOW)).remove(0);
        let why = if let Fate::Doubtful { why } = &found.fate { why } else { "" };
        assert!(why.starts_with(doubt) && why.is_empty() == doubt.is_empty(), "{doubt}: {found:?}");
    }
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

/// A copy that nobody sees may be on its way: what another account copies stays, and the grant that the copy needs.
#[test]
fn what_may_be_being_copied_stays() {
    let expired = "2026-12-01T00:00:00Z";
    let fate = Fate::Expired { at: at(expired) };
    let names = ["orders-r1-s1", "orders-r1-k1", "orders-r1-d1"];
    let snapshots = names.map(|name| DbSnapshot { identifier: name.into(), ..snapshot(&format!("r1/handover/{name}"), expired) });
    let cluster_snapshot = DbClusterSnapshot { tags: tags("r1/scratch/orders-r1-c1", expired), ..seen_cluster_snapshot() };
    let here = Holdings {
        cluster_snapshots: vec![cluster_snapshot],
        grants: vec![(KEY.parse().unwrap(), seen_grant())],
        ..holding(snapshots.to_vec())
    };
    let there = |unseen: &[ResourceKind]| Holdings {
        account: "222222222222".parse().unwrap(),
        unseen: unseen.iter().copied().collect(),
        ..holding(Vec::new())
    };
    let fates = |accounts: &[Holdings]| -> Vec<Fate> {
        decide(accounts, &Known::new(), at(NOW)).into_iter().map(|found| found.fate).collect()
    };
    let all_expired = [vec![fate.clone(); 4], vec![Fate::Unneeded]].concat();
    assert_eq!(fates(&[here.clone(), there(&[])]), all_expired);
    assert_eq!(fates(&[here.clone(), there(&[ResourceKind::DbInstance])]), all_expired);
    let blind = [Fate::CopiesUnseen, Fate::CopiesUnseen, fate.clone(), fate, Fate::CopiesUnseen];
    assert_eq!(fates(&[here, there(&[ResourceKind::DbSnapshot])]), blind);
    // And a grant, if nobody sees what its run shares.
    let grants = vec![(KEY.parse().unwrap(), seen_grant())];
    let here = Holdings { grants, unseen: [ResourceKind::DbSnapshot].into(), ..holding(Vec::new()) };
    assert_eq!(fates(&[here]), [Fate::CopiesUnseen]);
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
        ("rds-refresh/r1/01", &ended, "", None),
        ("rds-refresh/r1/+1", &ended, "", None),
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

#[test]
fn an_instance_comes_first_and_says_what_it_has_billed() {
    let restored = DbInstance {
        class: "db.r6g.large".into(),
        allocated_storage: Some(100),
        created_at: Some(at("2026-11-22T09:00:00Z")),
        ..instance("r1/scratch/orders-r1-t1", "2026-12-01T00:00:00Z")
    };
    let holdings =
        Holdings { snapshots: vec![snapshot("r1/handover/orders-r1-s1", "2026-12-01T00:00:00Z")], ..with_member(restored) };
    let found =
        decide(&[holding(vec![snapshot("r1/handover/orders-r1-s1", "2026-12-01T00:00:00Z")]), holdings], &Known::new(), at(NOW));
    let ids: Vec<&str> = found.iter().map(|found| found.resource.id.as_str()).collect();
    assert_eq!(ids, ["orders-r1-t1", "orders-r1-s1", "orders-r1-s1"]);
    assert_eq!((found[0].class.as_deref(), found[0].gib), (Some("db.r6g.large"), Some(100)));
    assert_eq!((found[0].instance_hours(), found[1].instance_hours()), (Some(31.0 * 24.0), None));
}

#[test]
fn what_has_failed_is_not_being_made() {
    for (status, is_being_made) in [
        ("creating", true),
        ("copying", true),
        ("pending", true),
        ("failed", false),
        ("incompatible-restore", false),
        ("available", false),
        ("deleting", false),
    ] {
        let without_age = DbSnapshot {
            status: status.into(),
            created_at: None,
            ..snapshot("r1/handover/orders-r1-s1", "2026-12-15T09:00:00Z")
        };
        assert_eq!(found(without_age.clone(), &Known::new()).unwrap().is_being_made(), is_being_made, "{status}");
        let made = DbSnapshot { created_at: Some(began()), ..without_age };
        assert!(!found(made, &Known::new()).unwrap().is_being_made(), "{status}");
    }
    let creating =
        DbInstance { status: "creating".into(), created_at: None, ..instance("r1/scratch/orders-r1-t1", "2026-12-15T09:00:00Z") };
    for (status, is_being_made) in [("creating", true), ("backing-up", true), ("incompatible-network", false)] {
        let instance = DbInstance { status: status.into(), ..creating.clone() };
        assert_eq!(decide(&[with_member(instance)], &Known::new(), at(NOW))[0].is_being_made(), is_being_made, "{status}");
    }
    let grants = vec![(KEY.parse().unwrap(), seen_grant())];
    assert!(!decide(&[Holdings { grants, ..holding(Vec::new()) }], &Known::new(), at(NOW))[0].is_being_made());
}
