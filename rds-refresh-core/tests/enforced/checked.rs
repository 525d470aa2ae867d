//! The checks before the first call, by roles that may do nothing else.

use std::sync::Arc;

use rds_refresh_core::preflight::{CheckAccounts, Reads};
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::{Machine, OnFailure, Plan, Worker, iam};

use crate::modes::{Denied, Play, denied, succeeds};
use crate::policies::{Policies, one};
use crate::settings::World;

/// What nothing here needs, and why it is asked for all the same.
const EXCEPTIONS: [(&str, &str); 2] = [
    ("ReadClusterSnapshots", "this request makes its snapshot; where it names one or wants an automated one, that is looked at"),
    ("ReadParameterGroup", "this request names none; where it does, that is looked at"),
];

fn plan(play: &Play) -> (Machine, Worker) {
    let reads = |caller| -> Arc<dyn Reads> { Arc::new(play.stage.fake.reads(caller)) };
    Plan::new()
        .given::<SourceRequest>()
        .given::<DestinationRequest>()
        .then(CheckAccounts::new(reads(play.stage.source.clone()), reads(play.stage.destination.clone())))
        .build()
        .unwrap()
}

fn play() -> Play {
    let stage = World::Private.stage();
    let request = stage.request("orders-staging").build().unwrap();
    Play::new(stage, request)
}

fn policies() -> Policies {
    let play = play();
    let (_, worker) = plan(&play);
    let asked = || worker.permissions().flat_map(|(_, asked)| asked);
    Policies {
        source: one(asked(), &iam::Scope::source(play.request.source())),
        destination: one(asked(), &iam::Scope::destination(play.request.destination())),
    }
}

/// Whether the checks find nothing wrong, and what they were denied: that is a thing they cannot see, and no reason to fail.
async fn checked(policies: &Policies) -> (bool, Denied) {
    let play = play();
    let begun = play.stage.fake.world().journal().len();
    policies.enforce(&play.stage);
    let ended = play.driver(plan(&play)).start(play.id.clone(), play.facts(), OnFailure::default()).await;
    (succeeds(&ended), denied(&play.stage, begun))
}

/// A dry run says what the role may do with the key by itself. These roles use it through RDS alone, so nothing is learned.
fn in_vain(denied: &str) -> bool {
    denied.starts_with("GenerateDataKeyWithoutPlaintext ")
}

#[tokio::test]
async fn the_checks_need_what_they_declare() {
    let policies = policies();
    let (is_fine, denied) = checked(&policies).await;
    assert!(is_fine && denied.iter().all(|denied| in_vain(denied)), "{denied:?}");
    let mut superfluous = Vec::new();
    for part in policies.parts() {
        let (_, denied) = checked(&policies.without(&part)).await;
        match denied.iter().find(|denied| !in_vain(denied)) {
            Some(denied) => println!("{part}  ->  {denied}"),
            None if EXCEPTIONS.iter().any(|(excepted, _)| part.to_string().contains(excepted)) => {}
            None => superfluous.push(part.to_string()),
        }
    }
    assert!(superfluous.is_empty(), "nothing needs\n{}", superfluous.join("\n"));
}
