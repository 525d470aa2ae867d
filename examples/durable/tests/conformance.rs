//! The suite of adapters, on a real Restate server: what an adapter in another process can be asked.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use common::{MASKED, SERVICE, Site, pause, request};
use rds_refresh_core::{Outcome, Resource, Timestamp};
use rds_refresh_testkit::fault::FaultScript;
use rds_refresh_testkit::suite::driver::{Host, PROMISES, Passed, Point, Program, Stand, Subject, Until, check};
use rds_refresh_testkit::world::{Entry, Operation};
use serde_json::Value;

/// A server, a service, and runs one after the other.
struct Restate {
    site: Arc<Mutex<Site>>,
    cannot: Vec<(&'static str, &'static str)>,
    sample: Vec<usize>,
}

struct Run {
    site: Arc<Mutex<Site>>,
    name: String,
    program: Program,
    /// The state of a parked run that was told.
    parked: Option<Value>,
}

#[async_trait]
impl Host for Restate {
    type Run = Run;

    async fn run(&mut self, number: u64) -> Run {
        let site = self.site.lock().unwrap();
        site.proxy.begin();
        site.fake.world().disarm();
        drop(site);
        Run { site: self.site.clone(), name: format!("n{number}"), program: Program::Usual, parked: None }
    }

    fn cannot(&self) -> Vec<(&'static str, &'static str)> {
        self.cannot.clone()
    }

    fn sample(&self, _: usize) -> Vec<usize> {
        self.sample.clone()
    }
}

impl Run {
    fn site(&self) -> MutexGuard<'_, Site> {
        self.site.lock().unwrap()
    }

    fn is_of_run(&self, resource: &str) -> bool {
        resource.contains(&format!("-{}-", self.name)) || resource == format!("staging-{}", self.name)
    }

    /// The same for every run.
    fn anonymous(&self, resource: &str) -> String {
        let parts: Vec<&str> = resource.split('-').map(|part| if part == self.name { "run" } else { part }).collect();
        parts.join("-")
    }

    /// Where the run stands, if it stands.
    fn stand(&mut self) -> Option<Stand> {
        let site = self.site();
        if let Some(output) = site.output(&self.name) {
            return Some(Stand::Stopped(Box::new(serde_json::from_value(output).unwrap())));
        }
        let status = site.status(&self.name);
        if status["doing"] == "parked" && self.parked.as_ref() != Some(&status) {
            let outcome: Outcome = serde_json::from_value(status["outcome"].clone()).unwrap();
            drop(site);
            self.parked = Some(status);
            return Some(Stand::Stopped(Box::new(outcome)));
        }
        if self.program == Program::Usual {
            return None;
        }
        let failures = "select last_failure from sys_invocation where last_failure is not null and target_service_key = ";
        let failures = site.query(&format!("{failures}'{}'", self.name));
        let refused = |why: &&str| why.contains("the plan has changed");
        let why = failures.iter().filter_map(|row| row["last_failure"].as_str()).find(refused)?;
        Some(Stand::Refused(why.to_owned()))
    }

    /// Whether the run has come to the point. In a wait it is held by its next look.
    fn has_reached(&self, point: Point) -> bool {
        let site = self.site();
        match point {
            Point::AfterMutation(_) => site.proxy.is_held(),
            // Whoever has missed the wait finds the look after it, which the proxy holds.
            Point::InWaitAfter(_) if site.proxy.is_held() => true,
            Point::InWaitAfter(number) => {
                let made: Vec<Timestamp> = {
                    let world = site.fake.world();
                    let calls = world.journal().iter().filter(|call| mutates(call) && self.is_of_run(&call.resource));
                    calls.map(|call| call.at).collect()
                };
                let Some(last) = made.get(number - 1).filter(|_| made.len() == number) else { return false };
                let status = site.status(&self.name);
                // The clock of the service may be a little behind that of the fake.
                let told = status["now"].as_str().and_then(|now| now.parse::<Timestamp>().ok());
                status["doing"] == "refreshing" && status["calling"].is_null() && told.is_some_and(|told| told > *last)
            }
            other => panic!("{other:?} cannot be seen from outside"),
        }
    }
}

fn mutates(entry: &Entry) -> bool {
    let known = Operation::ALL.iter().find(|operation| operation.name() == entry.action);
    known.is_some_and(|operation| operation.mutates()) && entry.fault != Some("late")
}

#[async_trait]
impl Subject for Run {
    async fn start(&mut self) -> Result<(), String> {
        let answer = self.site().run(&self.name, &request(&self.name, 0));
        if answer["status"] == "Accepted" { Ok(()) } else { Err(answer.to_string()) }
    }

