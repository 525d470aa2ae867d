//! The starter believes no event that it cannot check.
#![cfg(feature = "lambda")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use common::asl::{Execution, Status};
use common::{ACKNOWLEDGEMENTS, DESTINATION, SETTLE, SOURCE, World, arn, status_change};
use rds_refresh_lambda::starter::Answer;
use rds_refresh_lambda::{Mode, Refusal};
use serde_json::{Value, json};

/// A source half that has succeeded, and the event that tells of it.
async fn handed_over() -> (World, Execution, Value) {
    let mut world = World::new(1);
    let source = world.run(Mode::Source, "nightly", json!({})).await;
    assert!(matches!(source.status, Status::Succeeded(_)), "{:?}", source.status);
    let event = status_change(Mode::Source, &source);
    (world, source, event)
}

/// The event with another output.
fn with_output(event: &Value, change: impl FnOnce(&mut Value)) -> Value {
    let mut event = event.clone();
    let mut output: Value = serde_json::from_str(event["detail"]["output"].as_str().unwrap()).unwrap();
    change(&mut output);
    event["detail"]["output"] = output.to_string().into();
    event
}

fn with(event: &Value, at: &str, value: Value) -> Value {
    let mut event = event.clone();
    *event.pointer_mut(at).unwrap() = value;
    event
}

