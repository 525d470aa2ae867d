//! Whole refreshes: the definitions, interpreted, drive the real ticks, and the real starters hand over.
#![cfg(feature = "lambda")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::World;
use common::asl::{Execution, Status, TaskError};
use rds_refresh_core::ErrorKind;
use rds_refresh_lambda::starter::Answer;
use rds_refresh_lambda::{Is, Mode, Output};
use rds_refresh_testkit::Stage;
use serde_json::{Value, json};

/// What is there before a refresh.
const PRODUCTION: &str = "DB cluster orders-production in 111111111111/eu-west-1";
const COPY: &str = "DB snapshot orders-staging-nightly-d1 in 222222222222/eu-west-1";
const RESULT: &str = "DB cluster orders-staging in 222222222222/eu-west-1";

/// A whole refresh, as events carry it from one execution to the next.
async fn refresh(world: &mut World) -> [Execution; 3] {
    let source = world.run(Mode::Source, "nightly", json!({})).await;
    assert!(matches!(source.status, Status::Succeeded(_)), "{:?}", source.status);
    for account in [Mode::Destination, Mode::Source] {
        assert_eq!(world.tell(account, Mode::Source, &source).await, Ok(Answer::Started("nightly".into())));
    }
    let [destination, settle] =
        [Mode::Destination, Mode::Settle].map(|mode| (mode, world.execution(mode, "nightly", world.started(mode, "nightly"))));
    let ended = world.run_together(vec![destination, settle]).await;
    let [destination, settle] = ended.try_into().unwrap_or_else(|_| unreachable!("there are two"));
    [source, destination, settle]
}

