//! What crosses from one account to the other, and why the other believes none of it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::time::Duration;

use common::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rds_refresh_core::ids::KeyArn;
use rds_refresh_core::steps::{HandOver, HandOverMasked, Handover, InstanceSnapshot, RefusedHandover};
use rds_refresh_core::{ErrorKind, Fact, Progress, Step};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Masked {}

impl Fact for Masked {
    const NAME: &'static str = "masked";
}

fn check(change: impl FnOnce(&mut Handover)) -> Result<(), RefusedHandover> {
    let mut handover = handover();
    change(&mut handover);
    handover.check(&destination_request(), cx().now)
}

#[test]
fn every_refusal() {
    let now = cx().now;
    let arn = |text: &str| text.parse().unwrap();
    let key = |text: &str| text.parse().unwrap();
    let foreign_key = "arn:aws:kms:eu-west-1:333333333333:key/x";
    let far_key = "arn:aws:kms:us-east-1:111111111111:key/x";
    let (old, young) = (now.before(Duration::from_hours(7 * 24) + Duration::from_millis(1)), now + Duration::from_mins(16));
    assert_eq!(check(|_| {}), Ok(()));
    let rows = [
        (check(|it| it.schema = 2), RefusedHandover::Schema(2)),
        (
            check(|it| it.snapshot = arn("arn:aws:rds:eu-west-1:333333333333:snapshot:orders-r1-s1")),
            RefusedHandover::Account("333333333333".into()),
        ),
        // Nor one of the destination's own, which would be a copy of a copy.
        (check(|it| it.snapshot = arn(COPY_ARN)), RefusedHandover::Account("222222222222".into())),
        (
            check(|it| it.snapshot = arn("arn:aws:rds:us-east-1:111111111111:snapshot:orders-r1-s1")),
            RefusedHandover::Region("us-east-1".into()),
        ),
        (
            check(|it| it.snapshot = arn("arn:aws-cn:rds:cn-north-1:111111111111:snapshot:orders-r1-s1")),
            RefusedHandover::Region("cn-north-1".into()),
        ),
        (check(|it| it.kms_key = Some(key(foreign_key))), RefusedHandover::Key(foreign_key.into())),
        (check(|it| it.kms_key = Some(key(far_key))), RefusedHandover::Key(far_key.into())),
        (check(|it| it.engine = "aurora-postgresql".into()), RefusedHandover::Engine("aurora-postgresql".into())),
        (check(|it| it.engine = String::new()), RefusedHandover::Engine(String::new())),
        (check(|it| it.made_at = old), RefusedHandover::TooOld(old)),
        (check(|it| it.made_at = young), RefusedHandover::InTheFuture(young)),
    ];
    for (found, expected) in rows {
        assert_eq!(found, Err(expected));
    }
    assert_eq!(check(|it| it.made_at = now.before(Duration::from_hours(7 * 24))), Ok(()));
    assert_eq!(check(|it| it.made_at = now + Duration::from_mins(15)), Ok(()));
}

#[test]
fn a_hand_over_without_a_key_is_taken_where_the_destination_allows_it() {
    let keyless = Handover { kms_key: None, ..handover() };
    assert_eq!(keyless.check(&destination_request(), cx().now), Err(RefusedHandover::Unencrypted));
    let allows = destination_builder().with_allow_unencrypted_source(true).build().unwrap();
    assert_eq!(keyless.check(&allows, cx().now), Ok(()));
    let text = serde_json::to_string(&keyless).unwrap();
    assert!(!text.contains("kms_key"), "{text}");
    assert_eq!(Handover::parse(&text), Ok(keyless));
}

#[test]
fn a_list_of_keys_admits_those_on_it() {
    let request = destination_builder().with_source_keys([OTHER_KEY]).build().unwrap();
    let refused = handover().check(&request, cx().now);
    assert_eq!(refused, Err(RefusedHandover::Key(KEY.into())));
    let listed = Handover { kms_key: Some(OTHER_KEY.parse().unwrap()), ..handover() };
    assert_eq!(listed.check(&request, cx().now), Ok(()));
}

#[test]
fn what_is_written_is_read() {
    let text = serde_json::to_string(&handover()).unwrap();
    assert_eq!(Handover::parse(&text), Ok(handover()));
    // Flat, and of a version: what others read and write.
    assert_eq!(
        serde_json::from_str::<Value>(&text).unwrap(),
        json!({
            "schema": 1,
            "run": "r1",
            "snapshot": SNAPSHOT_ARN,
            "engine": "postgres",
            "engine_version": "16.4",
            "allocated_storage": 100,
            "kms_key": KEY,
            "made_at": "2026-11-23T08:50:00.000Z",
        })
    );
}

