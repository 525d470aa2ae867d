//! Stages that are written down: the example, and what is no stage.
#![cfg(all(feature = "aws", feature = "server"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod over_http;

use std::path::Path;
use std::time::Duration;

use over_http::{ask, exchange, signed_head};
use proptest::prelude::*;
use rds_refresh_testkit::server::{Options, Server, StageFile};
use rds_refresh_testkit::world::Quotas;
use rds_refresh_testkit::{Switches, Timing};

const EXAMPLE: &str = include_str!("../stages/three-accounts.toml");

#[tokio::test]
async fn the_example_is_set_as_it_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("stages/three-accounts.toml");
    let options = Options { scenery: StageFile::read(&file).unwrap().into(), ..Options::default() };
    let server = Server::bind(options).await.unwrap();
    let ready = server.ready();
    assert_eq!((ready.seed, ready.region.as_str(), ready.now), (7, "eu-west-1", "2026-01-05T08:00:00Z".parse().unwrap()));
    assert_eq!(ready.accounts.keys().collect::<Vec<_>>(), ["auditor", "production", "staging"]);

    let production = &ready.accounts["production"];
    assert_eq!(production.access_key_id, "AKIAPRODUCTION000001");
    assert_eq!(production.regions.keys().collect::<Vec<_>>(), ["eu-west-1", "us-east-1"]);
    assert_eq!(production.home.cluster_id.as_deref(), Some("orders"));
    assert_eq!(production.home.subnet_ids.len(), 3);
    assert_eq!(production.home.kms_key_arn.as_ref(), production.home.kms_keys.get("alias/orders"));
    assert_eq!(production.home.kms_key_private_arn.as_ref(), production.home.kms_keys.get("alias/private"));
    assert_eq!(production.regions["us-east-1"].cluster_id.as_deref(), Some("billing"));

    let world = server.fake().world().clone();
    let at = |account: &str, region: &str| {
        let place = |(place, _): &(&rds_refresh_testkit::world::Place, _)| {
            place.account.as_str() == account && place.region.as_str() == region
        };
        world.places().find(place).unwrap().1
    };
    let orders = &at("111111111111", "eu-west-1").clusters["orders"];
    assert_eq!((orders.status.as_str(), orders.allocated_storage, orders.backup_retention_period), ("available", 500, 14));
    assert_eq!((orders.kms_key.as_ref(), orders.tags["team"].as_str()), (production.home.kms_key_arn.as_ref(), "orders"));
    let billing = &at("111111111111", "us-east-1").clusters["billing"];
    assert_eq!((billing.engine.as_str(), billing.port, billing.tags.len()), ("mysql", 3306, 0));
    assert_eq!(at("222222222222", "eu-west-1").quotas, Quotas { manual_snapshots: 5, clusters: 2, ..Quotas::default() });
    assert_eq!(at("111111111111", "eu-west-1").cluster_parameter_groups["orders-postgres16"].family, "postgres16");
    let policy = |alias: &str| {
        let arn = &production.home.kms_keys[alias];
        at("111111111111", "eu-west-1").keys.values().find(|key| key.arn == *arn).unwrap().policy.clone()
    };
    assert!(policy("alias/orders").contains("222222222222") && !policy("alias/orders").contains("333333333333"));
    assert!(!policy("alias/private").contains("222222222222"));

    let mut world = server.fake().world();
    assert_eq!(world.timing_mut().copy_mib_per_second, 200);
    assert_eq!(world.timing_mut().cluster_snapshot.longest, Duration::from_mins(2));
    let switches = Switches { daily_backups: false, grant_delay: Duration::from_secs(30), ..Switches::default() };
    assert_eq!(*world.switches_mut(), switches);
}

