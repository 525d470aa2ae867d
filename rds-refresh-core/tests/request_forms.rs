//! A request is the same from a builder, from JSON, from TOML and from what states store.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use std::time::Duration;

use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rds_refresh_core::request::{
    ClusterRequest, ClusterRequestBuilder, DestinationRequest, DestinationRequestBuilder, Request, RequestBuilder,
    SnapshotChoice, SourceRequest, SourceRequestBuilder, StorageType, TemporaryRequest, TemporaryRequestBuilder,
};
use rds_refresh_core::{Facts, OnFailure};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const SOURCE: &str = "111111111111";
const DESTINATION: &str = "222222222222";
const DAY: Duration = Duration::from_hours(24);

fn temporary() -> TemporaryRequestBuilder {
    TemporaryRequest::builder().with_subnet_group("private").with_security_groups(["sg-0123"]).with_class("db.r6g.large")
}

fn source() -> SourceRequestBuilder {
    SourceRequest::builder()
        .with_account(SOURCE)
        .with_region("eu-west-1")
        .with_cluster("Orders-Production")
        .with_temporary(temporary())
}

fn cluster() -> ClusterRequestBuilder {
    ClusterRequest::builder()
        .with_identifier("orders-staging")
        .with_class("db.r6gd.large")
        .with_subnet_group("private")
        .with_security_groups(["sg-0456"])
}

fn destination() -> DestinationRequestBuilder {
    DestinationRequest::builder()
        .with_account(DESTINATION)
        .with_region("eu-central-1")
        .with_kms_key("alias/rds")
        .with_cluster(cluster())
}

#[test]
fn defaults_are_filled_in_and_the_halves_know_each_other() {
    let request = Request::builder().with_source(source()).with_destination(destination()).build().unwrap();
    assert_eq!(request.on_failure(), OnFailure::RemoveCostly);
    let (source, destination) = request.into_halves();

    assert_eq!(source.cluster.as_str(), "orders-production", "RDS stores identifiers in lower case");
    assert_eq!(source.share_with.as_str(), DESTINATION);
    assert_eq!(source.snapshot, SnapshotChoice::Create);
    assert_eq!((source.expires_after, source.ack_deadline, source.keep_snapshots), (14 * DAY, 2 * DAY, false));
    assert!(source.tags.is_empty());

    assert_eq!((destination.source_account.as_str(), destination.source_region.as_str()), (SOURCE, "eu-west-1"));
    assert_eq!((destination.expires_after, destination.max_handover_age), (14 * DAY, 7 * DAY));
    assert!(destination.source_keys.is_empty() && destination.tags.is_empty());
    let cluster = destination.cluster;
    assert_eq!((cluster.storage_type, cluster.iops, cluster.port), (StorageType::Gp3, None, None));
    assert!(!cluster.deletion_protection && !cluster.copy_tags_to_snapshot && cluster.performance_insights.is_none());
}

#[test]
fn what_is_said_at_the_top_reaches_both_halves() {
    let request = Request::builder()
        .with_expires_after(3 * DAY)
        .with_tag("team", "orders")
        .with_tag("cost-centre", "1234")
        .with_on_failure(OnFailure::KeepAll)
        .with_source(source())
        .with_destination(destination());
    let request = request.build().unwrap();
    assert_eq!(request.on_failure(), OnFailure::KeepAll);
    assert_eq!(request.source().tags, request.destination().tags);
    assert_eq!(request.source().tags["team"], "orders");
    assert_eq!([request.source().expires_after, request.destination().expires_after], [3 * DAY; 2]);
}

#[test]
fn a_builder_finds_every_problem_at_once() {
    let wrong = SourceRequest::builder().with_account("1").with_temporary(temporary().with_class("large")).build().unwrap_err();
    let paths: Vec<&str> = wrong.problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["share_with", "account", "region", "cluster", "temporary.class"]);
}

