//! Whose a resource is: every mark must be there, and any one that is wrong is enough.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use common::*;
use proptest::prelude::*;
use rds_refresh_core::ports::{Claim, DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, NotOwned};
use rds_refresh_core::resource::{OWNER_TAG, owner_tag};
use rds_refresh_core::{Role, RunId};

fn claim<'a>(run: &'a RunId, role: Role, identifier: &'a str, source: Option<&'a str>, kms_key: Option<&'a str>) -> Claim<'a> {
    Claim { run, role, identifier, began: began(), source, kms_key }
}

#[test]
fn what_shows_every_mark_is_ours() {
    let run = run();
    let of_cluster = claim(&run, Role::Scratch, CLUSTER_SNAPSHOT, Some("orders"), Some(KEY));
    assert_eq!(of_cluster.prove(seen_cluster_snapshot()).unwrap().observed(), &seen_cluster_snapshot());
    assert!(claim(&run, Role::Scratch, INSTANCE, None, Some(KEY)).prove(seen_instance()).is_ok());
    assert!(claim(&run, Role::Handover, SNAPSHOT, Some(INSTANCE), Some(KEY)).prove(seen_snapshot()).is_ok());
    assert!(claim(&run, Role::Handover, COPY, Some(SNAPSHOT_ARN), Some(DESTINATION_KEY)).prove(seen_copy()).is_ok());
    assert!(claim(&run, Role::Result, "staging", None, Some(DESTINATION_KEY)).prove(seen_restored_cluster()).is_ok());
}

#[test]
fn one_wrong_mark_is_enough() {
    let run = run();
    let claim = claim(&run, Role::Handover, SNAPSHOT, Some(INSTANCE), Some(KEY));
    let with = |change: &dyn Fn(&mut DbSnapshot)| {
        let mut snapshot = seen_snapshot();
        change(&mut snapshot);
        claim.prove(snapshot).unwrap_err()
    };
    let owner = |text: &str| NotOwned::Tag(text.to_owned());
    let tagged = |text: &'static str| with(&|it| it.tags = tag(text));
    let old = at("2026-11-23T07:44:59.999Z");
    let rows = [
        (with(&|it| it.identifier = "orders-r1-s2".into()), NotOwned::Identifier("orders-r1-s2".into())),
        (with(&|it| it.tags.clear()), NotOwned::Untagged("r1/handover/orders-r1-s1".into())),
        (tagged("r1/handover/orders"), owner("r1/handover/orders")),
        (tagged("r2/handover/orders-r1-s1"), owner("r2/handover/orders-r1-s1")),
        (tagged("r1/scratch/orders-r1-s1"), owner("r1/scratch/orders-r1-s1")),
        (tagged("r1/handover/orders-r1-s1 "), owner("r1/handover/orders-r1-s1 ")),
        (with(&|it| it.created_at = Some(old)), NotOwned::Age(old)),
        (with(&|it| it.instance = "orders".into()), NotOwned::Source("orders".into())),
        (with(&|it| it.copied_from = Some(COPY_ARN.into())), NotOwned::Source(COPY_ARN.into())),
        (with(&|it| it.kms_key = Some(OTHER_KEY.into())), NotOwned::Key(OTHER_KEY.into())),
        (with(&|it| it.kms_key = None), NotOwned::Key("no key".into())),
    ];
    for (found, expected) in rows {
        assert_eq!(found, expected);
    }
}

#[test]
fn a_member_of_a_cluster_is_never_ours() {
    let run = run();
    let member = DbInstance { cluster: Some("orders".into()), ..seen_instance() };
    let why = claim(&run, Role::Scratch, INSTANCE, None, None).prove(member).unwrap_err();
    assert_eq!(why, NotOwned::Member("orders".into()));
}

/// RDS lets instances inherit the tags of the snapshot that they are restored from, where it is given none.
#[test]
fn an_inherited_tag_proves_nothing() {
    let run = run();
    let inherited = DbCluster { tags: seen_copy().tags, ..seen_restored_cluster() };
    let why = claim(&run, Role::Result, "staging", None, None).prove(inherited).unwrap_err();
    assert_eq!(why, NotOwned::Tag("r1/handover/staging-r1-d1".into()));
}

#[test]
fn what_is_still_made_need_not_show_age_and_key() {
    let run = run();
    let claim = claim(&run, Role::Scratch, CLUSTER_SNAPSHOT, Some("orders"), Some(KEY));
    let young = |status: &str, kms_key: Option<&str>| DbClusterSnapshot {
        status: status.into(),
        kms_key: kms_key.map(str::to_owned),
        created_at: None,
        ..seen_cluster_snapshot()
    };
    assert!(claim.prove(young("creating", None)).is_ok());
    assert!(claim.prove(young("failed", None)).is_ok());
    assert_eq!(claim.prove(young("available", None)), Err(NotOwned::Key("no key".into())));
    assert_eq!(claim.prove(young("creating", Some(OTHER_KEY))), Err(NotOwned::Key(OTHER_KEY.into())));
}

#[test]
fn clocks_may_differ_by_a_quarter_of_an_hour() {
    let run = run();
    let claim = claim(&run, Role::Scratch, INSTANCE, None, None);
    for (made, ours) in [("2026-11-23T07:45:00Z", true), ("2026-11-23T07:44:59Z", false), ("2027-01-01T00:00:00Z", true)] {
        let instance = DbInstance { created_at: Some(at(made)), ..seen_instance() };
        assert_eq!(claim.prove(instance).is_ok(), ours, "{made}");
    }
}

proptest! {
    /// Whatever a tag says, only one text proves anything.
    #[test]
    fn no_other_tag_will_do(text in "(r1|r2|)/?(scratch|handover|result|)/?(orders-r1-t1|orders|)") {
        let run = run();
        let mut instance = seen_instance();
        instance.tags.insert(OWNER_TAG.to_owned(), text.clone());
        let ours = claim(&run, Role::Scratch, INSTANCE, None, Some(KEY)).prove(instance).is_ok();
        prop_assert_eq!(ours, text == owner_tag(&run, Role::Scratch, INSTANCE));
    }
}