#[tokio::test]
async fn the_destination_starts_from_nothing_but_a_hand_over_of_its_source() {
    let (world, _, event) = handed_over().await;
    let handover = |change: fn(&mut Value)| with_output(&event, |output| change(&mut output["handover"]));
    let hostile = [
        ("another account sends it", with(&event, "/account", "333333333333".into()), "none of the state machines"),
        ("another Region sends it", with(&event, "/region", "eu-west-2".into()), "none of the state machines"),
        (
            "another account's state machine",
            with(&event, "/detail/stateMachineArn", SOURCE.replace("111111111111", "333333333333").into()),
            "none of the state machines",
        ),
        (
            "another state machine of the source",
            with(&event, "/detail/stateMachineArn", SETTLE.into()),
            "none of the state machines",
        ),
        (
            "another partition",
            with(&event, "/detail/stateMachineArn", SOURCE.replace("arn:aws:", "arn:aws-cn:").into()),
            "none of the state machines",
        ),
        (
            "an execution of something else",
            with(&event, "/detail/executionArn", "arn:aws:states:eu-west-1:111111111111:execution:other:nightly".into()),
            "none of the state machines",
        ),
        ("another service sends it", with(&event, "/source", "aws.batch".into()), "is waited for"),
        ("another kind of event", with(&event, "/detail-type", "Step Functions Activity".into()), "is waited for"),
        ("its account is none", with(&event, "/account", "1".into()), "this is no event"),
        ("it is no event", json!("SUCCEEDED"), "this is no event"),
        ("it is no status change", with(&event, "/detail", json!([])), "no status change"),
        ("its output is missing", with(&event, "/detail/output", Value::Null), "does not include its output"),
        ("its output is no JSON", with(&event, "/detail/output", "{".into()), "cannot be read"),
        (
            "its output is oversized",
            with(&event, "/detail/output", format!("\"{}\"", "x".repeat(70_000)).into()),
            "none has more than",
        ),
        ("there is no hand-over", with_output(&event, |output| *output = json!({})), "no `handover`"),
        ("the hand-over is oversized", handover(|it| it["engine"] = "x".repeat(5000).into()), "none has more than 4096"),
        ("the hand-over has another schema", handover(|it| it["schema"] = 2.into()), "schema 2"),
        (
            "the snapshot is another account's",
            handover(|it| it["snapshot"] = "arn:aws:rds:eu-west-1:333333333333:snapshot:orders-production-nightly-s1".into()),
            "not `source_account`",
        ),
        (
            "the snapshot is in another Region",
            handover(|it| it["snapshot"] = "arn:aws:rds:us-east-1:111111111111:snapshot:orders-production-nightly-s1".into()),
            "not `source_region`",
        ),
        (
            "the snapshot is in another partition",
            handover(|it| it["snapshot"] = "arn:aws-cn:rds:cn-north-1:111111111111:snapshot:orders-production-nightly-s1".into()),
            "not `source_region`",
        ),
        (
            "the snapshot is a cluster",
            handover(|it| it["snapshot"] = "arn:aws:rds:eu-west-1:111111111111:cluster:orders-production".into()),
            "cannot be read",
        ),
        (
            "the key is another account's",
            handover(|it| it["kms_key"] = it["kms_key"].as_str().unwrap().replace("111111111111", "333333333333").into()),
            "not one of `source_keys`",
        ),
        ("the run is a path", handover(|it| it["run"] = "../other".into()), "cannot be read"),
        ("the hand-over is of last year", handover(|it| it["made_at"] = "2025-01-05T09:00:00.000Z".into()), "max_handover_age"),
        ("the hand-over is of next year", handover(|it| it["made_at"] = "2027-01-05T09:00:00.000Z".into()), "yet to come"),
    ];
    let starter = world.starter(Mode::Destination);
    for (what, event, says) in hostile {
        match starter.handle(event).await {
            Err(Refusal::Refused(why)) => assert!(why.contains(says), "{what}: {why}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    assert_eq!(*world.started.asked.lock().unwrap(), 0, "something was started");
    assert_eq!(starter.handle(event).await, Ok(Answer::Started("nightly".into())));
}

#[tokio::test]
async fn an_event_that_comes_twice_starts_one_execution() {
    let (world, _, event) = handed_over().await;
    for account in [Mode::Destination, Mode::Source] {
        let starter = world.starter(account);
        for _ in 0..2 {
            assert_eq!(starter.handle(event.clone()).await, Ok(Answer::Started("nightly".into())));
        }
    }
    assert_eq!(*world.started.asked.lock().unwrap(), 4);
    assert_eq!(world.started.executions.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn what_rides_along_with_a_hand_over_is_left_behind() {
    let (world, _, event) = handed_over().await;
    let event = with_output(&event, |output| {
        output["handover"]["cluster"] = "production".into();
        output["state"] = json!({ "anything": "else" });
    });
    world.starter(Mode::Destination).handle(event).await.unwrap();
    let input = world.started(Mode::Destination, "nightly");
    assert_eq!(input.as_object().unwrap().len(), 1);
    assert_eq!(input["handover"].get("cluster"), None);
}

#[tokio::test]
async fn statuses_that_nothing_follows_from_start_nothing() {
    let (world, _, event) = handed_over().await;
    for status in ["RUNNING", "PENDING_REDRIVE", "FAILED", "ABORTED"] {
        let answer = world.starter(Mode::Destination).handle(with(&event, "/detail/status", status.into())).await;
        assert_eq!(answer, Ok(Answer::Nothing("nothing follows from this status")), "{status}");
    }
    assert_eq!(*world.started.asked.lock().unwrap(), 0);
}

#[tokio::test]
async fn acknowledgements_are_those_of_the_destination() {
    let world = World::new(1);
    let event = json!({
        "source": "rds-refresh",
        "detail-type": "Acknowledgement",
        "account": "222222222222",
        "region": "eu-west-1",
        "detail": { "run": "nightly", "copy": "arn:aws:rds:eu-west-1:222222222222:snapshot:orders-staging-nightly-d1" },
    });
    let starter = world.starter(Mode::Source);
    for (what, event) in [
        ("another account", with(&event, "/account", "333333333333".into())),
        ("another Region", with(&event, "/region", "eu-west-2".into())),
        ("a copy elsewhere", with(&event, "/detail/copy", "arn:aws:rds:eu-west-1:333333333333:snapshot:orders".into())),
        ("no copy", with(&event, "/detail", json!({ "run": "nightly" }))),
        ("no run", with(&event, "/detail", json!({}))),
        ("nothing", with(&event, "/detail", Value::Null)),
    ] {
        let answer = starter.handle(event).await;
        assert!(matches!(answer, Err(Refusal::Refused(_))), "{what}: {answer:?}");
    }
    assert_eq!(*world.started.asked.lock().unwrap(), 0);
    // The destination is not told of its own.
    assert!(world.starter(Mode::Destination).handle(event.clone()).await.is_err());
    assert_eq!(starter.handle(event).await, Ok(Answer::Started("nightly".into())));
    let (recorded, input) = world.started.executions.lock().unwrap()[0].clone();
    assert_eq!(recorded, arn(ACKNOWLEDGEMENTS).execution("nightly"));
    assert_eq!(input["copy"], "arn:aws:rds:eu-west-1:222222222222:snapshot:orders-staging-nightly-d1");
}

#[tokio::test]
async fn that_the_destination_has_succeeded_is_an_acknowledgement_too() {
    let (mut world, source, _) = handed_over().await;
    world.tell(Mode::Destination, Mode::Source, &source).await.unwrap();
    let input = world.started(Mode::Destination, "nightly");
    let destination = world.run(Mode::Destination, "nightly", input).await;
    assert_eq!(world.tell(Mode::Source, Mode::Destination, &destination).await, Ok(Answer::Started("nightly".into())));
    let executions = world.started.executions.lock().unwrap();
    assert_eq!(executions.last().unwrap().0, arn(ACKNOWLEDGEMENTS).execution("nightly"));
}

#[tokio::test]
async fn a_run_that_the_program_cannot_go_on_with_is_left_to_a_person() {
    let (world, source, event) = handed_over().await;
    let event = with(&with(&event, "/detail/status", "FAILED".into()), "/detail/error", "RefreshPlanChanged".into());
    assert_eq!(source.arn, arn(SOURCE).execution("nightly"));
    assert!(matches!(world.starter(Mode::Source).handle(event).await, Err(Refusal::PlanChanged(_))));
    assert_eq!(*world.started.asked.lock().unwrap(), 0);
}

#[test]
fn only_state_machines_have_such_arns() {
    for wrong in [
        "",
        "rds-refresh-source",
        "arn:aws:states:eu-west-1:111111111111:execution:rds-refresh-source:nightly",
        "arn:aws:states:eu-west-1:111111111111:stateMachine:rds-refresh-source:1",
        "arn:aws:lambda:eu-west-1:111111111111:stateMachine:rds-refresh-source",
        "arn:aws:states:eu-west-1:1:stateMachine:rds-refresh-source",
    ] {
        assert!(wrong.parse::<rds_refresh_lambda::starter::StateMachineArn>().is_err(), "{wrong}");
    }
    assert_eq!(arn(DESTINATION).to_string(), DESTINATION);
}
