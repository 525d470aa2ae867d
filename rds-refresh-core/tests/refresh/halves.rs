//! The two halves by themselves: a hand-over goes one way, an acknowledgement the other, and the settlement goes on with the source's state.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::driver::DriveError;
use rds_refresh_core::steps::{Acknowledgement, Acknowledgements, Handover};
use rds_refresh_core::{Driver, Facts, MemoryStore, OnFailure, Outcome, RunId, StepError, Store, Verdict, steps};
use rds_refresh_testkit::world::ops;
use serde_json::{Value, json};

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
        self.destination_as(self.run.id.as_str(), handover).await
    }

    async fn destination_as(&self, run: &str, handover: &str) -> Outcome {
        let (driver, facts) = self.destination_driver(handover);
        driver.start(run.parse().unwrap(), facts, OnFailure::default()).await.unwrap()
    }

    fn destination_driver(&self, handover: &str) -> (Driver, Facts) {
        let driver = self.driver(steps::destination(&self.run.destination()).build().unwrap(), &self.destination_store);
        let mut facts = Facts::new();
        facts.insert(self.run.request().destination()).unwrap();
        facts.insert(&Handover::parse(handover).unwrap()).unwrap();
        (driver, facts)
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

/// Whoever it comes from, it lets nobody delete the snapshot, and the run ends as without one.
#[tokio::test]
async fn an_acknowledgement_that_is_not_the_destinations_is_none() {
    let copy = |arn: &str| Some(arn.parse().unwrap());
    let rows = [
        ("of a third account", "nightly", copy("arn:aws:rds:eu-west-1:333333333333:snapshot:orders-staging-nightly-d1")),
        ("of a third account in China", "nightly", copy("arn:aws-cn:rds:cn-north-1:333333333333:snapshot:copy")),
        ("of the source account", "nightly", copy("arn:aws:rds:eu-west-1:111111111111:snapshot:orders-production-nightly-s1")),
        ("for another run", "weekly", copy("arn:aws:rds:eu-west-1:222222222222:snapshot:orders-staging-weekly-d1")),
        ("of nothing", "nightly", None),
    ];
    for (what, run, copy) in rows {
        let halves = Halves::new();
        halves.source().await;
        *halves.letters.0.lock().unwrap() = Some(Acknowledgement { run: run.parse().unwrap(), copy });
        assert_eq!(halves.settle().await.verdict, Verdict::Succeeded, "{what}");
        let deleted = |it: &String| it.starts_with("DeleteDBSnapshot");
        assert!(!halves.run.mutations().iter().any(deleted), "{what}: {:?}", halves.run.mutations());
        assert!(halves.run.resources().iter().any(|resource| resource.contains("orders-production-nightly-s1")), "{what}");
    }
}

/// Each is refused by the step that copies, and nothing is done: the destination has not made one call that changes anything.
#[tokio::test]
async fn a_hand_over_that_lies_changes_nothing() {
    let arn = |text: &str| json!(text);
    let rows: [(&str, &str, Value, &str); 14] = [
        (
            "a foreign account",
            "snapshot",
            arn("arn:aws:rds:eu-west-1:333333333333:snapshot:x"),
            "belongs to account 333333333333",
        ),
        (
            "the destination's own",
            "snapshot",
            arn("arn:aws:rds:eu-west-1:222222222222:snapshot:x"),
            "belongs to account 222222222222",
        ),
        ("another Region", "snapshot", arn("arn:aws:rds:us-east-1:111111111111:snapshot:x"), "is in us-east-1"),
        ("another partition", "snapshot", arn("arn:aws-cn:rds:cn-north-1:111111111111:snapshot:x"), "is in cn-north-1"),
        ("a snapshot that is not shared", "snapshot", arn("arn:aws:rds:eu-west-1:111111111111:snapshot:private"), "private"),
        ("a snapshot that is not there", "snapshot", arn("arn:aws:rds:eu-west-1:111111111111:snapshot:nowhere"), "nowhere"),
        ("a key of a third account", "kms_key", arn("arn:aws:kms:eu-west-1:333333333333:key/x"), "not one of `source_keys`"),
        ("another key than RDS shows", "kms_key", arn("arn:aws:kms:eu-west-1:111111111111:key/x"), "key/x"),
        ("an engine without clusters", "engine", json!("oracle-ee"), "only mysql and postgres"),
        ("another engine than RDS shows", "engine", json!("mysql"), "mysql"),
        ("too old", "made_at", json!("2025-11-20T08:00:00.000Z"), "longer ago than `max_handover_age`"),
        ("yet to come", "made_at", json!("2031-01-01T00:00:00.000Z"), "yet to come"),
        ("a newer schema", "schema", json!(2), "has schema 2"),
        ("no schema", "schema", json!(0), "has schema 0"),
    ];
    let halves = Halves::new();
    let honest: Value = serde_json::from_str(&halves.source().await).unwrap();
    // Another snapshot of production, which nobody has shared.
    let private = ops::CreateDbSnapshot {
        identifier: "private".into(),
        instance: "orders-production-instance-1".into(),
        ..Default::default()
    };
    let _ = halves.run.stage.fake.call(&halves.run.stage.source, &private);
    // The temporary instance is on its way out.
    halves.run.stage.advance(Duration::from_hours(1));
    let (before, calls) = (halves.run.resources(), halves.run.mutations());
    for (number, (what, field, value, says)) in rows.into_iter().enumerate() {
        let mut forged = honest.clone();
        forged[field] = value;
        let run = format!("forged-{number}");
        let outcome = halves.destination_as(&run, &forged.to_string()).await;
        let Verdict::Failed { step, cause } = &outcome.verdict else { panic!("{what}: {:?}", outcome.verdict) };
        assert_eq!(step, "copy-snapshot", "{what}");
        assert!(cause.to_string().contains(says), "{what}: {cause}");
        assert!(outcome.removed.is_empty() && outcome.leftovers.is_empty(), "{what}: {outcome:?}");
        assert_eq!(halves.run.mutations(), calls, "{what}");
    }
    assert_eq!(halves.run.resources(), before);
    // What cannot be read never comes as far as a run.
    for (what, text) in [
        ("oversized", format!("{{\"masking\": \"{}\"}}", "x".repeat(5000))),
        ("truncated", honest.to_string()[..40].to_owned()),
        ("no ARN", honest.to_string().replace("arn:aws:rds", "rds")),
    ] {
        assert!(Handover::parse(&text).is_err(), "{what}");
    }
}

/// The run's id is the lock: a hand-over that comes twice begins nothing anew, while its run lasts and afterwards.
#[tokio::test]
async fn a_hand_over_that_is_replayed_changes_nothing() {
    let halves = Halves::new();
    let handover = halves.source().await;
    assert_eq!(halves.destination(&handover).await.verdict, Verdict::Succeeded);
    let calls = halves.run.mutations();
    let (driver, facts) = halves.destination_driver(&handover);
    let refused = driver.start(halves.run.id.clone(), facts, OnFailure::default()).await;
    assert!(matches!(refused, Err(DriveError::Exists { .. })), "{refused:?}");
    assert_eq!(halves.run.mutations(), calls);
}
