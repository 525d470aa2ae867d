//! What works beside a process that drives a run, and what is refused; signals; taking up and undoing.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::process::{Child, Stdio};
use std::time::Duration;

use common::fake::Fake;
use common::{Ended, signal, until};
use serde_json::Value;

/// Fast enough for a test, slow enough to look at.
const FACTOR: &str = "x2000";

fn spawn(fake: &Fake, arguments: &[&str]) -> Child {
    fake.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn status(fake: &Fake, run: &str) -> Value {
    let ended = fake.run(&["status", run, "--output", "json"]);
    serde_json::from_str(&ended.out).unwrap_or_default()
}

/// Waits until the run is at a step.
fn reaches(fake: &Fake, run: &str, step: &str) {
    until(step, || status(fake, run)["step"]["step"] == step);
}

#[test]
fn beside_a_process_it_is_watched_and_cancelled_and_not_driven() {
    let fake = Fake::at(FACTOR);
    let child = spawn(&fake, &["run", "--run", "one"]);
    reaches(&fake, "one", "snapshot-instance");

    let second = fake.run(&["resume", "one"]).with(2);
    assert!(second.err.contains(&format!("is being driven by process {}", child.id())), "{}", second.err);
    assert!(fake.run(&["run", "--run", "one"]).with(2).err.contains("is being driven by"));
    assert!(fake.run(&["list"]).with(0).out.contains("refreshing"));
    let shown = fake.run(&["status", "one"]).with(0).out;
    assert!(shown.contains(&format!("one refreshing, driven by process {}", child.id())), "{shown}");
    assert!(shown.contains("▸ snapshot-instance"), "{shown}");

    let cancelled = fake.run(&["cancel", "one"]).with(0).out;
    assert!(cancelled.starts_with(&format!("process {} undoes the run one", child.id())), "{cancelled}");
    let ended = Ended::of(child.wait_with_output().unwrap()).with(1);
    assert!(ended.err.contains("cancelled one at snapshot-instance"), "{}", ended.err);
    assert_eq!(status(&fake, "one")["is"], "failed");
    assert!(fake.holds("111111111111", "instances").iter().all(|name| name.starts_with("orders-production-instance-")));
}

#[test]
fn a_signal_stops_it_and_it_goes_on_without_flags() {
    for (name, what) in [("INT", "Ctrl-C"), ("TERM", "a service manager")] {
        let fake = Fake::at(FACTOR);
        let child = spawn(&fake, &["run", "--run", "one"]);
        reaches(&fake, "one", "restore-temporary-instance");
        signal(child.id(), name);
        let ended = Ended::of(child.wait_with_output().unwrap()).with(130);
        assert!(ended.err.contains("stopping after the call in flight"), "{what}: {}", ended.err);
        assert!(ended.err.contains("it goes on with: rds-refresh resume one\n"), "{what}: {}", ended.err);
        assert_eq!(status(&fake, "one")["is"], "interrupted");
        let listed = fake.run(&["list"]).with(0).out;
        assert!(listed.contains("interrupted"), "{listed}");
        if name == "INT" {
            let ended = fake.run(&["resume", "one", "--output", "json"]).with(0);
            let events: Vec<Value> = ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(events[0]["event"], "run-resumed");
            assert_eq!(events.last().unwrap()["outcome"], "refreshed");
            let drawn = fake.run(&["report", "one", "--svg"]).with(0).out;
            assert!(drawn.contains("<title>interrupted</title>"), "the picture shows when nobody drove it");
        } else {
            // Nobody has it, so this process undoes it.
            let ended = fake.run(&["cancel", "one"]).with(0);
            assert!(ended.err.contains("cancelled one at restore-temporary-instance"), "{}", ended.err);
        }
    }
}

/// The call never ends: the first signal waits for it, the second does not.
#[test]
fn a_second_signal_leaves_at_once() {
    let fake = Fake::at("manual");
    // Connections are taken by the system, and nobody ever answers.
    let silence = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silence.local_addr().unwrap());
    // Nobody there says whose the credentials are.
    let credentials = std::fs::read_to_string(fake.place.path("credentials")).unwrap();
    fake.place.write("credentials", &credentials.replacen("[production]", "[production]\naws_account_id = 111111111111", 1));
    let mut child = spawn(&fake, &["run", "--run", "one", "--source-endpoint-url", &url]);
    let (_held, _) = silence.accept().unwrap();
    until("the run is stored", || status(&fake, "one")["is"] == "refreshing");
    signal(child.id(), "INT");
    common::pause(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "the call in flight is waited for");
    signal(child.id(), "INT");
    Ended::of(child.wait_with_output().unwrap()).with(130);
    assert_eq!(status(&fake, "one")["is"], "interrupted");
    // What the flags said is remembered; what they say now wins.
    fake.run(&["resume", "one", "--source-endpoint-url", &fake.ready().endpoint]).with(0);
}

