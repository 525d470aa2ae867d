//! `kill -9` at random moments while everything goes wrong, over HTTP, until the run ends: nothing is left that it does not name.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::fs::File;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use common::fake::Fake;
use common::pause;
use rds_refresh_core::{Resource, ResourceKind};
use rds_refresh_testkit::fault::FaultScript;
use serde_json::Value;

/// How many runs; `RDS_REFRESH_KILL_RUNS` says another number.
fn runs() -> u64 {
    std::env::var("RDS_REFRESH_KILL_RUNS").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

/// How many runs at a time: they mostly wait.
const AT_ONCE: usize = 6;

#[test]
fn every_run_ends_explained() {
    let (next, killed, refreshed) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= runs() {
                        return;
                    }
                    let story = Story::of(seed);
                    killed.fetch_add(story.kills, Ordering::Relaxed);
                    refreshed.fetch_add(u64::from(story.outcome["outcome"] == "refreshed"), Ordering::Relaxed);
                }
            });
        }
    });
    let (killed, refreshed) = (killed.into_inner(), refreshed.into_inner());
    println!("{} runs: {refreshed} refreshed, {} failed cleanly; killed {killed} times", runs(), runs() - refreshed);
    assert!(killed >= runs() * 2 && refreshed >= runs() / 4, "{killed} kills, {refreshed} refreshed: this proves little");
}

/// One run from its beginning to its end.
struct Story {
    seed: u64,
    fake: Fake,
    existed: BTreeSet<Resource>,
    moments: Moments,
    kills: u64,
    parked: u32,
    outcome: Value,
}

impl Story {
    fn of(seed: u64) -> Self {
        let fake = Fake::seeded("x4000", seed);
        let existed = fake.world().resources().into_iter().collect();
        let script = FaultScript::drawn(seed, 3);
        fake.ask("POST", "faults", &script.to_json());
        let moments = Moments(0x5eed ^ (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut story = Self { seed, fake, existed, moments, kills: 0, parked: 0, outcome: Value::Null };
        while !story.live() {}
        let unexplained = story.unexplained();
        assert!(unexplained.is_empty(), "seed {seed}: {unexplained:#?}\n{}\n{}", story.outcome, script.to_json());
        story
    }

    /// One process, to its death or its end. Answers whether the run has ended.
    fn live(&mut self) -> bool {
        // A person looks at a run that is parked: waits at first, then mends what is broken, and at last gives up.
        match self.parked {
            0 => {}
            1..4 => drop(self.fake.ask("POST", "clock/advance", "{\"seconds\": 2400}")),
            _ => self.mend(),
        }
        let arguments: &[&str] = match self.parked {
            _ if !self.fake.place.path("state/one.json").exists() => &["run", "--run", "one", "--output", "json"],
            7.. => &["cancel", "one", "--output", "json"],
            _ => &["resume", "one", "--output", "json"],
        };
        let (out, err) = (self.fake.place.path("out"), self.fake.place.path("err"));
        let mut command = self.fake.command(arguments);
        command.stdout(Stdio::from(File::create(&out).unwrap())).stderr(Stdio::from(File::create(&err).unwrap()));
        let mut child = command.spawn().unwrap();
        // Each life may be longer than the one before, so that every run comes to its end.
        let mut left = self.moments.next() * u32::try_from(2 + self.kills).unwrap() / 2;
        let ended = loop {
            if let Some(ended) = child.try_wait().unwrap() {
                break ended;
            }
            if left.is_zero() {
                child.kill().unwrap();
                child.wait().unwrap();
                self.kills += 1;
                assert!(self.kills < 100, "seed {}: it does not end", self.seed);
                return false;
            }
            let slice = left.min(Duration::from_millis(5));
            pause(slice);
            left -= slice;
        };
        let (out, err) = (std::fs::read_to_string(out).unwrap(), std::fs::read_to_string(err).unwrap());
        self.outcome = out.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
        match (ended.code(), self.outcome["outcome"].as_str()) {
            (Some(0), Some("refreshed")) | (Some(0 | 1), Some("failed")) => true,
            (Some(3), Some("parked")) => {
                self.parked += 1;
                assert!(self.parked < 20, "seed {}: it parks for ever", self.seed);
                false
            }
            // Faults strike STS as well: nothing was called.
            (Some(1), _) if err.contains("STS does not answer") => {
                self.parked += 1;
                assert!(self.parked < 20, "seed {}: STS never answers", self.seed);
                false
            }
            // The process before was killed after it had stored the end, and before it could say so.
            (Some(2), _) if err.contains("has ended") => self.take_outcome(),
            (code, _) => panic!("seed {}: {code:?}\n{out}\n{err}", self.seed),
        }
    }

    /// The end of a run that has ended, from what is stored.
    fn take_outcome(&mut self) -> bool {
        let shown = self.fake.run(&["status", "one", "--output", "json"]).with(0).out;
        let report: Value = serde_json::from_str(&shown).unwrap();
        let mut outcome = report["outcome"].clone();
        let succeeded = report["doing"] == "succeeded";
        outcome["outcome"] = if succeeded { "refreshed" } else { "failed" }.into();
        self.outcome = outcome;
        true
    }

    fn mend(&self) {
        self.fake.ask("DELETE", "faults", "");
        let mut world = self.fake.world();
        let places: Vec<_> = world.places().map(|(place, _)| place.clone()).collect();
        for place in places {
            for key in world.at_mut(&place).keys.values_mut() {
                "Enabled".clone_into(&mut key.state);
            }
        }
    }

    /// What exists, was made by the run, and is neither its result, nor kept by policy, nor named as left over.
    fn unexplained(&self) -> Vec<Resource> {
        let kept = resources(&self.outcome["kept"]);
        let left: Vec<Option<Resource>> = self.outcome["leftovers"]
            .as_array()
            .map_or_else(Vec::new, |all| all.iter().map(|left| serde_json::from_value(left["resource"].clone()).ok()).collect());
        let is_result = |resource: &Resource| {
            self.outcome["outcome"] == "refreshed" && resource.kind == ResourceKind::DbCluster && resource.id == "orders-staging"
        };
        let mut world = self.fake.world();
        world.settle();
        let made: BTreeSet<String> = world
            .journal()
            .iter()
            .filter(|entry| entry.took_effect && !entry.somebody)
            .map(|entry| entry.resource.clone())
            .collect();
        let is_made = |resource: &Resource| match resource.kind {
            ResourceKind::SnapshotShare => resource.id.contains("-one-"),
            ResourceKind::KmsGrant => resource.id.contains("#rds-refresh/one/"),
            _ => made.contains(&resource.id),
        };
        let mut found = world.resources();
        found.retain(|resource| {
            !self.existed.contains(resource)
                && is_made(resource)
                && !is_result(resource)
                && !kept.contains(resource)
                && !left.iter().any(|left| left.as_ref().is_none_or(|left| left == resource))
        });
        // What stood there before the run, still stands.
        let exists: BTreeSet<Resource> = world.resources().into_iter().collect();
        let production = self.existed.iter().filter(|it| it.kind == ResourceKind::DbCluster);
        found.extend(production.filter(|it| !exists.contains(it)).cloned());
        found
    }
}

fn resources(list: &Value) -> Vec<Resource> {
    let all = list.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|one| serde_json::from_value(one.clone()).unwrap()).collect()
}

/// The moments of the kills: the same in every run of the test.
struct Moments(u64);

impl Moments {
    fn next(&mut self) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        Duration::from_millis(60 + self.0 % 500)
    }
}
