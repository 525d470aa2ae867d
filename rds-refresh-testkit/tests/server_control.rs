//! The control API: time, journal, world, a new beginning, and whom it refuses.
#![cfg(all(feature = "aws", feature = "server"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod over_http;

use over_http::{DESCRIBE, ask, control, exchange, post, server};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use rds_refresh_core::{Clock, SystemClock, Timestamp};
use rds_refresh_testkit::server::{ClockMode, Options, Server};
use serde_json::{Value, json};

const SNAPSHOT: &str = "Action=CreateDBClusterSnapshot&Version=2014-10-31&DBClusterIdentifier=orders-production\
                        &DBClusterSnapshotIdentifier=mine";

#[tokio::test]
async fn a_manual_clock_moves_when_it_is_told_to() {
    let server = server().await;
    let begins =
        json!({ "now": "2026-01-05T08:00:00.000Z", "mode": "manual", "factor": 0.0, "next_change": "2026-01-06T03:00:00.000Z" });
    assert_eq!(ask(&server, "GET", "clock", "").await, begins);
    exchange(&server, &post(server.ready(), SNAPSHOT, &[])).await;
    assert!(now(&ask(&server, "GET", "clock", "").await, "next_change") < "2026-01-05T09:00:00Z".parse().unwrap());

    assert_eq!(status(&server).await, "creating");
    let advanced = ask(&server, "POST", "clock/advance", "{\"seconds\": 86400.25}").await;
    assert_eq!(advanced["now"], "2026-01-06T08:00:00.250Z");
    assert_eq!(status(&server).await, "available");
    assert_eq!(ask(&server, "POST", "clock/advance", "{\"seconds\": 0}").await["now"], advanced["now"]);
}

#[tokio::test]
async fn a_running_clock_runs_and_can_be_advanced_too() {
    let clock = ClockMode::Times(500_000.0);
    let server = Server::bind(Options { clock, ..Options::default() }).await.unwrap();
    let first = ask(&server, "GET", "clock", "").await;
    assert_eq!((&first["mode"], &first["factor"]), (&json!("x500000"), &json!(500_000.0)));
    assert!(now(&first, "now") >= server.ready().now);
    // However slow this computer is: it passes.
    let mut later = first.clone();
    while now(&later, "now") == now(&first, "now") {
        later = ask(&server, "GET", "clock", "").await;
    }
    assert!(now(&later, "now") > now(&first, "now"));
    let jumped = ask(&server, "POST", "clock/advance", "{\"seconds\": 86400000}").await;
    assert!(now(&jumped, "now").since(now(&later, "now")).as_secs() >= 86_400_000);

    let real = Server::bind(Options { clock: ClockMode::Real, ..Options::default() }).await.unwrap();
    let (here, there) = (SystemClock.now(), now(&ask(&real, "GET", "clock", "").await, "now"));
    assert!(there.since(here).max(here.since(there)).as_secs() < 60, "it begins at the time of the wall");
}

#[tokio::test]
async fn the_beginning_can_be_chosen() {
    for (start, status) in [("2031-07-01T12:00:00Z", "available"), ("2026-11-23T03:01:00Z", "available")] {
        let start: Timestamp = start.parse().unwrap();
        let server = Server::bind(Options { start: Some(start), ..Options::default() }).await.unwrap();
        assert_eq!(server.ready().now, start);
        assert_eq!(now(&ask(&server, "GET", "clock", "").await, "now"), start);
        let world = ask(&server, "GET", "world", "").await;
        assert_eq!(world["places"]["111111111111/eu-west-1"]["clusters"]["orders-production"]["status"], status, "{start}");
    }
}