#[test]
fn credentials_that_expire_park_the_run_and_nothing_is_lost() {
    let fake = Fake::at(FACTOR);
    let key = &fake.ready().accounts["source"];
    // They are asked for again before every call, because they are always about to expire.
    let script = format!(
        "test -e \"$HOME/expired\" && {{ echo 'the session has expired' >&2; exit 1; }}\n\
         echo '{{\"Version\": 1, \"AccessKeyId\": \"{}\", \"SecretAccessKey\": \"{}\", \"Expiration\": \"'$(date -u -d '+5 seconds' +%Y-%m-%dT%H:%M:%SZ)'\"}}'\n",
        key.access_key_id,
        key.secret_access_key.reveal()
    );
    let script = fake.place.write("credentials.sh", &script);
    fake.place.write("config", &format!("[profile production]\ncredential_process = sh {}\n", script.display()));
    let credentials = std::fs::read_to_string(fake.place.path("credentials")).unwrap();
    let (_, staging) = credentials.split_once("[staging]").unwrap();
    fake.place.write("credentials", &format!("[staging]{staging}"));

    let child = spawn(&fake, &["run", "--run", "one"]);
    reaches(&fake, "one", "snapshot-instance");
    fake.place.write("expired", "");
    let ended = Ended::of(child.wait_with_output().unwrap()).with(3);
    assert!(ended.err.contains("parked one at snapshot-instance"), "{}", ended.err);
    assert!(ended.err.contains("next: log in again, or mend the profile\n  go on: rds-refresh resume one"), "{}", ended.err);
    assert!(!ended.err.contains(key.secret_access_key.reveal().as_str()));
    let shown = status(&fake, "one");
    assert_eq!(shown["simulated"], true);
    assert_eq!((&shown["is"], &shown["exit_code"], &shown["error_kind"]), (&"parked".into(), &3.into(), &"credentials".into()));

    std::fs::remove_file(fake.place.path("expired")).unwrap();
    fake.run(&["resume", "one"]).with(0);
    assert_eq!(fake.holds("222222222222", "clusters"), ["orders-staging"]);
}

#[test]
fn a_wrong_request_is_amended_and_nothing_is_made_twice() {
    let fake = Fake::at("manual");
    fake.run(&["run", "--run", "one", "--skip-preflight", "--set", "destination.cluster.subnet_group=narrow"]).with(1);
    let again = fake.run(&["run", "--run", "one"]).with(2);
    assert!(again.err.contains("exists already, with another request: choose another name"), "{}", again.err);
    let refused = fake.run(&["amend", "one", "--source-cluster", "customers"]).with(2);
    assert!(refused.err.contains("the change touches what is already made: snapshot-cluster"), "{}", refused.err);
    let amended = fake.run(&["amend", "one"]).with(0).out;
    assert!(amended.contains("with the new request: rds-refresh resume one"), "{amended}");
    let again = fake.run(&["amend", "one"]).with(0).out;
    assert!(again.contains("with its request, which is as it was: rds-refresh resume one"), "{again}");
    fake.run(&["resume", "one"]).with(0);
    let made = |action: &str| fake.mutations().iter().filter(|made| made.starts_with(action)).count();
    assert_eq!(["CreateDBClusterSnapshot ", "CreateDBSnapshot ", "CopyDBSnapshot "].map(made), [1, 1, 1]);

    // What has succeeded is over, and says so.
    let amended = fake.run(&["amend", "one"]).with(2);
    assert!(amended.err.contains("has succeeded") && !amended.err.contains("cancel"), "{}", amended.err);
    let resumed = fake.run(&["resume", "one"]).with(0);
    assert!(
        resumed.err.contains("the run one ended on 2026-01-05T") && resumed.err.contains("nothing is done again"),
        "{}",
        resumed.err
    );
}

#[test]
fn two_halves_hand_over_and_settle() {
    let fake = Fake::at("manual");
    let source = fake.run(&["run", "--run", "one", "--only", "source", "--handover", "handover.json"]).with(0);
    assert!(
        source.out.contains("snapshot   arn:aws:rds:eu-west-1:111111111111:snapshot:orders-production-one-s1"),
        "{}",
        source.out
    );

    // The other account: its own state directory, and the hand-over. The run keeps its name.
    let there = ["--state-dir", "there"];
    let arguments = ["run", "--only", "destination", "--handover", "handover.json", "--acknowledgement", "acknowledgement.json"];
    fake.run(&[&arguments[..], &there].concat()).with(0);
    assert_eq!(fake.holds("222222222222", "clusters"), ["orders-staging"]);
    assert!(fake.run(&["settle", "one", "--state-dir", "there"]).with(2).err.contains("only the source's is settled"));

    fake.run(&["settle", "one", "--acknowledgement", "acknowledgement.json"]).with(0);
    assert!(fake.holds("111111111111", "snapshots").is_empty());
    assert!(fake.holds("111111111111", "cluster_snapshots").is_empty());
    let drawn = fake.run(&["report", "one", "--svg"]).with(0).out;
    assert!(drawn.contains("await-acknowledgement"), "{drawn}");
}
