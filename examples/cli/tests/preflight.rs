//! What would fail a run hours later ends it before anything is made: the preflight at the head of `run`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use common::fake::Fake;
use rds_refresh_testkit::World;
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Strike};
use rds_refresh_testkit::world::{Operation, Place};
use serde_json::Value;

const WRONG: [&str; 6] = [
    "--set",
    "destination.cluster.subnet_group=narrow",
    "--set",
    "source.temporary.class=db.x9.large",
    "--kms-key",
    "alias/nothing",
];

fn status(fake: &Fake, run: &str) -> Value {
    serde_json::from_str(&fake.run(&["status", run, "--output", "json"]).with(0).out).unwrap()
}

#[test]
fn all_that_is_wrong_is_shown_before_anything_is_made() {
    let fake = Fake::at("manual");
    let refused = fake.run(&[&["run", "--run", "one"][..], &WRONG].concat()).with(1);
    for said in
        ["subnet-group", "instance-class", "destination-key", "3 things wrong, ", "failed one at check-accounts, after 0s"]
    {
        assert!(refused.err.contains(said), "{said}: {}", refused.err);
    }
    assert!(!refused.err.contains("\nok "), "what is well is `doctor`'s to show: {}", refused.err);
    assert_eq!(fake.mutations(), [""; 0]);

    let json = fake.run(&[&["run", "--run", "two", "--output", "json"][..], &WRONG].concat()).with(1).out;
    let outcome: Value = serde_json::from_str(json.lines().last().unwrap()).unwrap();
    assert_eq!((&outcome["failed_step"], &outcome["error_kind"]), (&"check-accounts".into(), &"invalid".into()));
    let wrong = outcome["preflight"]["findings"].as_array().unwrap().iter().filter(|finding| finding["level"] == "wrong");
    assert_eq!(wrong.count(), 3);

    // The corrected configuration goes on, and looks again.
    fake.run(&["amend", "one"]).with(0);
    fake.run(&["resume", "one"]).with(0);
    assert_eq!(fake.holds("222222222222", "clusters"), ["orders-staging"]);
}

#[test]
fn those_who_must_go_without() {
    let fake = Fake::at("manual");
    let narrow = ["run", "--run", "one", "--skip-preflight", "--set", "destination.cluster.subnet_group=narrow"];
    fake.run(&narrow).with(1);
    assert_eq!(status(&fake, "one")["failed_step"], "restore-cluster");
    // A run that was begun without one is taken up without one.
    fake.run(&["amend", "one"]).with(0);
    let resumed = fake.run(&["resume", "one", "--output", "json"]).with(0).out;
    assert!(!resumed.contains("check-accounts"), "{resumed}");
}

#[test]
fn each_half_begins_with_its_own() {
    let fake = Fake::at("manual");
    let source = ["run", "--run", "one", "--only", "source", "--handover", "handover.json"];
    fake.run(&[&source[..], &["--set", "source.temporary.class=db.x9.large"]].concat()).with(1);
    assert_eq!(status(&fake, "one")["failed_step"], "check-source");
    assert_eq!(fake.mutations(), [""; 0]);
    // What is wrong in the other account is not this half's to see.
    fake.run(&["amend", "one", "--set", "destination.cluster.subnet_group=narrow"]).with(0);
    fake.run(&["resume", "one"]).with(0);

    let made = fake.mutations().len();
    let there = ["--state-dir", "there"];
    let half = ["run", "--only", "destination", "--handover", "handover.json", "--acknowledgement", "acknowledgement.json"];
    let narrow = ["--set", "destination.cluster.subnet_group=narrow"];
    let refused = fake.run(&[&half[..], &there, &narrow].concat()).with(1);
    assert!(refused.err.contains("failed one at check-destination"), "{}", refused.err);
    // It knows the source from the hand-over.
    assert!(!refused.err.contains("engine version is not known"), "{}", refused.err);
    assert_eq!(fake.mutations().len(), made);
    fake.run(&[&["amend", "one"][..], &there].concat()).with(0);
    fake.run(&[&["resume", "one"][..], &there].concat()).with(0);

    // And the settlement of a half that was looked at first goes on with it.
    fake.run(&["settle", "one", "--acknowledgement", "acknowledgement.json"]).with(0);
    assert!(fake.holds("111111111111", "snapshots").is_empty());
}

/// Hours into a run there is no room for another instance any more: whoever goes on does not need it, and does not look.
#[test]
fn a_run_that_is_taken_up_is_not_looked_at_again() {
    let fake = Fake::at("manual");
    let once = Calls::of(Operation::CopyDbSnapshot).times(1);

    fake.ask("POST", "faults", &FaultScript::new().with(Fault::new(once, Strike::SnapshotQuota)).to_json());
    fake.run(&["run", "--run", "one"]).with(1);
    assert_eq!(status(&fake, "one")["failed_step"], "copy-snapshot");
    {
        let mut world = fake.world();
        let place = place_of(&world, "111111111111");
        world.at_mut(&place).quotas.instances = 3;
    }
    fake.run(&["doctor"]).with(1);
    fake.run(&["resume", "one"]).with(0);
}

#[test]
fn tags_that_an_organisation_demands_are_remembered() {
    let fake = Fake::at("manual");
    let refused = fake.run(&["run", "--run", "one", "--demanded-tag", "cost-centre"]).with(1);
    assert!(refused.err.contains("missing: cost-centre"), "{}", refused.err);
    fake.run(&["resume", "one"]).with(1);
    assert_eq!(fake.mutations(), [""; 0]);
    fake.run(&["amend", "one", "--tag", "cost-centre=1234"]).with(0);
    fake.run(&["resume", "one"]).with(0);
}

fn place_of(world: &World, account: &str) -> Place {
    world.places().map(|(place, _)| place.clone()).find(|place| place.account.as_str() == account).unwrap()
}

/// Nothing of it is encrypted: neither the cluster, nor its members, nor its backups.
fn unencrypted() -> Fake {
    let fake = Fake::at("manual");
    let mut world = fake.world();
    let place = place_of(&world, "111111111111");
    let holdings = world.at_mut(&place);
    holdings.clusters.values_mut().for_each(|it| it.kms_key = None);
    holdings.instances.values_mut().for_each(|it| it.kms_key = None);
    holdings.cluster_snapshots.values_mut().for_each(|it| it.kms_key = None);
    drop(world);
    fake
}

#[test]
fn an_unencrypted_source_is_refused_and_allowed_explicitly() {
    let fake = unencrypted();
    let refused = fake.run(&["run", "--run", "one"]).with(1);
    assert!(refused.err.contains("source-encryption") && refused.err.contains("source.allow_unencrypted,"), "{}", refused.err);
    let source = ["--set", "source.allow_unencrypted=true"];
    let half = fake.run(&[&["doctor"][..], &source].concat()).with(1).out;
    assert!(half.contains("destination.allow_unencrypted_source=true"), "{half}");
    assert_eq!(fake.mutations(), [""; 0]);

    let both = [&source[..], &["--set", "destination.allow_unencrypted_source=true"]].concat();
    fake.run(&[&["doctor"][..], &both].concat()).with(0);
    fake.run(&[&["run", "--run", "two"][..], &both].concat()).with(0);
    assert_eq!(fake.holds("222222222222", "clusters"), ["orders-staging"]);
    assert!(!fake.mutations().iter().any(|made| made.contains("Grant")));
    let world = fake.control("world");
    let cluster = &world["places"]["222222222222/eu-west-1"]["clusters"]["orders-staging"];
    assert!(cluster.to_string().contains(":key/"), "encrypted, as the copy it is restored from: {cluster}");
}