fn failed(execution: &Execution) -> &TaskError {
    match &execution.status {
        Status::Failed(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refresh_goes_through_both_accounts() {
    let mut world = World::new(1);
    let executions = refresh(&mut world).await;
    for execution in &executions {
        assert!(matches!(execution.status, Status::Succeeded(_)), "{:?}", execution.status);
    }
    assert_eq!(world.resources(), [COPY, PRODUCTION, RESULT]);
    // The settlement goes on beside the destination's half.
    let told = Mode::ALL.map(|mode| world.told().into_iter().filter(|told| told.starts_with(mode.as_str())).collect::<Vec<_>>());
    assert_eq!(
        told.concat(),
        [
            "source snapshot-cluster step",
            "source restore-temporary-instance step",
            "source snapshot-instance step",
            "source encrypt-snapshot step",
            "source share-snapshot step",
            "source hand-over step",
            "source release-temporary-instance succeeded",
            "destination copy-snapshot step",
            "destination acknowledge step",
            "destination restore-cluster succeeded",
            "settle await-acknowledgement step",
            "settle settle step",
            "settle await-temporary-instance-gone succeeded",
        ]
    );
    let transitions: u32 = executions.iter().map(|execution| execution.transitions).sum();
    for execution in &executions {
        let looks = execution.entered.iter().filter(|state| state.ends_with(": next")).count();
        println!("{}: {} transitions, {looks} looks", execution.arn, execution.transitions);
    }
    println!("{transitions} transitions, {} invocations, {} calls", world.invocations, world.stage.fake.world().journal().len());
    // What looking every 30 s costs, without waiting for the deletion, where everything takes its median.
    assert!(transitions < 382, "{transitions} transitions");
    for execution in &executions {
        let states = execution.history.iter().filter_map(|(_, passed)| passed.as_ref()?.get("state"));
        let largest = states.map(|state| state.to_string().len()).max().unwrap();
        println!("the largest state {largest} bytes, the largest payload {}", execution.largest);
        assert!(largest < 6 * 1024, "a state of {largest} bytes");
    }
}

#[tokio::test]
async fn the_input_names_another_cluster_and_another_run() {
    let mut world = World::new(1);
    let source = world
        .run(
            Mode::Source,
            "9d0f5c1e-7a5c-4b8e-9f0a-1b2c3d4e5f60",
            json!({"source_cluster_id": "no-such-cluster", "run": "by-hand"}),
        )
        .await;
    let error = failed(&source);
    assert_eq!(error.error, "RefreshFailed");
    assert!(error.cause.starts_with("snapshot-cluster: ") && error.cause.contains("no-such-cluster"), "{}", error.cause);
    assert!(world.told().contains(&"source snapshot-cluster failed".into()), "{:?}", world.told());
    assert_eq!(world.notices[0]["MessageAttributes"]["run"]["StringValue"], "by-hand");
}

#[tokio::test]
async fn a_wrong_input_is_refused_by_name_and_calls_nothing() {
    for (mode, input, says) in [
        (Mode::Source, json!({"source_cluster": "orders"}), "unknown field `source_cluster`"),
        (Mode::Source, json!({"source_cluster_id": "-"}), "source.cluster"),
        (Mode::Source, json!({"handover": {}}), "takes no `handover`"),
        (Mode::Source, json!({"event": "cancel"}), "needs the `state`"),
        (Mode::Destination, json!({}), "needs the source's `handover`"),
        (Mode::Destination, json!({"handover": {"schema": 1}}), "cannot be read"),
        (Mode::Settle, json!({}), "needs the `state`"),
    ] {
        let mut world = World::new(1);
        let execution = world.run(mode, "nightly", input).await;
        let error = failed(&execution);
        assert_eq!(error.error, "RefreshRefused", "{}", error.cause);
        assert!(error.cause.contains(says), "{}", error.cause);
        assert_eq!(world.stage.fake.world().journal().len(), 0);
        // There is no state, so there is nothing to undo.
        let answer = world.tell(mode, mode, &execution).await;
        assert_eq!(answer, Ok(Answer::Nothing("the execution had not begun a run")));
    }
}

#[tokio::test]
async fn the_first_task_calls_nothing_and_leaves_a_state_to_go_back_from() {
    let mut world = World::new(1);
    let mut execution = world.execution(Mode::Source, "nightly", json!({}));
    world.step(Mode::Source, &mut execution).await;
    assert_eq!((world.invocations, world.stage.fake.world().journal().len()), (1, 0));
    execution.abort();
    assert_eq!(world.tell(Mode::Source, Mode::Source, &execution).await, Ok(Answer::Started("nightly_1".into())));
}

#[tokio::test]
async fn a_run_without_a_name_gets_one_from_its_execution_and_always_the_same() {
    let mut world = World::new(1);
    let name = "9d0f5c1e-7a5c-4b8e-9f0a-1b2c3d4e5f60";
    let mut runs = Vec::new();
    for name in [name, name, "another-name-that-no-run-can-have"] {
        let mut execution = world.execution(Mode::Source, name, json!({}));
        world.step(Mode::Source, &mut execution).await;
        let output: Output = serde_json::from_value(execution.history.last().unwrap().1.clone().unwrap()).unwrap();
        runs.push(output.state.run().clone());
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test]
async fn a_failing_restore_is_undone_and_says_why() {
    let mut world = World::new(1);
    world.arm(r#"{ "faults": [{ "calls": { "operation": "RestoreDBClusterFromSnapshot" }, "strike": { "ends": {} } }] }"#);
    let [_, destination, settle] = refresh(&mut world).await;
    let error = failed(&destination);
    assert_eq!(error.error, "RefreshFailed");
    assert!(error.cause.contains("restore-cluster: "), "{}", error.cause);
    assert!(error.cause.contains("removed: DB cluster orders-staging"), "{}", error.cause);
    assert!(error.cause.contains("RDS noted: ") && error.cause.contains(" orders-staging: "), "{}", error.cause);
    assert!(error.cause.contains("kept until it expires: DB snapshot orders-staging-nightly-d1"), "{}", error.cause);
    assert!(error.cause.contains("delete-db-snapshot --db-snapshot-identifier orders-staging-nightly-d1"), "{}", error.cause);
    let told = world.notices.iter().find(|notice| notice["MessageAttributes"]["event"]["StringValue"] == "failed").unwrap();
    let message: Value = serde_json::from_str(told["Message"].as_str().unwrap()).unwrap();
    let text = message["default"].as_str().unwrap();
    assert!(text.contains(&format!("\n\n- {}\n\n- then try it again: ", ErrorKind::TerminalStatus.advice())), "{text}");
    assert!(destination.entered.contains(&"undo restore-cluster".into()), "{:?}", destination.entered);
    let told = world.told();
    assert!(told.contains(&"destination restore-cluster undoing".into()), "{told:?}");
    assert!(told.contains(&"destination restore-cluster failed".into()), "{told:?}");
    // The copy was made, so the source has nothing to keep.
    assert!(matches!(settle.status, Status::Succeeded(_)));
    assert_eq!(world.resources(), [COPY, PRODUCTION]);
    let answer = world.tell(Mode::Destination, Mode::Destination, &destination).await;
    assert_eq!(answer, Ok(Answer::Nothing("the run has ended")));
}

#[tokio::test]
async fn what_the_topic_refuses_stops_no_run() {
    let mut world = World::new(1);
    world.is_mute = true;
    let executions = refresh(&mut world).await;
    assert!(executions.iter().all(|execution| matches!(execution.status, Status::Succeeded(_))));
    assert!(world.notices.is_empty());
}

#[tokio::test]
async fn ticks_that_are_delivered_twice_change_nothing() {
    let mut plain = World::new(1);
    refresh(&mut plain).await;
    let mut world = World::new(1);
    world.twice = true;
    refresh(&mut world).await;
    assert_eq!(world.effects(), plain.effects());
    assert_eq!(world.resources(), plain.resources());
}

#[tokio::test]
async fn ticks_that_are_killed_after_their_work_are_found_out() {
    let mut plain = World::new(1);
    refresh(&mut plain).await;
    // The first of each execution begins and calls nothing: it is just repeated.
    for killed in 1..=plain.invocations {
        let mut world = World::new(1);
        world.kills = vec![killed];
        let executions = refresh(&mut world).await;
        assert!(executions.iter().all(|execution| matches!(execution.status, Status::Succeeded(_))), "killed {killed}");
        assert_eq!(world.effects(), plain.effects(), "killed {killed}");
        assert_eq!(world.resources(), plain.resources(), "killed {killed}");
    }
}

#[tokio::test]
async fn ticks_that_are_killed_again_and_again_are_waited_for_with_growing_pauses() {
    let mut world = World::new(1);
    world.kills = (3..12).collect();
    let source = world.run(Mode::Source, "nightly", json!({})).await;
    assert!(matches!(source.status, Status::Succeeded(_)), "{:?}", source.status);
    assert!(source.entered.contains(&"look after a loss".into()));
    assert_eq!(world.effects().iter().filter(|effect| effect.starts_with("RestoreDBInstance")).count(), 1);
}

/// Stops a source half before each of its states, with and without the loss of the last tick's answer.
#[tokio::test]
async fn an_execution_that_is_aborted_leaves_nothing_that_bills() {
    let mut plain = World::new(1);
    let whole = plain.run(Mode::Source, "nightly", json!({})).await;
    // The last task says that the run has succeeded.
    let done = whole.entered.iter().position(|state| state == "release-temporary-instance").unwrap();
    for stop in 1..=u32::try_from(done).unwrap() {
        let mut world = World::new(1);
        let mut execution = world.execution(Mode::Source, "nightly", json!({}));
        for _ in 0..stop {
            world.step(Mode::Source, &mut execution).await;
        }
        execution.abort();
        undone(&mut world, Mode::Source, &execution, stop).await;
    }
}

#[tokio::test]
async fn an_execution_that_is_aborted_after_its_run_has_succeeded_hands_over_all_the_same() {
    let mut world = World::new(1);
    let mut execution = world.execution(Mode::Source, "nightly", json!({}));
    while execution.at != "release-temporary-instance: announce" {
        world.step(Mode::Source, &mut execution).await;
    }
    execution.abort();
    assert_eq!(world.tell(Mode::Source, Mode::Source, &execution).await, Ok(Answer::Started("nightly_1".into())));
    let input = world.started(Mode::Source, "nightly_1");
    let source = world.run(Mode::Source, "nightly_1", input).await;
    assert!(matches!(source.status, Status::Succeeded(_)), "{:?}", source.status);
    assert_eq!(world.tell(Mode::Destination, Mode::Source, &source).await, Ok(Answer::Started("nightly".into())));
}

#[tokio::test]
async fn an_execution_that_is_aborted_in_the_middle_of_a_tick_leaves_nothing_that_bills() {
    let mut plain = World::new(1);
    plain.run(Mode::Source, "nightly", json!({})).await;
    for killed in 2..=plain.invocations {
        let mut world = World::new(1);
        world.kills = vec![killed];
        let mut execution = world.execution(Mode::Source, "nightly", json!({}));
        while execution.at != "lost" {
            world.step(Mode::Source, &mut execution).await;
        }
        execution.abort();
        undone(&mut world, Mode::Source, &execution, killed).await;
    }
}

async fn undone(world: &mut World, mode: Mode, execution: &Execution, what: u32) {
    assert_eq!(world.tell(mode, mode, execution).await, Ok(Answer::Started("nightly_1".into())), "{what}");
    // The same event once more.
    assert_eq!(world.tell(mode, mode, execution).await, Ok(Answer::Started("nightly_1".into())));
    let input = world.started(mode, "nightly_1");
    let undoing = world.run(mode, "nightly_1", input).await;
    let error = failed(&undoing);
    assert!(error.cause.contains("cancelled"), "{what}: {}", error.cause);
    // Whoever was cut off may be in the middle of a call.
    assert_eq!(undoing.entered[..5], ["begin", "route", "pause", "dispatch", "look after a loss"], "{what}");
    let bills = |resource: &&String| !resource.starts_with("DB cluster snapshot") && !resource.starts_with("DB snapshot");
    let left = world.resources();
    assert_eq!(left.iter().filter(bills).collect::<Vec<_>>(), [PRODUCTION], "{what}");
    assert_eq!(world.tell(mode, mode, &undoing).await, Ok(Answer::Nothing("the run has ended")));
}

#[tokio::test]
async fn a_run_that_is_cut_off_again_and_again_is_left_to_a_person() {
    let mut world = World::new(1);
    let mut execution = world.execution(Mode::Source, "nightly", json!({}));
    for _ in 0..10 {
        world.step(Mode::Source, &mut execution).await;
    }
    execution.abort();
    for round in 1..=rds_refresh_lambda::limits::ROUNDS {
        let name = format!("nightly_{round}");
        assert_eq!(world.tell(Mode::Source, Mode::Source, &execution).await, Ok(Answer::Started(name.clone())));
        execution = world.execution(Mode::Source, &name, world.started(Mode::Source, &name));
        world.step(Mode::Source, &mut execution).await;
        execution.abort();
    }
    let refused = world.tell(Mode::Source, Mode::Source, &execution).await.unwrap_err();
    assert!(refused.to_string().contains("was cut off 6 times"), "{refused}");
}

#[tokio::test]
async fn a_settlement_that_is_aborted_is_gone_on_with() {
    let mut world = World::new(1);
    let source = world.run(Mode::Source, "nightly", json!({})).await;
    world.tell(Mode::Source, Mode::Source, &source).await.unwrap();
    let mut settle = world.execution(Mode::Settle, "nightly", world.started(Mode::Settle, "nightly"));
    for _ in 0..8 {
        world.step(Mode::Settle, &mut settle).await;
    }
    settle.abort();
    assert_eq!(world.tell(Mode::Source, Mode::Settle, &settle).await, Ok(Answer::Started("nightly_1".into())));
    // Nobody acknowledges: what is shared is taken back all the same, after the deadline.
    let input = world.started(Mode::Settle, "nightly_1");
    let settle = world.run(Mode::Settle, "nightly_1", input).await;
    let Status::Succeeded(output) = &settle.status else { panic!("{:?}", settle.status) };
    assert_eq!(output["settled"]["acknowledged"], false);
    let left = world.resources();
    assert!(
        left.iter().all(|resource| !resource.starts_with("snapshot share") && !resource.starts_with("DB instance")),
        "{left:?}"
    );
}

const DENIED: &str = r#"{ "faults": [{ "calls": { "operation": "RestoreDBInstanceFromDBSnapshot", "times": null, "until": 7200 }, "strike": "denied" }] }"#;

#[tokio::test]
async fn a_parked_run_goes_on_when_somebody_says_so() {
    let mut world = World::new(1);
    world.arm(DENIED);
    world.person = Some((Duration::from_hours(3), Ok(())));
    let source = world.run(Mode::Source, "nightly", json!({})).await;
    assert!(matches!(source.status, Status::Succeeded(_)), "{:?}", source.status);
    assert!(source.entered.contains(&"resume".into()));
    let parked = world.notices.iter().find(|notice| notice["MessageAttributes"]["event"]["StringValue"] == "parked").unwrap();
    let message: Value = serde_json::from_str(parked["Message"].as_str().unwrap()).unwrap();
    let text = message["default"].as_str().unwrap();
    assert!(text.contains("send-task-success --task-output '{}' --task-token AQCEAAAAKgAAAAMAAAAA"), "{text}");
    assert!(text.contains("Nothing was undone"), "{text}");
    assert!(text.contains(&format!("\n\n- {}\n\n- go on, once it is mended: ", ErrorKind::Denied.advice())), "{text}");
}

#[tokio::test]
async fn a_parked_run_is_undone_when_somebody_says_so_or_nobody_says_anything() {
    for person in [Some((Duration::from_hours(1), Err(TaskError::new("Cancel", "by hand")))), None] {
        let mut world = World::new(1);
        world.arm(&DENIED.replace("7200", "36000"));
        let cancels = person.is_some();
        world.person = person;
        let source = world.run(Mode::Source, "nightly", json!({})).await;
        let error = failed(&source);
        assert!(error.cause.contains(if cancels { "cancelled" } else { "parked for too long" }), "{}", error.cause);
        assert_eq!(source.entered.contains(&"cancel".into()), cancels);
    }
}

#[tokio::test]
async fn a_parked_run_that_cannot_be_told_of_waits_for_its_limit() {
    let mut world = World::new(1);
    world.arm(&DENIED.replace("7200", "36000"));
    world.person = Some((Duration::from_secs(1), Err(TaskError::new("SNS.AuthorizationErrorException", "not allowed"))));
    let source = world.run(Mode::Source, "nightly", json!({})).await;
    assert!(failed(&source).cause.contains("parked for too long"));
    assert!(source.entered.contains(&"parked, untold".into()));
}

#[tokio::test]
async fn the_history_of_a_refresh_that_takes_a_day_is_within_bounds() {
    let mut stage = Stage::new(1, rds_refresh_testkit::VirtualClock::starting_at(Stage::opening()));
    // Each within its step's deadline.
    let timing = json!({ "cluster_snapshot": 10_000, "instance_restore": 15_000, "copy": 75_000 });
    stage.timing(serde_json::from_value(timing).unwrap());
    let mut world = World::on(Stage::two_accounts_with(stage, &rds_refresh_testkit::SourceCluster::default()));
    let executions = refresh(&mut world).await;
    let took = world.clock().now().since(Stage::opening());
    assert!(took > Duration::from_hours(24), "{took:?}");
    for execution in &executions {
        assert!(matches!(execution.status, Status::Succeeded(_)), "{:?}", execution.status);
        println!("{} events", execution.history.len());
        assert!(execution.history.len() < 25_000 / 2, "{} events", execution.history.len());
    }
}

#[tokio::test]
async fn a_step_is_announced_to_chats_in_their_form() {
    let mut world = World::new(1);
    let mut execution = world.execution(Mode::Source, "nightly", json!({}));
    while world.notices.is_empty() {
        world.step(Mode::Source, &mut execution).await;
    }
    let message: Value = serde_json::from_str(world.notices[0]["Message"].as_str().unwrap()).unwrap();
    assert!(message["default"].as_str().unwrap().starts_with("The refresh nightly has done snapshot-cluster in "), "{message}");
    let chat: Value = serde_json::from_str(message["https"].as_str().unwrap()).unwrap();
    assert_eq!((&chat["version"], &chat["source"]), (&json!("1.0"), &json!("custom")));
    assert_eq!(chat["content"]["title"], "nightly: snapshot-cluster done");
    assert_eq!(chat["metadata"]["threadId"], "nightly");
}

#[tokio::test]
async fn a_tick_ends_with_its_step() {
    let mut world = World::new(1);
    let mut execution = world.execution(Mode::Source, "nightly", json!({}));
    let mut steps = Vec::new();
    while execution.status == Status::Running {
        let before = world.effects().len();
        let at = execution.at.clone();
        world.step(Mode::Source, &mut execution).await;
        let made = world.effects().len() - before;
        // A step is one mutation; a grant and a share are two.
        assert!(made <= if at == "share-snapshot" { 2 } else { 1 }, "{at} made {made} changes");
        if made > 0 {
            steps.push(at);
        }
    }
    assert_eq!(
        steps,
        ["snapshot-cluster", "restore-temporary-instance", "snapshot-instance", "share-snapshot", "release-temporary-instance"]
    );
    assert_eq!(Is::Look.as_str(), "look");
}
