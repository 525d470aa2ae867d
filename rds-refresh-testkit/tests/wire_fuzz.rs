//! Requests that are nearly right, by the hundred: whatever they ask, the services answer, and in a form that can be read.
//!
//! `PROPTEST_CASES` says how many.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod signing;

use std::fmt::Write;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use quick_xml::events::Event;
use rds_refresh_testkit::Stage;
use rds_refresh_testkit::fault::FaultScript;
use rds_refresh_testkit::wire::{AccessKey, WireRequest, WireResponse, WireService};
use rds_refresh_testkit::world::{Operation, Service};
use serde_json::{Value, json};

use signing::Signer;

/// Names of parameters of RDS and KMS, some of them of lists, and some that do not exist.
const NAMES: &[&str] = &[
    "DBClusterIdentifier",
    "DBInstanceIdentifier",
    "DBSnapshotIdentifier",
    "DBClusterSnapshotIdentifier",
    "SourceDBSnapshotIdentifier",
    "TargetDBSnapshotIdentifier",
    "SnapshotIdentifier",
    "AttributeName",
    "ValuesToAdd.AttributeValue.1",
    "ValuesToRemove.member.1",
    "Engine",
    "EngineVersion",
    "DBClusterInstanceClass",
    "DBInstanceClass",
    "DBSubnetGroupName",
    "VpcSecurityGroupIds.VpcSecurityGroupId.1",
    "KmsKeyId",
    "MasterUserPassword",
    "MasterUsername",
    "AllocatedStorage",
    "StorageType",
    "Iops",
    "Port",
    "DeletionProtection",
    "SkipFinalSnapshot",
    "FinalDBSnapshotIdentifier",
    "BackupRetentionPeriod",
    "ResourceName",
    "Tags.Tag.1.Key",
    "Tags.Tag.1.Value",
    "TagKeys.member.1",
    "Filters.Filter.1.Name",
    "Filters.Filter.1.Values.Value.1",
    "MaxRecords",
    "Marker",
    "SourceType",
    "Duration",
    "IncludeShared",
    "ApplyImmediately",
    "RoleArn",
    "RoleSessionName",
    "KeyId",
    "GrantId",
    "GranteePrincipal",
    "Operations",
    "Policy",
    "PolicyName",
    "Limit",
    "AliasName",
    "TargetKeyId",
    "PendingWindowInDays",
    "Constraints",
    "Colour",
];

/// Values that mean something here, and such as break out of what they are written into.
const VALUES: &[&str] = &[
    "orders-production",
    "orders-production-instance-1",
    "arn:aws:rds:eu-west-1:111111111111:cluster:orders-production",
    "arn:aws:rds:eu-west-1:222222222222:snapshot:x",
    "arn:aws:iam::111111111111:role/rds",
    "rds:orders-production-2026-01-05-03-00",
    "alias/orders",
    "restore",
    "222222222222",
    "all",
    "postgres",
    "16.4",
    "db.r6gd.large",
    "db.r6g.large",
    "private",
    "gp3",
    "true",
    "0",
    "-1",
    "99999999999999999999",
    "2147483648",
    "",
    "]]>",
    "<a b='c'>&amp;&#0;</a>",
    "\u{0}\u{1}\u{fffe}",
    "ü\u{1f980}\u{202e}",
    "x-",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![6 => select(VALUES).prop_map(str::to_owned), 1 => "\\PC{0,70}", 1 => "[a-z-]{1,70}", 1 => any::<String>()]
}

fn operation(services: &'static [Service]) -> impl Strategy<Value = Operation> {
    let operations: Vec<Operation> = Operation::ALL.iter().copied().filter(|it| services.contains(&it.service())).collect();
    select(operations)
}

/// Parameters with percent-encoding, some of it broken.
fn query() -> impl Strategy<Value = String> {
    let one =
        (select(NAMES), value(), prop_oneof![9 => Just(""), 1 => select(vec!["%", "%2", "%zz", "%ff", "&&", "=", "&a.1.2.3=b"])]);
    let operation = operation(&[Service::Rds, Service::Sts]);
    (operation, proptest::collection::vec(one, 0..12)).prop_map(|(operation, parameters)| {
        let version = if operation.service() == Service::Sts { "2011-06-15" } else { "2014-10-31" };
        let mut body = format!("Action={}&Version={version}", operation.name());
        for (name, value, broken) in parameters {
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            write!(body, "&{name}={value}{broken}").unwrap();
        }
        body
    })
}

fn json_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        4 => value().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    scalar.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::hash_map(select(NAMES).prop_map(str::to_owned), inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn service() -> (WireService, Signer, Signer, Signer) {
    let stage = Stage::two_accounts(1);
    let service = WireService::new(stage.fake.clone());
    let key = AccessKey::of(&stage.source);
    service.add_access_key(key.clone());
    (service, Signer::new(&key, "rds"), Signer::new(&key, "kms"), Signer::new(&key, "sts"))
}

fn ask(service: &WireService, signer: &Signer, target: Option<&str>, body: &str) -> WireResponse {
    let host = ("Host".to_owned(), format!("{}.eu-west-1.amazonaws.com", signer.service));
    let target = target.map(|target| ("X-Amz-Target".to_owned(), target.to_owned()));
    let mut request = WireRequest {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        headers: [host].into_iter().chain(target).collect(),
        body: body.as_bytes().to_vec(),
    };
    signer.sign(&mut request);
    service.answer(&request)
}

/// Every element is closed, every text can be unescaped, and no character is there that XML 1.0 has not.
fn is_xml(text: &str) -> Result<(), String> {
    let is_char = |c: char| matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    if let Some(strange) = text.chars().find(|c| !is_char(*c)) {
        return Err(format!("{strange:?}"));
    }
    let mut reader = quick_xml::Reader::from_str(text);
    let mut depth = 0_u32;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let known = ["lt", "gt", "amp", "quot", "apos"].contains(&name.as_ref());
                if !known && reference.resolve_char_ref().map_err(|error| error.to_string())?.is_none_or(|c| !is_char(c)) {
                    return Err(format!("&{name};"));
                }
            }
            Event::Eof => return if depth == 0 { Ok(()) } else { Err("an element is not closed".to_owned()) },
            _ => {}
        }
    }
}

