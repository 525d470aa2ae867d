//! Refreshes on a real Restate server, over a real socket to a fake RDS, with `kill -9` of everything that can be killed.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::{MASKED, SERVICE, Site, pause, request, until};

const RUNS: usize = 20;

#[test]
#[ignore = "needs a Restate server: bash examples/durable/check"]
fn twenty_at_once_with_kills_end_as_if_nobody_had_been_killed() {
    let mut site = Site::start(RUNS + 1);
    let runs: Vec<String> = (0..RUNS).map(|n| format!("r{n}")).collect();
    for (n, run) in runs.iter().enumerate() {
        let asked = request(run, n);
        let accepted = site.run(run, &asked);
        assert_eq!(accepted["status"], "Accepted", "{accepted}");
        let again = site.run(run, &asked);
        assert_eq!((&again["status"], &again["invocationId"]), (&"PreviouslyAccepted".into(), &accepted["invocationId"]));
    }
    until("all have begun", || runs.iter().all(|run| !site.fake.mutations(run).is_empty()));
    // One more of the first cluster, and one more of the accounts.
    site.run("second", &request("second", 0));
    site.run("late", &request("late", RUNS));
    until("it queues", || site.status("second")["for"] == "cluster 111111111111/eu-west-1/orders-0");
    until("it queues", || site.status("late")["for"] == "account 111111111111");

    // In a call: the service is killed as soon as something took effect, before the answer can be in any journal.
    for _ in 0..3 {
        let effects = site.fake.effects();
        until("something takes effect", || site.fake.effects() > effects);
        site.kill_service();
        site.start_service(SERVICE);
    }
    // In a sleep: some call is out at any time, and most runs sleep.
    pause(Duration::from_millis(300));
    site.kill_service();
    pause(Duration::from_millis(500));
    site.start_service(SERVICE);
    pause(Duration::from_millis(700));
    site.kill_server();
    pause(Duration::from_millis(300));
    site.start_server();

    let all: Vec<String> = runs.into_iter().chain(["second".to_owned(), "late".to_owned()]).collect();
    for run in &all {
        let outcome = site.outcome(run);
        assert_eq!(outcome["verdict"]["type"], "succeeded", "{run}: {outcome}");
    }
    for (n, run) in all.iter().enumerate() {
        let cluster = match run.as_str() {
            "second" => 0,
            "late" => RUNS,
            _ => n,
        };
        assert_eq!(site.fake.mutations(run), whole(run, cluster), "{run}");
    }
    assert_eq!(site.fake.holds("222222222222", "clusters"), sorted(all.iter().map(|run| format!("staging-{run}"))));
    assert_eq!(site.fake.holds("222222222222", "snapshots"), sorted(all.iter().map(|run| format!("staging-{run}-{run}-d1"))));
    assert_eq!(site.fake.holds("111111111111", "clusters"), sorted((0..=RUNS).map(|n| format!("orders-{n}"))));
    assert_only_production(&site);

    let ended = site.query("select target_service_key from sys_invocation where target = concat('Refresh/', target_service_key, '/run') and status = 'completed' and completion_result = 'success'");
    assert_eq!(sorted(ended.iter().map(|row| row["target_service_key"].as_str().unwrap().to_owned())), sorted(all.into_iter()));
}

#[test]
#[ignore = "needs a Restate server: bash examples/durable/check"]
fn a_cancel_undoes_a_changed_plan_is_refused_and_a_parked_run_is_resumed() {
    let mut site = Site::start(4);
    let restored = |site: &Site, run: &str| site.fake.mutations(run).len() >= 2;
    // By the handler, by Restate's own cancel, and while it waits for its turn.
    let admin = site.run("admin", &request("admin", 1));
    until("it has its turn", || site.status("admin")["doing"] == "refreshing");
    site.run("queued", &request("queued", 1));
    site.run("asked", &request("asked", 0));
    site.run("changed", &request("changed", 2));
    site.fake.deny_copy("staging-parked-parked-d1");
    site.run("parked", &request("parked", 3));
    until("they have a temporary instance", || restored(&site, "asked") && restored(&site, "admin"));
    site.call("queued", "cancel");
    site.call("asked", "nudge");
    site.call("asked", "cancel");
    site.call("asked", "cancel");
    site.cancel_invocation(admin["invocationId"].as_str().unwrap());
    for run in ["asked", "admin"] {
        let outcome = site.outcome(run);
        assert_eq!(outcome["verdict"]["cause"]["type"], "cancelled", "{outcome}");
        let removed = ["DeleteDBInstance", "DeleteDBClusterSnapshot"].map(str::to_owned);
        let actions: Vec<String> =
            site.fake.mutations(run)[2..].iter().map(|mutation| mutation.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(actions, removed, "{run}");
    }
    assert!(site.fake.mutations("queued").is_empty());

    until("the third step is reached", || site.fake.mutations("changed").len() >= 3);
    until("its answer is known", || site.status("changed")["steps"].as_array().is_some_and(|steps| steps.len() >= 3));
    site.kill_service();
    let before = site.fake.mutations("changed");
    site.start_service(MASKED);
    let failure = "select last_failure from sys_invocation where target_service_key = 'changed' and last_failure is not null";
    until("it is refused", || {
        site.query(failure)
            .iter()
            .any(|row| row["last_failure"].as_str().unwrap().contains("the plan has changed: step 3 of the run is"))
    });
    assert_eq!(site.fake.mutations("changed"), before);
    site.kill_service();
    site.start_service(SERVICE);
    let outcome = site.outcome("changed");
    assert_eq!(outcome["verdict"]["type"], "succeeded", "{outcome}");
    assert_eq!(site.fake.mutations("changed"), whole("changed", 2));

    until("it is parked", || site.status("parked")["doing"] == "parked");
    site.fake.permit_copy();
    site.kill_service();
    site.start_service(SERVICE);
    site.call("parked", "resume");
    let outcome = site.outcome("parked");
    assert_eq!(outcome["verdict"]["type"], "succeeded", "{outcome}");
    assert_eq!(site.fake.mutations("parked"), whole("parked", 3));
    assert_eq!(site.fake.holds("222222222222", "clusters"), ["staging-changed", "staging-parked"]);
    assert_only_production(&site);
}

/// Everything that a refresh changes, once each.
fn whole(run: &str, n: usize) -> Vec<String> {
    vec![
        format!("CreateDBClusterSnapshot orders-{n}-{run}-c1"),
        format!("RestoreDBInstanceFromDBSnapshot orders-{n}-{run}-t1"),
        format!("CreateDBSnapshot orders-{n}-{run}-s1"),
        format!("ModifyDBSnapshotAttribute orders-{n}-{run}-s1"),
        format!("DeleteDBInstance orders-{n}-{run}-t1"),
        format!("CopyDBSnapshot staging-{run}-{run}-d1"),
        format!("RestoreDBClusterFromSnapshot staging-{run}"),
        // The share is taken back.
        format!("ModifyDBSnapshotAttribute orders-{n}-{run}-s1"),
        format!("DeleteDBSnapshot orders-{n}-{run}-s1"),
        format!("DeleteDBClusterSnapshot orders-{n}-{run}-c1"),
    ]
}

/// The source account holds nothing but what was there.
fn assert_only_production(site: &Site) {
    assert!(site.fake.holds("111111111111", "snapshots").is_empty());
    assert!(site.fake.holds("111111111111", "cluster_snapshots").is_empty());
    let instances = site.fake.holds("111111111111", "instances");
    assert!(instances.iter().all(|name| name.starts_with("orders-") && name.contains("-instance-")), "{instances:?}");
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}
