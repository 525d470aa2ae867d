//! Identifiers are right once they exist, whatever text they came from.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use proptest::prelude::*;
use rds_refresh_core::ids::{
    AccountId, Arn, DbIdentifier, DbSnapshotIdentifier, InvalidValue, KeyArn, KeyRef, Partition, Region, RunId, SnapshotArn,
};
use rds_refresh_core::{Resource, ResourceKind, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

trait Id: FromStr<Err = InvalidValue> + Display + Serialize + DeserializeOwned + PartialEq + Debug {}

impl<T: FromStr<Err = InvalidValue> + Display + Serialize + DeserializeOwned + PartialEq + Debug> Id for T {}

/// The value is read, and written again as it was, as text and as JSON.
#[track_caller]
fn accepts<T: Id>(texts: &[&str]) {
    for text in texts {
        let id: T = text.parse().unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!(id.to_string(), *text);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("{text:?}"));
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), id);
    }
}

/// The value is refused, with itself and the rule in the message, by serde as well.
#[track_caller]
fn refuses<T: Id>(texts: &[&str]) {
    for text in texts {
        let wrong = text.parse::<T>().expect_err(text);
        assert_eq!(wrong.value, text.chars().take(300).collect::<String>());
        assert!(wrong.to_string().ends_with(&format!("it must be {}", wrong.rule)));
        let json = serde_json::to_string(text).unwrap();
        assert!(serde_json::from_str::<T>(&json).unwrap_err().to_string().contains(wrong.rule), "{text}");
    }
}

#[test]
fn account_ids() {
    accepts::<AccountId>(&["111111111111", "000000000000", "012345678901"]);
    refuses::<AccountId>(&[
        "",
        "11111111111",
        "1111111111111",
        "1111-1111-1111",
        "11111111111a",
        " 111111111111",
        "١١١١١١١١١١١١",
    ]);
    serde_json::from_str::<AccountId>("111111111111").unwrap_err();
}

#[test]
fn regions() {
    accepts::<Region>(&["eu-west-1", "ap-southeast-5", "us-gov-west-1", "cn-northwest-1", "mx-central-1"]);
    refuses::<Region>(&[
        "",
        "eu",
        "eu-west",
        "EU-WEST-1",
        "eu_west_1",
        "eu-west-1a",
        "eu--1",
        "eu-west-123",
        "eu-west-",
        "-west-1",
    ]);
    // The isolated partitions.
    refuses::<Region>(&["us-iso-east-1", "us-isob-east-1"]);
    let partitions = [
        ("eu-west-1", Partition::Commercial, "aws"),
        ("cn-north-1", Partition::China, "aws-cn"),
        ("us-gov-east-1", Partition::GovCloud, "aws-us-gov"),
    ];
    for (region, partition, name) in partitions {
        assert_eq!(region.parse::<Region>().unwrap().partition(), partition);
        assert_eq!(name.parse::<Partition>().unwrap(), partition);
        assert_eq!(serde_json::to_string(&partition).unwrap(), format!("{name:?}"));
    }
    "aws-iso".parse::<Partition>().unwrap_err();
}

#[test]
fn db_identifiers() {
    let (longest, too_long) = ("a".repeat(63), "a".repeat(64));
    let (longest_snapshot, too_long_snapshot) = ("a".repeat(255), "a".repeat(256));
    accepts::<DbIdentifier>(&["a", "orders-production", "a1-2-3", &longest]);
    accepts::<DbSnapshotIdentifier>(&["a", "orders-production", "a1-2-3", &longest_snapshot]);
    let wrong = ["", "-a", "1a", "a-", "a--b", "a_b", "a.b", "a b", "rds:a-2026-01-01-00-00", "é", "a\n"];
    refuses::<DbIdentifier>(&wrong);
    refuses::<DbSnapshotIdentifier>(&wrong);
    refuses::<DbIdentifier>(&[&too_long]);
    refuses::<DbSnapshotIdentifier>(&[&too_long_snapshot]);
    assert_eq!("Orders-PRODUCTION".parse::<DbIdentifier>().unwrap().as_str(), "orders-production");
    assert_eq!("Orders".parse::<DbSnapshotIdentifier>().unwrap(), "oRDERS".parse::<DbIdentifier>().unwrap().into());
}

