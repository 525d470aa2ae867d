//! The control API lets things go wrong, for a test in another process.
#![cfg(all(feature = "aws", feature = "server"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod over_http;

use over_http::{DESCRIBE, Socket, ask, control, exchange, post, server};
use rds_refresh_testkit::fault::{FaultScript, Incident, Strike};
use serde_json::{Value, json};

const SNAPSHOT: &str = "Action=CreateDBClusterSnapshot&Version=2014-10-31&DBClusterIdentifier=orders-production\
                        &DBClusterSnapshotIdentifier=mine";

#[tokio::test]
async fn a_script_is_armed_shown_and_ended() {
    let server = server().await;
    assert_eq!(ask(&server, "GET", "faults", "").await["script"], json!({ "faults": [], "planned": [] }));

    let script = r#"{ "faults": [{ "calls": { "operation": "reads", "times": null }, "strike": "throttled" }] }"#;
    let armed = ask(&server, "POST", "faults", script).await;
    let expected: Value = serde_json::from_str(&FaultScript::from_json(script).unwrap().to_json()).unwrap();
    assert_eq!((&armed["script"], &armed["struck"]), (&expected, &json!({})));
    for _ in 0..2 {
        assert_eq!(exchange(&server, &post(server.ready(), DESCRIBE, &[])).await.code(), "Throttling");
    }
    let shown = ask(&server, "GET", "faults", "").await;
    assert_eq!((&shown["script"], &shown["struck"]), (&expected, &json!({ "throttled": 2 })));

    let ended = ask(&server, "DELETE", "faults", "").await;
    assert_eq!(ended["script"], json!({ "faults": [], "planned": [] }));
    assert_eq!(ended["struck"], json!({ "throttled": 2 }), "what was is not forgotten");
    assert_eq!(exchange(&server, &post(server.ready(), DESCRIBE, &[])).await.status, 200);
}

#[tokio::test]
async fn an_answer_that_is_swallowed_closes_the_connection() {
    let server = server().await;
    let script = r#"{ "faults": [{ "calls": { "operation": "mutations" }, "strike": { "unanswered": {} } }] }"#;
    ask(&server, "POST", "faults", script).await;
    let mut socket = Socket::open(&server).await;
    socket.send(&post(server.ready(), SNAPSHOT, &[])).await;
    assert!(socket.answer().await.is_none(), "not a byte of an answer");

    // The call took effect all the same, and the journal says what struck it.
    let journal = ask(&server, "GET", "journal", "").await;
    let entry = &journal["entries"][0];
    assert_eq!((&entry["fault"], &entry["took_effect"]), (&json!("unanswered"), &json!(true)), "{entry}");
    let again = exchange(&server, &post(server.ready(), SNAPSHOT, &[])).await;
    assert_eq!(again.code(), "DBClusterSnapshotAlreadyExistsFault");
}

#[tokio::test]
async fn times_count_from_when_it_is_armed() {
    let server = server().await;
    exchange(&server, &post(server.ready(), SNAPSHOT, &[])).await;
    ask(&server, "POST", "clock/advance", "{\"seconds\": 3600}").await;
    let script = r#"{ "planned": [{ "at": 60, "incident": { "delete-snapshot": { "snapshot": "mine" } } }] }"#;
    ask(&server, "POST", "faults", script).await;
    let status = async || {
        let world = ask(&server, "GET", "world", "").await;
        world["places"]["111111111111/eu-west-1"]["cluster_snapshots"]["mine"]["status"].clone()
    };
    ask(&server, "POST", "clock/advance", "{\"seconds\": 59}").await;
    assert_eq!(status().await, "available");
    ask(&server, "POST", "clock/advance", "{\"seconds\": 3600}").await;
    assert_eq!(status().await, Value::Null);
    let journal = ask(&server, "GET", "journal", "").await;
    assert_eq!(journal["entries"].as_array().unwrap().last().unwrap()["somebody"], true);
    assert_eq!(ask(&server, "GET", "faults", "").await["struck"], json!({ "delete-snapshot": 1 }));
}

#[tokio::test]
async fn a_wrong_script_is_refused_and_changes_nothing() {
    let server = server().await;
    let script = r#"{ "faults": [{ "strike": "denied" }] }"#;
    ask(&server, "POST", "faults", script).await;
    let rows: &[(&str, &str, u16, &str)] = &[
        ("POST", "", 400, "DELETE /_fake/faults"),
        ("POST", "{\"faults\": [{ \"strike\": \"trottled\" }]}", 400, "unknown variant `trottled`"),
        ("POST", "{\"fault\": []}", 400, "unknown field `fault`"),
        ("POST", "{\"faults\": [{ \"calls\": { \"percent\": 101 }, \"strike\": \"denied\" }]}", 400, "must be 0 to 100"),
        ("PUT", script, 405, "Use DELETE or GET or POST /_fake/faults, not PUT"),
    ];
    for (method, body, status, says) in rows {
        let answer = exchange(&server, &control(method, "faults", body)).await;
        assert_eq!(answer.status, *status, "{body}: {}", answer.body);
        assert!(answer.json()["message"].as_str().unwrap().contains(says), "{body}: {}", answer.body);
        assert_eq!(answer.head.contains("allow: delete, get, post"), *status == 405, "{}", answer.head);
    }
    assert_eq!(ask(&server, "GET", "faults", "").await["script"]["faults"][0]["strike"], "denied");
}

/// The guide's script is one, and its tables name every strike and incident.
#[test]
fn the_guide_is_complete() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/fake-rds.md")).unwrap();
    let example = guide.split_once("curl -d '{\n  \"faults\"").unwrap().1.split_once("}' \"${CONTROL}faults\"").unwrap().0;
    FaultScript::from_json(&format!("{{ \"faults\"{example}}}")).unwrap();
    // serde lists all the variants of an enum when it is given another.
    let strikes = serde_json::from_str::<Strike>("\"?\"").unwrap_err().to_string();
    let incidents = serde_json::from_str::<Incident>("\"?\"").unwrap_err().to_string();
    for error in [strikes, incidents] {
        let names: Vec<&str> = error.split_once("expected").unwrap().1.split('`').skip(1).step_by(2).collect();
        assert!(names.len() > 10, "{error}");
        for name in names {
            assert!(guide.lines().any(|line| line.starts_with("| ") && line.contains(&format!("`{name}`"))), "{name}");
        }
    }
}
