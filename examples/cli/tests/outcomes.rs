//! What is said of a run that did not succeed: what is still there, what that means, and what to do next.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::fake::Fake;
use rds_refresh_core::resource::{OWNER_TAG, Role, owner_tag};
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Incident, Strike};
use rds_refresh_testkit::world::{Operation, Place};
use serde_json::{Value, json};

const NARROW: [&str; 6] = ["run", "--run", "one", "--skip-preflight", "--set", "destination.cluster.subnet_group=narrow"];

fn status(fake: &Fake) -> Value {
    serde_json::from_str(&fake.run(&["status", "one", "--output", "json"]).with(0).out).unwrap()
}

#[track_caller]
fn says(text: &str, said: &str) {
    assert!(text.contains(said), "{said}\nis not in\n{text}");
}

#[test]
fn a_cluster_that_a_cancel_keeps_bills_and_is_not_called_undone() {
    let fake = Fake::at("manual");
    // The run is parked while its cluster is made, and cancelled then: RDS deletes no cluster that it is making.
    let calls = Calls::of(Operation::DescribeDbClusters).about("orders-staging").after(2);
    fake.world().arm(FaultScript::new().with(Fault::new(calls, Strike::Denied)));
    fake.run(&["run", "--run", "one", "--skip-preflight"]).with(3);
    let cancelled = fake.run(&["cancel", "one"]).with(0).err;
    says(&cancelled, "cancelled one at restore-cluster, after ");
    says(&cancelled, ": not all of it is undone\n");
    says(
        &cancelled,
        "still there, and bills until you remove it:\n  DB cluster orders-staging in 222222222222/eu-west-1\n    \
         aws --region eu-west-1 rds delete-db-cluster --db-cluster-identifier orders-staging --skip-final-snapshot\n\
         kept until it expires:\n  DB snapshot orders-staging-one-d1 in 222222222222/eu-west-1\n    \
         aws --region eu-west-1 rds delete-db-snapshot --db-snapshot-identifier orders-staging-one-d1\n",
    );
    says(
        &cancelled,
        "next: remove what bills, unless it is used or the run is to go on with it\n  \
         to take it up again: rds-refresh resume one\n",
    );
    assert!(!cancelled.contains("nothing"), "{cancelled}");

    let kept = &status(&fake)["kept"];
    assert_eq!((&kept[0]["kind"], &kept[0]["upkeep"]), (&json!("db-cluster"), &json!("bills")), "{kept}");
    assert_eq!(kept[1]["upkeep"], "expires");
    says(
        &fake.run(&["report", "one", "--html"]).with(0).out,
        "<td>still there, and bills until you remove it</td><td>DB cluster",
    );
    // And it is taken up.
    fake.run(&["resume", "one"]).with(0);
}

#[test]
fn a_cancel_that_leaves_what_expires_says_how_it_is_removed_sooner() {
    let fake = Fake::at("manual");
    let denied = Fault::new(Calls::of(Operation::CopyDbSnapshot).always(), Strike::Denied);
    fake.world().arm(FaultScript::new().with(denied));
    fake.run(&["run", "--run", "one", "--skip-preflight"]).with(3);
    let cancelled = fake.run(&["cancel", "one"]).with(0).err;
    says(&cancelled, ": undone\n");
    says(&cancelled, "    aws --region eu-west-1 rds delete-db-cluster-snapshot --db-cluster-snapshot-identifier ");
    says(&cancelled, "next: nothing; to take it up again: rds-refresh resume one\n");
}

#[test]
fn what_exposes_data_is_told_apart_from_what_expires() {
    let fake = Fake::at("manual");
    let failed = fake.run(&[&NARROW[..], &["--on-failure", "keep-all"]].concat()).with(1).err;
    says(&failed, "still there, and lets another account use the data until you remove it:\n  ");
    says(&failed, "    aws --region eu-west-1 rds modify-db-snapshot-attribute --db-snapshot-identifier ");
    says(&failed, "  take back what lets another account use the data, unless the run is to go on with it\n");
}

#[test]
fn programs_are_told_what_failed_and_what_is_next() {
    let fake = Fake::at("manual");
    let ended = fake.run(&[&NARROW[..], &["--output", "json"]].concat()).with(1).out;
    let outcome: Value = serde_json::from_str(ended.lines().last().unwrap()).unwrap();
    let told = ["error_kind", "operation", "code", "resource"].map(|field| outcome[field].as_str().unwrap());
    assert_eq!(told, ["invalid", "RestoreDBClusterFromSnapshot", "DBSubnetGroupDoesNotCoverEnoughAZs", "orders-staging"]);
    let next = json!([
        "correct the configuration, or make what is missing",
        "with the corrected configuration: rds-refresh amend one",
        "then: rds-refresh resume one",
    ]);
    assert_eq!(outcome["next"], next);
    assert_eq!(status(&fake)["next"], next);
}

#[test]
fn a_resource_that_lost_its_tag_gets_it_back_and_the_run_goes_on() {
    let fake = Fake::at("manual");
    let untag = Incident::Untag { resource: "orders-staging".into(), tag: OWNER_TAG.into() };
    let calls = Calls::of(Operation::RestoreDbClusterFromSnapshot);
    fake.world().arm(FaultScript::new().with(Fault::new(calls, Strike::Somebody { does: untag, after: Duration::ZERO })));
    let failed = fake.run(&["run", "--run", "one", "--skip-preflight"]).with(1).err;
    let tag = owner_tag(&"one".parse().unwrap(), Role::Result, "orders-staging");
    let put_back = format!(
        "if the run made it, put its tag back: aws --region eu-west-1 rds add-tags-to-resource \
         --resource-name arn:aws:rds:eu-west-1:222222222222:cluster:orders-staging --tags Key={OWNER_TAG},Value={tag}"
    );
    says(
        &failed,
        &format!("next: {put_back}\n  remove or rename what stands in the way, if it is not needed, or choose another name\n"),
    );
    // The name once, and twice in the command.
    let left = failed.lines().find(|line| line.starts_with("  DB cluster orders-staging in ")).unwrap();
    assert_eq!(left.matches("orders-staging").count(), 3, "{left}");
    assert_eq!(status(&fake)["resource"], "orders-staging");

    let account = fake.ready().accounts["destination"].account_id.clone();
    let place = Place { account, region: "eu-west-1".parse().unwrap() };
    fake.world().at_mut(&place).clusters.get_mut("orders-staging").unwrap().tags.insert(OWNER_TAG.into(), tag);
    fake.run(&["resume", "one"]).with(0);
}