#[test]
fn arns() {
    let rds = |partition: &str, region: &str| format!("arn:{partition}:rds:{region}:111111111111:snapshot:orders");
    let three = [rds("aws", "eu-west-1"), rds("aws-cn", "cn-north-1"), rds("aws-us-gov", "us-gov-west-1")];
    for arn in three.iter().map(String::as_str) {
        accepts::<Arn>(&[arn]);
        accepts::<SnapshotArn>(&[arn]);
        let snapshot: SnapshotArn = arn.parse().unwrap();
        assert_eq!(snapshot.partition(), snapshot.region().partition());
        assert_eq!(SnapshotArn::new(snapshot.region(), snapshot.account(), snapshot.identifier().clone()), snapshot);
    }
    let wrong = [
        "",
        "orders",
        "arn:aws:rds:eu-west-1:111111111111",
        "arn:aws:rds:eu-west-1:111111111111:",
        "arn:aws:rds::111111111111:snapshot:orders",
        "arn:aws:rds:eu-west-1:1:snapshot:orders",
        "arn:aws::eu-west-1:111111111111:snapshot:orders",
        "arn:aws:rds:cn-north-1:111111111111:snapshot:orders",
        "arn:aws-cn:rds:eu-west-1:111111111111:snapshot:orders",
        "arn:aws-iso:rds:us-iso-east-1:111111111111:snapshot:orders",
        "ARN:aws:rds:eu-west-1:111111111111:snapshot:orders",
        "arn:aws:rds:eu-west-1:111111111111:snapshot:orders\n",
        "arn:aws:rds:eu-west-1:111111111111:snapshot:ord ers",
    ];
    refuses::<Arn>(&wrong);
    refuses::<SnapshotArn>(&wrong);
    refuses::<Arn>(&[&format!("{}{}", three[0], "x".repeat(2048))]);
    refuses::<SnapshotArn>(&[
        "arn:aws:rds:eu-west-1:111111111111:cluster-snapshot:orders",
        "arn:aws:kms:eu-west-1:111111111111:snapshot:orders",
        "arn:aws:rds:eu-west-1:111111111111:snapshot:rds:orders-2026-01-01-00-00",
        "arn:aws:rds:eu-west-1:111111111111:snapshot:",
    ]);
    // RDS stores the name in lower case, in the ARN as well.
    let shouted: SnapshotArn = "arn:aws:rds:eu-west-1:111111111111:snapshot:Orders".parse().unwrap();
    assert_eq!(shouted.identifier().as_str(), "orders");
    assert_eq!(shouted.to_string(), "arn:aws:rds:eu-west-1:111111111111:snapshot:orders");
}

#[test]
fn keys() {
    let key = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let mrk = "arn:aws-us-gov:kms:us-gov-west-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab";
    let alias = "arn:aws-cn:kms:cn-north-1:111111111111:alias/rds";
    accepts::<KeyArn>(&[key, mrk]);
    refuses::<KeyArn>(&[
        "",
        "alias/rds",
        "1234abcd",
        alias,
        "arn:aws:kms:eu-west-1:111111111111:key/",
        "arn:aws:s3:eu-west-1:111111111111:key/1",
    ]);
    accepts::<KeyRef>(&[key, mrk, alias, "alias/rds", "alias/aws/rds", "1234abcd-12ab-34cd-56ef-1234567890ab"]);
    refuses::<KeyRef>(&[
        "",
        "alias/",
        "alias/a b",
        "key/1234",
        "arn:aws:kms:eu-west-1:111111111111:rds",
        "arn:aws:rds:eu-west-1:111111111111:key/1",
    ]);
    let parsed: KeyArn = key.parse().unwrap();
    assert_eq!((parsed.account().as_str(), parsed.region().as_str()), ("111111111111", "eu-west-1"));
    assert_eq!(KeyRef::from(parsed).arn().unwrap().to_string(), key);
    assert_eq!("alias/rds".parse::<KeyRef>().unwrap().arn(), None);
}