fn config(cases: u32) -> ProptestConfig {
    // `PROPTEST_CASES` is in the default.
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { cases };
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn every_query_is_answered_in_xml(bodies in proptest::collection::vec(query(), 1..12)) {
        let (service, rds, _, sts) = service();
        for body in bodies {
            let signer = if body.contains("2011-06-15") { &sts } else { &rds };
            let response = ask(&service, signer, None, &body);
            prop_assert!(response.status == 200 || (400..500).contains(&response.status), "{} {body}", response.status);
            prop_assert_eq!(is_xml(&response.body), Ok(()), "{} answers {}", body, response.body);
        }
        // What was made of it can be shown.
        let _ = service.fake().world().to_json().to_string();
    }

    #[test]
    fn every_body_is_answered_in_json(
        calls in proptest::collection::vec((operation(&[Service::Kms]), json_value(), any::<bool>(), 0..400_usize), 1..12),
    ) {
        let (service, _, kms, _) = service();
        let keys: Vec<String> = service.fake().world().places().flat_map(|(_, at)| at.keys.keys().cloned()).collect();
        for (operation, mut value, whole, cut) in calls {
            if let (Value::Object(fields), true) = (&mut value, whole) {
                fields.insert("KeyId".to_owned(), json!(keys[0]));
            }
            let mut text = value.to_string();
            if !whole {
                text.truncate((0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default());
            }
            let response = ask(&service, &kms, Some(&format!("TrentService.{}", operation.name())), &text);
            prop_assert!(response.status == 200 || (400..500).contains(&response.status), "{} {text}", response.status);
            let answer: Value = serde_json::from_str(if response.body.is_empty() { "{}" } else { &response.body }).unwrap();
            prop_assert!(response.status == 200 || answer["__type"].is_string(), "{answer}");
        }
    }

    #[test]
    fn any_fault_script_is_refused_or_can_be_armed(
        at in 0..SCRIPT.len(),
        cut in 0..40_usize,
        put in "[\\[\\]{}\":,0-9a-z*. -]{0,12}|99999999999999999999|-1|1e308|null",
        calls in proptest::collection::vec(query(), 0..6),
    ) {
        let end = (at + cut).min(SCRIPT.len());
        let Ok(script) = FaultScript::from_json(&format!("{}{put}{}", &SCRIPT[..at], &SCRIPT[end..])) else { return Ok(()) };
        prop_assert_eq!(FaultScript::from_json(&script.to_json()), Ok(script.clone()));
        let (service, rds, ..) = service();
        service.fake().world().arm(script);
        for body in calls {
            let response = ask(&service, &rds, None, &body);
            prop_assert_eq!(is_xml(&response.body), Ok(()), "{}", response.body);
        }
        service.fake().clock().advance(std::time::Duration::from_hours(24));
        service.fake().world().settle();
    }
}

/// Some of each.
const SCRIPT: &str = r#"{
  "faults": [
    { "calls": { "operation": "any", "times": 5, "skip": 1, "percent": 50 }, "strike": "throttled" },
    { "calls": { "operation": "mutations", "from": 10, "until": 90 }, "strike": { "unanswered": {} } },
    { "calls": { "operation": "CopyDBSnapshot", "times": null }, "strike": { "ends": { "status": "failed" } } },
    { "strike": { "somebody": { "does": { "disable-key": { "key": "alias/orders" } }, "after": 120 } } }
  ],
  "planned": [{ "at": 3600, "incident": { "stop-instance": { "instance": "*-t1" } } }],
  "rate_limits": {}
}"#;

#[test]
fn the_script_that_is_bent_is_one() {
    FaultScript::from_json(SCRIPT).unwrap();
}

#[test]
fn what_is_no_xml_is_seen() {
    assert_eq!(is_xml("<a b=\"1\">&lt;x&#33;</a>"), Ok(()));
    for broken in ["<a>", "<a></b>", "<a>&nope;</a>", "<a>&#0;</a>", "<a>\u{1}</a>"] {
        assert!(is_xml(broken).is_err(), "{broken:?}");
    }
}

#[test]
fn enormous_lists_are_answered() {
    let (service, rds, kms, _) = service();
    let tags: Vec<String> = (1..20_000).map(|n| format!("&Tags.Tag.{n}.Key=k{n}&Tags.Tag.{n}.Value=v")).collect();
    let tags = tags.concat();
    let create = "Action=CreateDBClusterSnapshot&Version=2014-10-31&DBClusterIdentifier=orders-production";
    let response = ask(&service, &rds, None, &format!("{create}&DBClusterSnapshotIdentifier=big{tags}"));
    assert!((400..500).contains(&response.status), "{}", response.status);
    let holes = "&Tags.Tag.4294967295.Key=a&Tags.Tag.18446744073709551616.Key=b&Tags.Tag.2.Key.3.Key.4=c";
    let response = ask(&service, &rds, None, &format!("{create}&DBClusterSnapshotIdentifier=sparse{holes}"));
    assert!((400..500).contains(&response.status), "{}", response.status);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(ask(&service, &kms, Some("TrentService.CreateGrant"), &deep).status, 400);
    let dots = format!("{create}&{}=a", vec!["Tags"; 50_000].join("."));
    assert!((400..500).contains(&ask(&service, &rds, None, &dots).status));
}