#[tokio::test]
async fn every_account_calls_by_its_own_key_in_its_own_regions() {
    let file = StageFile::parse(EXAMPLE).unwrap();
    let server = Server::bind(Options { scenery: file.into(), ..Options::default() }).await.unwrap();
    for (account, region, holds) in [
        ("production", "eu-west-1", "<DBClusterIdentifier>orders<"),
        ("production", "us-east-1", "<DBClusterIdentifier>billing<"),
        ("staging", "eu-west-1", "<DBClusters></DBClusters>"),
        ("auditor", "eu-west-1", "<DBClusters></DBClusters>"),
    ] {
        let mut ready = server.ready().clone();
        ready.region = region.parse().unwrap();
        let body = over_http::DESCRIBE;
        let head = signed_head(&ready, account, "rds", "POST", "/", body, &[]);
        let answer = exchange(&server, &format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await;
        assert!(answer.body.contains(holds), "{account} in {region}: {}", answer.body);
    }
    let before = ask(&server, "GET", "world", "").await;
    ask(&server, "POST", "clock/advance", "{\"seconds\": 86400}").await;
    ask(&server, "POST", "reset", "").await;
    assert_eq!(ask(&server, "GET", "world", "").await, before);
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_what_would_be_right() {
    let cases: &[(&str, &str, &str)] = &[
        ("seed = 7", "seed = -1", "expected u64"),
        ("seed = 7", "seeds = 7", "unknown field `seeds`, expected one of `seed`"),
        ("start = \"2026-01-05T08:00:00Z\"", "start = \"monday\"", "RFC 3339"),
        ("region = \"eu-west-1\"", "region = \"mars\"", "as eu-west-1"),
        ("region = \"eu-west-1\"", "region = \"ap-south-1\"", "no account has the Region ap-south-1"),
        ("copy_mib_per_second = 200", "copy_mib_per_second = \"fast\"", "expected u32"),
        ("copy_mib_per_second = 200", "copy_mib = 200", "unknown field `copy_mib`"),
        ("cluster_snapshot = 120", "cluster_snapshot = -3", "from 0 to 31622400 seconds"),
        ("cluster_snapshot = 120", "cluster_snapshot = nan", "from 0 to 31622400 seconds"),
        ("cluster_snapshot = 120", "cluster_snapshot = \"2m\"", "{ median, shortest, longest, sigma } in seconds"),
        ("median = 300,", "median = 10,", "`shortest` must not be above `median`"),
        ("median = 300,", "mean = 300,", "unknown field `mean`"),
        ("sigma = 0.2", "sigma = -1", "from 0 to 10"),
        ("daily_backups = false", "daily_backups = 0", "expected a boolean"),
        ("grant_delay = 30", "grant_delay = -1", "from 0 to 31622400 seconds"),
        ("id = \"333333333333\"", "id = 333333333333", "expected a string"),
        ("id = \"222222222222\"", "id = \"333333333333\"", "another account has the id 333333333333"),
        ("\"AKIAPRODUCTION000001\"", "\"AKIA/1\"", "16 to 128 letters"),
        ("[\"staging\"]\n\"alias/private\"", "[\"stagin\"]\n\"alias/private\"", "there are: auditor, production, staging"),
        ("\"alias/private\" = []", "\"private\" = []", "begin with alias/"),
        ("\"alias/private\" = []", "\"alias/aws/rds\" = []", "which is AWS's"),
        ("\"us-east-1c\"] }\n\n[[", "\"eu-west-1c\"] }\n\n[[", "must be as us-east-1a"),
        (
            "security_groups = [\"sg-0a1b2c3d4e5f60718\"]\ncluster",
            "security_groups = [\"default\"]\ncluster",
            "as sg-0a1b2c3d4e5f60718",
        ),
        (
            "quotas = { manual_snapshots = 5,",
            "quotas = { snapshots = 5,",
            "unknown field `snapshots`, expected one of `manual_snapshots`",
        ),
        ("identifier = \"orders\"", "identifier = \"Orders!\"", "lower-case letters"),
        ("iops = 6000", "iop = 6000", "unknown field `iop`"),
        ("used_storage = 300", "used_storage = 501", "501 GiB used are more than the 500 GiB allocated"),
        ("kms_key = \"alias/orders\"", "kms_key = \"alias/other\"", "there are: alias/orders, alias/private"),
        ("subnet_group = \"private\"\nsecurity", "subnet_group = \"public\"\nsecurity", "there are: narrow, private"),
        ("subnet_group = \"private\"\nsecurity", "subnet_group = \"narrow\"\nsecurity", "three Availability Zones"),
        (
            "security_groups = [\"sg-0a1b2c3d4e5f60718\"]\nbackup",
            "security_groups = [\"sg-1\"]\nbackup",
            "there are: sg-0a1b2c3d4e5f60718",
        ),
        ("backup_retention_period = 14", "backup_retention_period = 0", "1 to 35 days"),
        ("\"02:00-02:30\"", "\"2am\"", "as 03:00-03:30"),
    ];
    for (right, wrong, says) in cases {
        assert_eq!(EXAMPLE.matches(right).count(), 1, "{right} is not once in the example");
        let error = StageFile::parse(&EXAMPLE.replace(right, wrong)).expect_err(wrong);
        assert!(error.message().contains(says), "{wrong}: {error}");
        let changed = EXAMPLE[..EXAMPLE.find(right).unwrap()].matches('\n').count() + 1;
        assert!(error.line().abs_diff(changed) <= 2, "{wrong} is in line {changed}: {error}");
        assert!(error.to_string().starts_with(&format!("the stage:{}: ", error.line())), "{error}");
    }
    for (text, says) in [
        ("", "missing field `accounts`"),
        ("[accounts]", "at least one account"),
        ("[accounts.a]\nid = \"111111111111\"\n[accounts.a.regions]", "at least one Region"),
    ] {
        assert!(StageFile::parse(text).unwrap_err().message().contains(says), "{text}");
    }
    let missing = StageFile::read(Path::new("no-such-stage.toml")).unwrap_err();
    assert!(missing.to_string().starts_with("no-such-stage.toml: cannot be read: "), "{missing}");
}

#[test]
fn timing_and_switches_are_written_as_they_are_read() {
    let timing = toml::to_string(&Timing::default()).unwrap();
    assert_eq!(toml::from_str::<Timing>(&timing).unwrap(), Timing::default(), "{timing}");
    let switches = toml::to_string(&Switches::default()).unwrap();
    assert_eq!(toml::from_str::<Switches>(&switches).unwrap(), Switches::default(), "{switches}");
    assert_eq!(toml::from_str::<Timing>("").unwrap(), Timing::default());
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(at in 0..EXAMPLE.len(), cut in 0..80_usize, put in "\\PC{0,12}|[\\[\\]{}=\"'\n.]{0,4}") {
        let end = (at + cut).min(EXAMPLE.len());
        let (Some(before), Some(after)) = (EXAMPLE.get(..at), EXAMPLE.get(end..)) else { return Ok(()) };
        if let Err(error) = StageFile::parse(&format!("{before}{put}{after}")) {
            prop_assert!(!error.message().is_empty());
        }
    }
}