#[test]
fn run_ids() {
    accepts::<RunId>(&["a", "7", "nightly-42", "20261123-081500-7f3a9c2e", &"r".repeat(24)]);
    refuses::<RunId>(&["", "Nightly", "-a", "a-", "a--b", "a_b", "a/b", &"r".repeat(25)]);
    let [one, other] = ["run-1", "run-2"].map(|run| run.parse::<RunId>().unwrap());
    assert_eq!(one.seed(), one.clone().seed());
    assert_ne!(one.seed(), other.seed());
}

#[test]
fn a_refused_page_does_not_fill_the_log() {
    let wrong = "é".repeat(10_000).parse::<AccountId>().unwrap_err();
    assert_eq!(wrong.value.chars().count(), 300);
}

#[test]
fn resources_are_stored_with_their_ids() {
    let resource = Resource {
        kind: ResourceKind::DbSnapshot,
        account: "111111111111".parse().unwrap(),
        region: "eu-west-1".parse().unwrap(),
        id: "orders".into(),
    };
    let stored = serde_json::to_value(&resource).unwrap();
    assert_eq!(stored["account"], "111111111111");
    assert_eq!(serde_json::from_value::<Resource>(stored).unwrap(), resource);
}

/// What is accepted is written so that it is read as the same.
fn settled<T: Id>(text: &str) {
    if let Ok(id) = text.parse::<T>() {
        assert_eq!(id.to_string().parse::<T>().unwrap(), id);
        assert_eq!(serde_json::from_str::<T>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }
}

fn all_settled(text: &str) {
    settled::<AccountId>(text);
    settled::<Region>(text);
    settled::<Partition>(text);
    settled::<DbIdentifier>(text);
    settled::<DbSnapshotIdentifier>(text);
    settled::<Arn>(text);
    settled::<SnapshotArn>(text);
    settled::<KeyArn>(text);
    settled::<KeyRef>(text);
    settled::<RunId>(text);
}

proptest! {
    #[test]
    fn any_text_is_refused_or_settled(text in any::<String>()) {
        all_settled(&text);
    }

    /// Texts that come close to being right.
    #[test]
    fn any_near_miss_is_refused_or_settled(
        text in "(arn:)?(aws|aws-cn|aws-us-gov)?:?(rds|kms)?:?([a-z]{2}(-[a-z]{1,6}){1,2}-[0-9])?:?[0-9]{11,12}(:(snapshot:|key/|alias/)?[A-Za-z0-9-]{0,20})?"
    ) {
        all_settled(&text);
    }

    #[test]
    fn identifiers_are_lowered(text in "[A-Za-z]([A-Za-z0-9]|-[A-Za-z0-9]){0,31}") {
        let lowered = text.to_ascii_lowercase();
        prop_assume!(text.len() <= 63);
        prop_assert_eq!(text.parse::<DbIdentifier>().unwrap().to_string(), lowered.as_str());
        prop_assert_eq!(text.parse::<DbSnapshotIdentifier>().unwrap().to_string(), lowered.as_str());
    }

    #[test]
    fn snapshot_arns_come_apart_again(
        region in prop::sample::select(vec!["eu-west-1", "us-east-1", "cn-north-1", "us-gov-east-1"]),
        account in "[0-9]{12}",
        name in "[A-Za-z][A-Za-z0-9]{0,250}",
    ) {
        let (region, account): (Region, AccountId) = (region.parse().unwrap(), account.parse().unwrap());
        let name: DbSnapshotIdentifier = name.parse().unwrap();
        let arn: SnapshotArn = SnapshotArn::new(&region, &account, name.clone()).to_string().parse().unwrap();
        prop_assert_eq!((arn.region(), arn.account(), arn.identifier()), (&region, &account, &name));
        prop_assert_eq!(arn.to_string(), Arn::rds(&region, &account, "snapshot", name.as_str()).to_string());
    }

    #[test]
    fn run_ids_of_a_time_are_legal(millis in any::<u64>(), entropy in any::<u32>()) {
        let run = RunId::at(Timestamp::from_millis(millis), entropy);
        prop_assert_eq!(run.as_str().parse::<RunId>().unwrap(), run.clone());
        let end = format!("-{entropy:08x}");
        prop_assert!(run.as_str().ends_with(&end));
    }
}