#[test]
fn the_stored_form_leaves_out_what_is_default() {
    let (source, destination) =
        Request::builder().with_source(source()).with_destination(destination()).build().unwrap().into_halves();
    assert_eq!(
        serde_json::to_value(&source).unwrap(),
        json!({
            "account": SOURCE,
            "region": "eu-west-1",
            "cluster": "orders-production",
            "temporary": { "subnet_group": "private", "security_groups": ["sg-0123"], "class": "db.r6g.large" },
            "share_with": DESTINATION,
        })
    );
    assert_eq!(
        serde_json::to_value(&destination).unwrap(),
        json!({
            "account": DESTINATION,
            "region": "eu-central-1",
            "source_account": SOURCE,
            "source_region": "eu-west-1",
            "kms_key": "alias/rds",
            "cluster": {
                "identifier": "orders-staging",
                "class": "db.r6gd.large",
                "subnet_group": "private",
                "security_groups": ["sg-0456"],
            },
        })
    );
    let mut facts = Facts::new();
    facts.insert(&source).unwrap();
    facts.insert(&destination).unwrap();
    assert_eq!(facts.read::<SourceRequest>().unwrap(), source);
    assert_eq!(facts.read::<DestinationRequest>().unwrap(), destination);
}

#[test]
fn durations_and_choices_are_stored_as_a_person_writes_them() {
    let automated = source().with_share_with(DESTINATION).with_automated_snapshot_within(Duration::from_mins(390));
    let stored = serde_json::to_value(automated.with_ack_deadline(DAY).build().unwrap()).unwrap();
    assert_eq!(stored["snapshot"], json!({ "automated_within": "6h 30m" }));
    assert_eq!(stored["ack_deadline"], "1d");
    let named = source().with_share_with(DESTINATION).with_named_snapshot("Before-Migration").build().unwrap();
    assert_eq!(serde_json::to_value(named).unwrap()["snapshot"], json!({ "named": "before-migration" }));
    let on = destination()
        .with_source_account(SOURCE)
        .with_source_region("eu-west-1")
        .with_cluster(cluster().with_performance_insights());
    assert_eq!(serde_json::to_value(on.build().unwrap()).unwrap()["cluster"]["performance_insights"], json!({}));
}

#[test]
fn null_is_as_good_as_absent() {
    let mut given = Value::from(source().with_share_with(DESTINATION).with_tag("team", "orders"));
    given["tags"]["team"] = Value::Null;
    for field in ["snapshot", "expires_after"] {
        given[field] = Value::Null;
    }
    assert_eq!(SourceRequest::try_from(given).unwrap(), source().with_share_with(DESTINATION).build().unwrap());
}

/// Sets a field if there is a value for it.
fn set<B, T>(builder: B, value: Option<T>, with: impl FnOnce(B, T) -> B) -> B {
    match value {
        Some(value) => with(builder, value),
        None => builder,
    }
}

fn seconds(least: u64, most: u64) -> impl Strategy<Value = Duration> {
    (least..=most).prop_map(Duration::from_secs)
}

fn identifier() -> impl Strategy<Value = String> {
    "[A-Za-z]([A-Za-z0-9]|-[A-Za-z0-9]){0,25}"
}

fn security_groups() -> impl Strategy<Value = Vec<String>> {
    btree_set("sg-[0-9a-f]{17}", 1..4).prop_map(Vec::from_iter)
}

