//! What a plan says of itself before anything is done, held against what a run then does.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::preview::Preview;
use rds_refresh_core::request::{Request, SourceRequest};
use rds_refresh_core::step::Side;
use rds_refresh_core::{Context, Driver, Facts, Machine, MemoryStore, OnFailure, Worker, steps};
use rds_refresh_testkit::{Stage, TwoAccounts};
use serde_json::Value;

fn plan(stage: &TwoAccounts) -> (Machine, Worker) {
    let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
    let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
    steps::refresh(&source, &destination).build().unwrap()
}

fn preview(stage: &TwoAccounts, request: Request) -> Preview {
    let (machine, worker) = plan(stage);
    let context = Context::new("nightly".parse().unwrap(), stage.fake.clock().now());
    worker.preview(&machine, &request.into_facts().unwrap(), &context).unwrap()
}

#[test]
fn every_step_says_where_it_acts_and_how_long_it_takes() {
    let stage = Stage::two_accounts(1);
    let preview = preview(&stage, stage.request("staging").build().unwrap());
    let steps: Vec<(&str, Option<Side>, u64)> = preview
        .steps
        .iter()
        .map(|step| (step.step.as_str(), step.forecast.side, step.forecast.expected.unwrap().as_secs()))
        .collect();
    let (source, destination) = (Some(Side::Source), Some(Side::Destination));
    assert_eq!(
        steps,
        [
            ("snapshot-cluster", source, 480),
            ("restore-temporary-instance", source, 720),
            ("snapshot-instance", source, 360),
            ("encrypt-snapshot", source, 0),
            ("share-snapshot", source, 1),
            ("hand-over", source, 0),
            ("release-temporary-instance", source, 0),
            ("copy-snapshot", destination, 900),
            ("acknowledge", destination, 0),
            ("restore-cluster", destination, 1200),
            ("settle", source, 30),
            ("await-temporary-instance-gone", source, 0),
        ]
    );
    assert_eq!(preview.expected(), Duration::from_secs(3691));
}

/// What is said to be made is what is made; what is said to remain is what remains.
#[tokio::test]
async fn a_run_makes_and_leaves_what_was_said() {
    for keep in [false, true] {
        let stage = Stage::two_accounts(1);
        let mut request = serde_json::to_value(stage.request("staging").build().unwrap()).unwrap();
        request["source"]["keep_snapshots"] = Value::from(keep);
        let request = Request::try_from(request).unwrap();
        let preview = preview(&stage, request.clone());

        let (machine, worker) = plan(&stage);
        let clock = Arc::new(stage.fake.clock().clone());
        let driver = Driver::new(machine, worker, Arc::new(MemoryStore::new()), clock);
        driver.start("nightly".parse().unwrap(), request.into_facts().unwrap(), OnFailure::default()).await.unwrap();

        let mut world = stage.fake.world();
        world.settle();
        let mut exists: Vec<String> = world.resources().iter().map(ToString::to_string).collect();
        let was_there = |resource: &String| resource.contains(" rds:") || resource.contains("orders-production in");
        exists.retain(|resource| !was_there(resource));
        let mut said: Vec<String> = preview.remaining().map(ToString::to_string).collect();
        said.sort();
        exists.sort();
        assert_eq!(exists, said, "keep_snapshots = {keep}");

        let made: Vec<&str> =
            preview.steps.iter().flat_map(|step| &step.forecast.makes).map(|resource| resource.id.as_str()).collect();
        let shares = |id: &str| id.ends_with(":222222222222");
        for id in made.into_iter().filter(|id| !shares(id)) {
            assert!(world.journal().iter().any(|entry| entry.took_effect && entry.resource == id), "{id}");
        }
    }
}

#[test]
fn a_snapshot_that_the_request_names_is_not_made_and_takes_no_time() {
    let stage = Stage::two_accounts(1);
    let mut request = serde_json::to_value(stage.request("staging").build().unwrap()).unwrap();
    request["source"]["snapshot"] = serde_json::json!({ "named": "of-monday" });
    let first = &preview(&stage, Request::try_from(request).unwrap()).steps[0];
    assert_eq!((first.forecast.makes.len(), first.forecast.expected), (0, Some(Duration::ZERO)));
}

#[test]
fn the_facts_must_be_those_of_the_plan() {
    let stage = Stage::two_accounts(1);
    let (machine, worker) = plan(&stage);
    let mut facts = Facts::new();
    facts.insert::<SourceRequest>(stage.request("staging").build().unwrap().source()).unwrap();
    let context = Context::new("nightly".parse().unwrap(), stage.fake.clock().now());
    let error = worker.preview(&machine, &facts, &context).unwrap_err();
    assert!(error.to_string().contains("destination-request"), "{error}");
}
