//! Sufficient: nothing is denied in any mode. Minimal: without any part of a policy something is.

use std::fmt::Write as _;

use crate::policies::{Part, Policies};
use crate::settings::{SETTINGS, Setting, World};

/// Parts that nothing in these modes needs, and why they are asked for all the same.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "Source ReadClusterSnapshots on arn:aws:rds:eu-west-1:111111111111:cluster:orders-production",
        "the cluster is a resource type of DescribeDBClusterSnapshots; the model asks for it where the call names it only",
    ),
    (
        "Destination ReadSnapshotCopies on arn:aws:rds:eu-west-1:111111111111:snapshot:orders-production-*-k*",
        "which of its snapshots the source shares, its request says, and not the destination's",
    ),
    ("Destination MakeSnapshotCopies on arn:aws:rds:eu-west-1:111111111111:snapshot:orders-production-*-k*", "the same"),
];

fn setting(name: &str) -> &'static Setting {
    SETTINGS.iter().find(|setting| setting.name == name).unwrap()
}

pub(crate) fn policies(setting: &Setting) -> Policies {
    let stage = World::Shared.stage();
    let key = setting.known_key.then_some(stage.source_key.as_str());
    Policies::of(&(setting.request)(&stage), &stage, key, &[])
}

/// What is denied first, in the modes of a setting in their order.
async fn first_denied(setting: &Setting, policies: &Policies) -> Option<String> {
    for (world, mode) in setting.modes {
        let denied = mode.play(*world, setting.request, policies).await;
        if let Some(first) = denied.first() {
            return Some(format!("{first} ({mode:?}, {world:?})"));
        }
    }
    None
}

async fn check(name: &str) {
    let setting = setting(name);
    let policies = policies(setting);
    assert_eq!(first_denied(setting, &policies).await, None, "{name}: the policies are not sufficient");
    let (mut table, mut superfluous) = (String::new(), Vec::new());
    for part in policies.parts() {
        match first_denied(setting, &policies.without(&part)).await {
            Some(denied) => writeln!(table, "{part}  ->  {denied}").unwrap(),
            None if is_excepted(&part) => writeln!(table, "{part}  ->  excepted").unwrap(),
            None => superfluous.push(part.to_string()),
        }
    }
    println!("{table}");
    assert!(superfluous.is_empty(), "{name}: nothing needs\n{}", superfluous.join("\n"));
}

fn is_excepted(part: &Part) -> bool {
    EXCEPTIONS.iter().any(|(excepted, _)| part.to_string() == *excepted)
}

#[tokio::test]
async fn of_a_new_snapshot() {
    check("a new snapshot").await;
}

#[tokio::test]
async fn of_an_automated_snapshot() {
    check("an automated snapshot").await;
}

#[tokio::test]
async fn of_a_named_snapshot() {
    check("a named snapshot").await;
}

#[tokio::test]
async fn of_a_key_to_share_with() {
    check("aws/rds and a key to share with").await;
}

#[tokio::test]
async fn of_all_that_can_be_named() {
    check("all that can be named").await;
}