#[test]
fn what_cannot_be_read() {
    let text = |change: &dyn Fn(&mut Value)| {
        let mut value = serde_json::to_value(handover()).unwrap();
        change(&mut value);
        value.to_string()
    };
    for malformed in [
        String::new(),
        "[]".into(),
        "{}".into(),
        text(&|it| it["snapshot"] = json!("orders-r1-s1")),
        text(&|it| it["snapshot"] = json!("arn:aws:rds:eu-west-1:111111111111:cluster:orders")),
        text(&|it| it["snapshot"] = json!("arn:aws-cn:rds:eu-west-1:111111111111:snapshot:orders-r1-s1")),
        text(&|it| it["snapshot"] = json!("arn:aws:rds:eu-west-1:111111111111:snapshot:rds:orders")),
        text(&|it| it["kms_key"] = json!("alias/production")),
        text(&|it| it["run"] = json!("../r1")),
        text(&|it| it["made_at"] = json!(1_700_000_000)),
    ] {
        assert!(matches!(Handover::parse(&malformed), Err(RefusedHandover::Malformed(_))), "{malformed}");
    }
    let long = text(&|it| it["masking"] = json!("x".repeat(4096)));
    assert_eq!(Handover::parse(&long), Err(RefusedHandover::TooLarge(long.len())));
}

fn odd_value() -> impl Strategy<Value = Value> {
    let texts = [
        "",
        "r1",
        "../r1",
        "postgres",
        "2026-11-23T08:50:00Z",
        "2026-11-23T08:50:00.000+01:00",
        "9999-12-31T23:59:59Z",
        "arn:aws:rds:eu-west-1:111111111111:snapshot:other",
        "arn:aws:rds:eu-west-1:333333333333:snapshot:orders-r1-s1",
        "arn:aws-cn:rds:cn-north-1:111111111111:snapshot:x",
        "arn:aws:kms:eu-west-1:333333333333:key/x",
        "arn:aws:kms:eu-west-1:111111111111:key/x",
    ];
    prop_oneof![
        proptest::sample::select(texts.to_vec()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!([])),
        Just(json!({ "schema": 1 })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_too_odd_to_be_refused(text in ".{0,200}") {
        prop_assert!(Handover::parse(&text).is_err());
    }

    /// An event of whatever shape, and a hand-over of which a part was replaced: what is read says the same when it is written again,
    /// and what passes the check names nothing but what the request allows.
    #[test]
    fn a_hand_over_that_was_bent_is_refused_or_harmless(
        field in proptest::sample::select(&["schema", "run", "snapshot", "engine", "allocated_storage", "kms_key", "masking", "made_at", "detail"]),
        value in odd_value(),
        at in any::<prop::sample::Index>(),
        cut in 0..30_usize,
        is_cut: bool,
    ) {
        let mut bent = serde_json::to_value(handover()).unwrap();
        bent[field] = value;
        let mut text = bent.to_string();
        if is_cut {
            let at = at.index(text.len());
            let Some(after) = text.get((at + cut).min(text.len())..).map(str::to_owned) else { return Ok(()) };
            let Some(before) = text.get(..at) else { return Ok(()) };
            text = format!("{before}{after}");
        }
        let Ok(read) = Handover::parse(&text) else { return Ok(()) };
        prop_assert_eq!(Handover::parse(&serde_json::to_string(&read).unwrap()), Ok(read.clone()));
        let request = destination_request();
        if read.check(&request, cx().now).is_ok() {
            prop_assert_eq!((read.snapshot.account(), read.snapshot.region()), (&request.source_account, &request.source_region));
            prop_assert_eq!((read.kms_key.as_ref().map(KeyArn::account), read.schema), (Some(&request.source_account), 1));
        }
    }
}

#[tokio::test]
async fn writing_says_what_was_snapshotted() {
    let needs = (instance_snapshot(), shared(None));
    let expected = Handover { made_at: cx().now, ..handover() };
    assert_eq!(HandOver.reconcile(&needs, &cx()).await, Ok(Progress::Ready(expected.clone())));
    let masked = HandOverMasked::<Masked>::new();
    let needs = (instance_snapshot(), shared(None), Masked {});
    let expected = Handover { masking: Some("masked".into()), ..expected };
    assert_eq!(masked.reconcile(&needs, &cx()).await, Ok(Progress::Ready(expected)));
    assert_eq!(HandOverMasked::<Masked>::NAME, HandOver::NAME);
}

#[tokio::test]
async fn a_key_that_is_not_one_is_not_handed_over() {
    let keyless = InstanceSnapshot { kms_key: Some("aws/rds".into()), ..instance_snapshot() };
    let error = HandOver.reconcile(&(keyless, shared(None)), &cx()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

/// A failed run takes the share back, so a hand-over that is needed again is written again: that asks whether the share stands.
#[tokio::test]
async fn a_hand_over_that_is_needed_again_is_written_again() {
    assert_eq!(HandOver.verify(&handover(), &cx()).await, Ok(false));
    assert_eq!(HandOverMasked::<Masked>::new().verify(&handover(), &cx()).await, Ok(false));
}