fn any_source() -> impl Strategy<Value = SourceRequestBuilder> {
    let temporary = (
        "[a-zA-Z][a-zA-Z0-9._ -]{7,20}",
        security_groups(),
        "db\\.[a-z][0-9][a-z]{0,3}\\.[0-9]{0,2}x?large",
        option::of("[a-z][a-z0-9]{0,9}"),
        option::of("rds-ca-[a-z0-9]{1,9}-g1"),
    )
        .prop_map(|(subnet_group, security_groups, class, parameter_group, ca)| {
            let builder = TemporaryRequest::builder();
            let builder = builder.with_subnet_group(subnet_group).with_security_groups(security_groups).with_class(class);
            let builder = set(builder, parameter_group, TemporaryRequestBuilder::with_parameter_group);
            set(builder, ca, TemporaryRequestBuilder::with_ca)
        });
    let snapshot = (option::of(identifier()), option::of(seconds(60, 35 * 86_400)));
    let share_key = option::of(proptest::sample::select(vec!["alias/shared", "1234abcd"]));
    (identifier(), temporary, snapshot, share_key, option::of(any::<bool>()), option::of(seconds(3_600, 14 * 86_400))).prop_map(
        |(cluster, temporary, (named, within), share_key, keep, deadline)| {
            let builder = source().with_cluster(cluster).with_temporary(temporary);
            let builder = set(builder, named, SourceRequestBuilder::with_named_snapshot);
            let builder = set(builder, within, SourceRequestBuilder::with_automated_snapshot_within);
            let builder = set(builder, share_key, SourceRequestBuilder::with_share_key);
            let builder = set(builder, keep, SourceRequestBuilder::with_keep_snapshots);
            set(builder, deadline, SourceRequestBuilder::with_ack_deadline)
        },
    )
}

fn any_cluster() -> impl Strategy<Value = ClusterRequestBuilder> {
    let storage = prop_oneof![
        Just((StorageType::Gp3, None)),
        (12_000_u32..=64_000).prop_map(|iops| (StorageType::Gp3, Some(iops))),
        (1_000_u32..=256_000).prop_map(|iops| (StorageType::Io1, Some(iops))),
        (1_000_u32..=256_000).prop_map(|iops| (StorageType::Io2, Some(iops))),
    ];
    let numbers = (option::of(1150_u16..), option::of(1_u8..=35), option::of((0_u16..24, 0_u16..60, 30_u16..1_440)));
    let flags = (option::of(any::<bool>()), any::<bool>(), any::<bool>());
    let logs = btree_set(prop::sample::select(vec!["audit", "error", "postgresql", "slowquery", "upgrade"]), 0..4);
    let insights = option::of(prop::sample::select(vec![7_u16, 31, 62, 713, 731]));
    let monitoring = option::of(prop::sample::select(vec![1_u8, 5, 10, 15, 30, 60]));
    (identifier(), storage, security_groups(), numbers, flags, logs, insights, monitoring).prop_map(
        |(identifier, (storage, iops), groups, (port, days, window), (support, copy, protect), logs, insights, monitoring)| {
            let builder = cluster().with_identifier(identifier).with_storage_type(storage).with_security_groups(groups);
            let builder = set(builder, iops, ClusterRequestBuilder::with_iops);
            let builder = set(builder, port, ClusterRequestBuilder::with_port);
            let builder = set(builder, days, ClusterRequestBuilder::with_backup_retention_days);
            let builder = set(builder, window, |builder, (hour, minute, length)| {
                let end = (hour * 60 + minute + length) % 1_440;
                builder.with_backup_window(format!("{hour:02}:{minute:02}-{:02}:{:02}", end / 60, end % 60))
            });
            let builder = set(builder, support, ClusterRequestBuilder::with_extended_support);
            let builder = set(builder, insights, ClusterRequestBuilder::with_performance_insights_retention);
            let builder = set(builder, monitoring, |builder, seconds| {
                builder.with_monitoring(seconds, format!("arn:aws:iam::{DESTINATION}:role/monitoring"))
            });
            builder.with_copy_tags_to_snapshot(copy).with_deletion_protection(protect).with_log_exports(logs)
        },
    )
}

fn any_destination() -> impl Strategy<Value = DestinationRequestBuilder> {
    let key = prop_oneof!["alias/[a-z/_-]{1,20}", "[0-9a-f]{8}", Just(format!("arn:aws:kms:eu-central-1:{DESTINATION}:key/1"))];
    (any_cluster(), key, btree_set("[0-9a-f]{8}", 0..3), option::of(seconds(3_600, 30 * 86_400))).prop_map(
        |(cluster, key, keys, age)| {
            let keys = keys.into_iter().map(|id| format!("arn:aws:kms:eu-west-1:{SOURCE}:key/{id}"));
            let builder = destination().with_cluster(cluster).with_kms_key(key).with_source_keys(keys);
            set(builder, age, DestinationRequestBuilder::with_max_handover_age)
        },
    )
}