    async fn go(&mut self, until: Until) -> Stand {
        let point = match until {
            Until::Stopped => None,
            Until::Held(point) | Until::Killed(point) => Some(point),
        };
        match point {
            Some(Point::AfterMutation(number)) => self.site().proxy.hold(number),
            Some(Point::InWaitAfter(number)) => self.site().proxy.hold_after(number),
            _ => {}
        }
        if !self.site().is_served() {
            let program = if self.program == Program::Usual { SERVICE } else { MASKED };
            self.site().start_service(program);
        }
        let begun = now();
        while begun.elapsed() < Duration::from_secs(100) {
            if point.is_some_and(|point| self.has_reached(point)) {
                if matches!(until, Until::Killed(_)) {
                    self.site().kill_service();
                    self.site().proxy.forget();
                }
                return Stand::Reached;
            }
            if let Some(stand) = self.stand() {
                return stand;
            }
            // The server has better things to do than to answer.
            pause(Duration::from_millis(10));
        }
        Stand::Stuck
    }

    async fn release(&mut self) {
        self.site().proxy.release();
    }

    async fn deploy(&mut self, program: Program) {
        self.site().kill_service();
        self.site().proxy.forget();
        self.program = program;
    }

    async fn cancel(&mut self) -> Result<(), String> {
        self.site().try_call(&self.name, "cancel")
    }

    async fn nudge(&mut self) -> Result<(), String> {
        self.site().try_call(&self.name, "nudge")
    }

    async fn resume(&mut self) -> Result<(), String> {
        self.site().try_call(&self.name, "resume")
    }

    /// The journal delivers every answer again to a handler that is run again.
    async fn redeliver(&mut self) -> bool {
        let mut site = self.site();
        site.kill_service();
        site.proxy.forget();
        site.start_service(SERVICE);
        true
    }

    async fn arm(&mut self, script: FaultScript) {
        self.site().fake.suffer(&script);
    }

    async fn calls(&mut self) -> Vec<Entry> {
        let site = self.site();
        let world = site.fake.world();
        let entries = world.journal().iter().filter(|entry| self.is_of_run(&entry.resource)).cloned();
        entries.map(|entry| Entry { resource: self.anonymous(&entry.resource), ..entry }).collect()
    }

    async fn holds(&mut self) -> Vec<String> {
        let site = self.site();
        let mut world = site.fake.world();
        world.settle();
        let all = world.resources().into_iter();
        let of_run = all.filter(|resource| self.is_of_run(resource.id.split(':').next().unwrap_or_default()));
        of_run.map(|resource| Resource { id: self.anonymous(&resource.id), ..resource }.to_string()).collect()
    }

    async fn points(&mut self) -> Vec<Point> {
        vec![
            Point::AfterMutation(1),
            Point::AfterMutation(4),
            Point::AfterMutation(7),
            Point::InWaitAfter(2),
            Point::InWaitAfter(7),
        ]
    }
}

#[allow(clippy::disallowed_methods, reason = "processes are watched in real time")]
fn now() -> Instant {
    Instant::now()
}

fn passes(site: Site, cannot: Vec<(&'static str, &'static str)>, sample: Vec<usize>) -> Passed {
    let mut host = Restate { site: Arc::new(Mutex::new(site)), cannot, sample };
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(check(&mut host)).unwrap()
}

#[test]
#[ignore = "needs a Restate server: bash examples/durable/check"]
fn every_promise_that_can_be_tried_from_outside() {
    let cannot = vec![
        ("same-trace", "real time has a part in it"),
        ("plan-grown", "there is no program whose plan differs in the last steps alone"),
        ("hanging-call", "calls are given up by real time, after half a minute"),
        (
            "late-effect",
            "a service needs longer to start than an effect is late when time is 600 times as fast: the test below has a slower one",
        ),
    ];
    let passed = passes(Site::start(1), cannot, vec![2, 4, 6]);
    assert_eq!(passed.skipped.len(), 4);
}

/// A call whose request takes effect after the service that made it was killed, and another one has begun to serve.
#[test]
#[ignore = "needs a Restate server: bash examples/durable/check"]
fn a_late_effect_is_waited_for_by_whoever_did_not_make_the_call() {
    let others = PROMISES.iter().map(|promise| promise.name).filter(|name| !["ends", "late-effect"].contains(name));
    let cannot = others.map(|name| (name, "the test above tries it")).collect();
    // Sharing the snapshot: the one mutation that would take effect twice without a word.
    passes(Site::at_pace(1, "x60"), cannot, vec![4]);
}
