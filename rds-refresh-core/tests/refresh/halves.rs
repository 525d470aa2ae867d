//! The two halves by themselves: a hand-over goes one way, an acknowledgement the other, and the settlement goes on with the source's state.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::steps::{Acknowledgement, Acknowledgements, Handover};
use rds_refresh_core::{Driver, Facts, MemoryStore, OnFailure, Outcome, RunId, StepError, Store, Verdict, steps};
use serde_json::Value;

use crate::fixture::Run;

/// The source account's letter box.
#[derive(Default)]
struct LetterBox(Mutex<Option<Acknowledgement>>);

#[async_trait]
impl Acknowledgements for LetterBox {
    async fn acknowledgement(&self, _: &RunId) -> Result<Option<Acknowledgement>, StepError> {
        Ok(self.0.lock().unwrap().clone())
    }
}

struct Halves {
    run: Run,
    destination_store: Arc<MemoryStore>,
    letters: Arc<LetterBox>,
}

impl Halves {
    fn new() -> Self {
        Self { run: Run::seeded(1), destination_store: Arc::new(MemoryStore::new()), letters: Arc::new(LetterBox::default()) }
    }

    fn driver(
        &self,
        (machine, worker): (rds_refresh_core::Machine, rds_refresh_core::Worker),
        store: &Arc<MemoryStore>,
    ) -> Driver {
        Driver::new(machine, worker, store.clone(), Arc::new(self.run.stage.fake.clock().clone()))
            .with_signal_interval(Duration::from_hours(24))
    }

    /// Runs the source half, and answers its hand-over as it crosses: as JSON.
    async fn source(&self) -> String {
        let driver = self.driver(steps::source(&self.run.source()).build().unwrap(), &self.run.store);
        let mut facts = Facts::new();
        facts.insert(self.run.request().source()).unwrap();
        let outcome = driver.start(self.run.id.clone(), facts, OnFailure::default()).await.unwrap();
        assert_eq!(outcome.verdict, Verdict::Succeeded);
        self.run.stored().await["facts"]["handover"].to_string()
    }

    async fn destination(&self, handover: &str) -> Outcome {
        let driver = self.driver(steps::destination(&self.run.destination()).build().unwrap(), &self.destination_store);
        let mut facts = Facts::new();
        facts.insert(self.run.request().destination()).unwrap();
        facts.insert(&Handover::parse(handover).unwrap()).unwrap();
        driver.start(self.run.id.clone(), facts, OnFailure::default()).await.unwrap()
    }

    async fn settle(&self) -> Outcome {
        let letters: Arc<dyn Acknowledgements> = self.letters.clone();
        let driver = self.driver(steps::settlement(&self.run.source(), &letters).build().unwrap(), &self.run.store);
        driver.resume(&self.run.id).await.unwrap()
    }

    async fn acknowledgement(&self) -> Acknowledgement {
        let stored = self.destination_store.load(&self.run.id).await.unwrap().unwrap();
        let state: Value = serde_json::to_value(stored.state).unwrap();
        serde_json::from_value(state["facts"]["acknowledgement"].clone()).unwrap()
    }
}

#[tokio::test]
async fn two_accounts_by_themselves_come_to_the_same_end() {
    let together = Run::seeded(1);
    together.start().await;

    let halves = Halves::new();
    let handover = halves.source().await;
    assert_eq!(halves.destination(&handover).await.verdict, Verdict::Succeeded);
    *halves.letters.0.lock().unwrap() = Some(halves.acknowledgement().await);
    assert_eq!(halves.settle().await.verdict, Verdict::Succeeded);

    together.stage.advance(Duration::from_hours(1));
    halves.run.stage.advance(Duration::from_hours(1));
    assert_eq!(halves.run.resources(), together.resources());
    assert_eq!(halves.run.mutations(), together.mutations());
}

#[tokio::test]
async fn without_an_acknowledgement_the_snapshot_is_unshared_and_kept() {
    let halves = Halves::new();
    halves.source().await;
    let before = halves.run.stage.fake.clock().now();
    assert_eq!(halves.settle().await.verdict, Verdict::Succeeded);

    let waited = halves.run.stage.fake.clock().now().since(before);
    assert!(waited >= Duration::from_hours(48) && waited < Duration::from_hours(49), "{waited:?}");
    halves.run.stage.advance(Duration::from_hours(1));
    assert_eq!(
        halves.run.resources(),
        [
            "DB snapshot orders-production-nightly-s1 in 111111111111/eu-west-1",
            "DB cluster orders-production in 111111111111/eu-west-1",
        ]
    );
}

#[tokio::test]
async fn an_acknowledgement_from_elsewhere_is_none() {
    let halves = Halves::new();
    halves.source().await;
    let copy = "arn:aws:rds:eu-west-1:333333333333:snapshot:copy".parse().ok();
    *halves.letters.0.lock().unwrap() = Some(Acknowledgement { run: halves.run.id.clone(), copy });
    halves.settle().await;
    assert!(halves.run.resources().iter().any(|resource| resource.contains("orders-production-nightly-s1")));
}

#[tokio::test]
async fn a_hand_over_that_lies_makes_no_call() {
    let halves = Halves::new();
    let honest: Value = serde_json::from_str(&halves.source().await).unwrap();
    let calls = halves.run.mutations().len();
    let mut forged = honest.clone();
    forged["snapshot"] = "arn:aws:rds:eu-west-1:333333333333:snapshot:orders-production-nightly-s1".into();
    let outcome = halves.destination(&forged.to_string()).await;
    assert!(matches!(&outcome.verdict, Verdict::Failed { step, .. } if step == "copy-snapshot"), "{:?}", outcome.verdict);
    assert_eq!(halves.run.mutations().len(), calls);
}
