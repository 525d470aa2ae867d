//! The suite of adapters, on ticks and a generated state machine: what it says of the tokio driver, it says of them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod outside;
mod run;

use async_trait::async_trait;
use rds_refresh_testkit::suite::driver::{Host, check};

use run::Run;

/// Runs of the joined plan, each in a world of its own.
struct StepFunctions;

#[async_trait]
impl Host for StepFunctions {
    type Run = Run;

    async fn run(&mut self, _: u64) -> Run {
        Run::new(1)
    }
}

#[tokio::test]
async fn ticks_in_a_state_machine_keep_every_promise() {
    let passed = check(&mut StepFunctions).await.unwrap();
    println!("{} runs", passed.runs);
    assert_eq!(passed.skipped, []);
    assert!(passed.runs > 100, "only {} runs", passed.runs);
}