fn any_request() -> impl Strategy<Value = RequestBuilder> {
    let tags = btree_map("[a-qs-z][\\p{Lu}\\p{Nd} _.:/=+@-]{0,40}", "[\\p{Ll}\\p{Nd} _.:/=+@-]{0,80}", 0..5);
    let on_failure = option::of(prop::sample::select(vec![OnFailure::RemoveCostly, OnFailure::RemoveAll, OnFailure::KeepAll]));
    (any_source(), any_destination(), tags, option::of(seconds(14 * 86_400, 31_557_600)), on_failure).prop_map(
        |(source, destination, tags, expires_after, on_failure)| {
            let builder = Request::builder().with_source(source).with_destination(destination);
            let builder = tags.into_iter().fold(builder, |builder, (key, value)| builder.with_tag(key, value));
            let builder = set(builder, expires_after, RequestBuilder::with_expires_after);
            set(builder, on_failure, RequestBuilder::with_on_failure)
        },
    )
}

fn round_trip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(request: &T) {
    let stored = serde_json::to_string(request).unwrap();
    assert!(!stored.contains("null"), "{stored}");
    assert_eq!(&serde_json::from_str::<T>(&stored).unwrap(), request, "{stored}");
    let document = toml::to_string(request).unwrap();
    assert_eq!(&toml::from_str::<T>(&document).unwrap(), request, "{document}");
}

proptest! {
    #[test]
    fn every_form_says_the_same(builder in any_request()) {
        let given = Value::from(builder.clone());
        let request = builder.build().unwrap();
        prop_assert_eq!(&Request::try_from(given).unwrap(), &request);
        round_trip(&request);
        let (source, destination) = request.into_halves();
        round_trip(&source);
        round_trip(&destination);
    }

    /// Whatever stands in a field, the answer is a request or a list of problems that is not empty.
    #[test]
    fn nothing_that_is_given_panics(pointer in pointers(), value in any_value()) {
        let source = source().with_automated_snapshot_within(DAY);
        let builder = Request::builder().with_source(source).with_destination(destination());
        let mut given = Value::from(builder.with_expires_after(3 * DAY).with_tag("team", "orders"));
        *given.pointer_mut(&pointer).unwrap() = value;
        if let Err(wrong) = Request::try_from(given) {
            prop_assert!(!wrong.problems.is_empty() && wrong.to_string().lines().count() == wrong.problems.len() + 1);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    /// The text of a request, bent, as a person types it and as a program writes it.
    #[test]
    fn no_text_makes_reading_panic(
        at in any::<prop::sample::Index>(),
        cut in 0..40_usize,
        put in "[\\[\\]{}=\"'\n.#,0-9a-z -]{0,12}|\\PC{0,12}|99999999999999999999|1979-05-27",
    ) {
        let given = Value::from(Request::builder().with_source(source()).with_destination(destination()).with_expires_after(3 * DAY));
        for text in [toml::to_string(&given).unwrap(), given.to_string()] {
            let at = at.index(text.len());
            let (Some(before), Some(after)) = (text.get(..at), text.get((at + cut).min(text.len())..)) else { continue };
            let bent = format!("{before}{put}{after}");
            let read = toml::from_str::<Value>(&bent).ok().or_else(|| serde_json::from_str(&bent).ok());
            let Some(Err(wrong)) = read.map(Request::try_from) else { continue };
            prop_assert!(!wrong.problems.is_empty());
        }
    }
}

fn pointers() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "/tags",
        "/expires_after",
        "/source",
        "/source/snapshot",
        "/source/account",
        "/source/region",
        "/source/cluster",
        "/source/temporary",
        "/source/temporary/class",
        "/source/temporary/security_groups",
        "/destination/region",
        "/destination/kms_key",
        "/destination/cluster/identifier",
        "/destination/cluster/subnet_group",
    ])
    .prop_map(str::to_owned)
}

fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 16, 4, |value| {
        prop_oneof![
            prop::collection::vec(value.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), value, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