#[tokio::test]
async fn the_journal_tells_every_call_and_what_came_of_it() {
    let server = server().await;
    for body in [DESCRIBE, SNAPSHOT, SNAPSHOT] {
        exchange(&server, &post(server.ready(), body, &[])).await;
    }
    let journal = ask(&server, "GET", "journal", "").await;
    assert_eq!(journal["next"], 3);
    let told: Vec<Value> = journal["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| json!([it["index"], it["action"], it["outcome"], it["took_effect"]]))
        .collect();
    let expected = json!([
        [0, "DescribeDBClusters", "ok", false],
        [1, "CreateDBClusterSnapshot", "ok", true],
        [2, "CreateDBClusterSnapshot", "DBClusterSnapshotAlreadyExistsFault", false],
    ]);
    assert_eq!(json!(told), expected);
    let entry = &journal["entries"][1];
    assert_eq!(
        json!([entry["account"], entry["principal"], entry["region"], entry["resource"], entry["time"]]),
        json!(["111111111111", "arn:aws:iam::111111111111:user/rds-refresh", "eu-west-1", "mine", "2026-01-05T08:00:00.000Z"])
    );
    assert_eq!(ask(&server, "GET", "journal?since=2", "").await["entries"], json!([journal["entries"][2]]));
    assert_eq!(ask(&server, "GET", "journal?since=3", "").await, json!({ "next": 3, "entries": [] }));
    assert_eq!(ask(&server, "GET", "journal?since=99", "").await, json!({ "next": 3, "entries": [] }));
}

#[tokio::test]
async fn a_reset_puts_the_stage_back_as_it_was() {
    let server = server().await;
    let world = ask(&server, "GET", "world", "").await;
    let answers = [post(server.ready(), SNAPSHOT, &[]), control("POST", "clock/advance", "{\"seconds\": 90000}")];
    let mut first = Vec::new();
    for request in &answers {
        first.push(exchange(&server, request).await.body);
    }
    assert_ne!(ask(&server, "GET", "world", "").await, world);

    assert_eq!(ask(&server, "POST", "reset", "").await["now"], "2026-01-05T08:00:00.000Z");
    assert_eq!(ask(&server, "GET", "world", "").await, world);
    assert_eq!(ask(&server, "GET", "journal", "").await["next"], 0);
    let mut again = Vec::new();
    for request in &answers {
        again.push(exchange(&server, request).await.body);
    }
    assert_eq!(first, again, "the same calls have the same answers, request ids included");
    assert!(server.fake().world().journal().len() == 1, "the handle in the process is the new world's");
}

#[tokio::test]
async fn what_is_asked_wrongly_is_told_what_is_right() {
    let server = server().await;
    let cases: &[(&str, &str, &str, u16, &str)] = &[
        (
            "GET",
            "",
            "",
            404,
            "GET /_fake/clock, POST /_fake/clock/advance, DELETE /_fake/faults, GET /_fake/faults, POST /_fake/faults",
        ),
        ("GET", "clocks", "", 404, "GET /_fake/world"),
        ("POST", "clock", "", 405, "Use GET /_fake/clock, not POST"),
        ("GET", "reset", "", 405, "Use POST /_fake/reset, not GET"),
        ("POST", "clock/advance", "", 400, "{\"seconds\": 90.5}"),
        ("POST", "clock/advance", "90", 400, "{\"seconds\": 90.5}"),
        ("POST", "clock/advance", "{}", 400, "missing field `seconds`"),
        ("POST", "clock/advance", "{\"seconds\": \"90\"}", 400, "{\"seconds\": 90.5}"),
        ("POST", "clock/advance", "{\"second\": 90}", 400, "unknown field `second`"),
        ("POST", "clock/advance", "{\"seconds\": -1}", 400, "from 0 to 315360000, not -1"),
        ("POST", "clock/advance", "{\"seconds\": 1e12}", 400, "from 0 to 315360000"),
        ("POST", "clock/advance", "{\"seconds\": 1e999}", 400, "{\"seconds\": 90.5}"),
        ("GET", "journal?since=x", "", 400, "journal?since=INDEX"),
        ("GET", "journal?until=1", "", 400, "knows no parameter"),
    ];
    for (method, path, body, status, says) in cases {
        let answer = exchange(&server, &control(method, path, body)).await;
        assert_eq!(answer.status, *status, "{method} {path} {body}: {}", answer.body);
        assert!(answer.json()["message"].as_str().unwrap().contains(says), "{method} {path} {body}: {}", answer.body);
        assert!(answer.head.contains("content-type: application/json"), "{}", answer.head);
        assert_eq!(answer.head.contains("allow: "), *status == 405, "{}", answer.head);
    }
    assert_eq!(ask(&server, "GET", "health", "").await, json!({ "status": "ok" }));
}

#[tokio::test]
async fn web_pages_cannot_reach_it() {
    let loopback = server().await;
    let anywhere = Server::bind(Options { listen: "0.0.0.0:0".parse().unwrap(), ..Options::default() }).await.unwrap();
    let cases: &[(&str, u16, u16)] = &[
        ("Host: 127.0.0.1:4566", 200, 200),
        ("Host: localhost", 200, 200),
        ("Host: rds.localhost:80", 200, 200),
        ("Host: [::1]:4566", 200, 200),
        ("Host: LOCALHOST:1", 200, 200),
        // A name that was made to stand for 127.0.0.1, and one within a network of containers.
        ("Host: evil.example:4566", 403, 200),
        ("Host: fake-rds:4566", 403, 200),
        ("Host: localhost.evil.example", 403, 200),
        ("Host: ", 403, 200),
        ("Host: localhost\r\nOrigin: http://localhost", 200, 200),
        ("Host: localhost\r\nOrigin: https://evil.example", 403, 403),
        ("Host: localhost\r\nOrigin: null", 403, 403),
    ];
    for (headers, on_loopback, elsewhere) in cases {
        let request = format!("GET /_fake/health HTTP/1.1\r\n{headers}\r\n\r\n");
        assert_eq!(exchange(&loopback, &request).await.status, *on_loopback, "{headers}");
        assert_eq!(exchange(&anywhere, &request).await.status, *elsewhere, "{headers}");
    }
    let from_a_page = "POST /_fake/reset HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\n\r\n";
    exchange(&loopback, &post(loopback.ready(), DESCRIBE, &[])).await;
    assert_eq!(exchange(&loopback, from_a_page).await.status, 403);
    assert_eq!(ask(&loopback, "GET", "journal", "").await["next"], 1, "nothing was reset");
}

async fn status(server: &Server) -> String {
    let world = ask(server, "GET", "world", "").await;
    world["places"]["111111111111/eu-west-1"]["cluster_snapshots"]["mine"]["status"].as_str().unwrap().to_owned()
}

fn now(clock: &Value, member: &str) -> Timestamp {
    clock[member].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_checkpoint_is_what_a_restore_goes_back_to() {
    let server = server().await;
    let refused = exchange(&server, &control("POST", "restore", "")).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("POST /_fake/checkpoint"), "{}", refused.body);

    exchange(&server, &post(server.ready(), SNAPSHOT, &[])).await;
    let then = ask(&server, "POST", "checkpoint", "").await;
    let (world, journal) = (ask(&server, "GET", "world", "").await, ask(&server, "GET", "journal", "").await);
    for _ in 0..2 {
        ask(&server, "POST", "clock/advance", "{\"seconds\": 90000}").await;
        exchange(&server, &post(server.ready(), SNAPSHOT, &[])).await;
        assert_ne!(ask(&server, "GET", "world", "").await, world);
        assert_eq!(ask(&server, "POST", "restore", "").await, then);
        assert_eq!(ask(&server, "GET", "world", "").await, world);
        assert_eq!(ask(&server, "GET", "journal", "").await, journal);
    }
}

/// Bodies that are nearly right: each is refused or taken, and the server goes on.
#[test]
fn no_body_stops_the_server() {
    let bodies = [
        "{ \"seconds\": 1 }",
        "{ \"faults\": [{ \"calls\": { \"operation\": \"any\", \"times\": 2 }, \"strike\": \"throttled\" }] }",
        "{ \"faults\": [], \"planned\": [{ \"at\": 3600, \"incident\": { \"stop-instance\": { \"instance\": \"*\" } } }] }",
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = runtime.block_on(server());
    let path =
        proptest::sample::select(vec!["clock/advance", "faults", "checkpoint", "reset", "restore", "journal?from=-1", "health"]);
    let text = (
        proptest::sample::select(bodies.to_vec()),
        0..60_usize,
        0..20_usize,
        "[\\[\\]{}\":,0-9a-z*. -]{0,10}|\\PC{0,8}|1e308|NaN|-0",
    );
    let config = ProptestConfig { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() };
    let judged = TestRunner::new(config).run(&(path, text), |(path, (body, at, cut, put))| {
        let at = at.min(body.len());
        let bent = format!("{}{put}{}", &body[..at], &body[(at + cut).min(body.len())..]);
        let answer = runtime.block_on(exchange(&server, &control("POST", path, &bent)));
        prop_assert!(answer.status == 200 || (400..500).contains(&answer.status), "{path} {bent}: {}", answer.status);
        prop_assert!(serde_json::from_str::<Value>(&answer.body).is_ok(), "{}", answer.body);
        Ok(())
    });
    judged.unwrap();
}
