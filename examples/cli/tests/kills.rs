//! `kill -9` at twenty moments of one run, over HTTP: afterwards everything is as if it had not been killed.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use common::fake::Fake;
use common::pause;

const KILLS: usize = 20;

#[test]
fn killed_twenty_times_it_ends_as_if_it_had_not_been() {
    let fake = Fake::at("x600");
    let mut moments = Moments(0x5eed);
    let mut killed = 0;
    while killed < KILLS {
        let arguments: &[&str] =
            if fake.place.path("state/one.json").exists() { &["resume", "one"] } else { &["run", "--run", "one"] };
        let mut child = fake.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        pause(moments.next());
        assert!(child.try_wait().unwrap().is_none(), "it ended after {killed} kills: the moments are too far apart");
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
    }
    let ended = fake.run(&["resume", "one"]).with(0);
    assert!(ended.out.starts_with("refreshed orders-staging in "), "{}", ended.out);

    assert_eq!(fake.holds("222222222222", "clusters"), ["orders-staging"]);
    assert_eq!(fake.holds("222222222222", "snapshots"), ["orders-staging-one-d1"]);
    assert_eq!(fake.holds("111111111111", "clusters"), ["orders-production"]);
    assert!(fake.holds("111111111111", "snapshots").is_empty());
    assert!(fake.holds("111111111111", "cluster_snapshots").is_empty());
    let instances = fake.holds("111111111111", "instances");
    assert!(instances.iter().all(|name| name.starts_with("orders-production-instance-")), "{instances:?}");

    assert_eq!(
        fake.mutations(),
        [
            "CreateDBClusterSnapshot orders-production-one-c1",
            "RestoreDBInstanceFromDBSnapshot orders-production-one-t1",
            "CreateDBSnapshot orders-production-one-s1",
            "ModifyDBSnapshotAttribute orders-production-one-s1",
            "DeleteDBInstance orders-production-one-t1",
            "CopyDBSnapshot orders-staging-one-d1",
            "RestoreDBClusterFromSnapshot orders-staging",
            // The share is taken back.
            "ModifyDBSnapshotAttribute orders-production-one-s1",
            "DeleteDBSnapshot orders-production-one-s1",
            "DeleteDBClusterSnapshot orders-production-one-c1",
        ]
    );

    // The history survived as well: whole lines, and every step told as done once.
    let history = std::fs::read_to_string(fake.place.path("state/one.history.jsonl")).unwrap();
    let events: Vec<serde_json::Value> = history.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let done: Vec<&str> =
        events.iter().filter(|event| event["event"] == "step-done").map(|event| event["step"].as_str().unwrap()).collect();
    assert_eq!(done.len(), done.iter().collect::<BTreeSet<_>>().len(), "{done:?}");
    let page = fake.run(&["report", "one", "--html"]).with(0).out;
    if let Some(path) = std::env::var_os("KEEP_REPORT") {
        std::fs::write(path, page).unwrap();
    }
}

/// The moments of the kills: half a second or so apart, and the same in every run of the test.
struct Moments(u64);

impl Moments {
    fn next(&mut self) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        Duration::from_millis(200 + self.0 % 900)
    }
}
