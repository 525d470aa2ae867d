//! Wrong configurations, each with the message that a person needs, before any call.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use common::{Ended, Place};

const RIGHT: &str = r#"on_failure = "remove-costly"
expires_after = "14d"

[tags]
cost-centre = "1234"

[source]
account = "111111111111"
region = "eu-west-1"
cluster = "orders-production"

[source.temporary]
subnet_group = "private"
security_groups = ["sg-0123456789abcdef0"]
class = "db.r6g.large"

[destination]
account = "222222222222"
region = "eu-west-1"
kms_key = "alias/staging"

[destination.cluster]
identifier = "orders-staging"
class = "db.r6gd.large"
subnet_group = "private"
security_groups = ["sg-0fedcba9876543210"]

[connection.source]
profile = "production"
"#;

/// What is replaced by what, and what must be said.
const WRONG: &[(&str, &str, &[&str])] = &[
    (
        "account = \"111111111111\"",
        "account = 111111111111",
        &["line 8: source.account is 111111111111", "12 digits", "in quotes"],
    ),
    ("account = \"111111111111\"", "account = \"1111\"", &["line 8: source.account is \"1111\""]),
    ("account = \"111111111111\"\n", "", &["source.account is missing"]),
    ("account = \"222222222222\"", "account = \"111111111111\"", &["destination.account", "another account"]),
    ("account = \"222222222222\"", "account = \"22222222222x\"", &["line 18: destination.account"]),
    ("region = \"eu-west-1\"\ncluster", "region = \"Ireland\"\ncluster", &["line 9: source.region is \"Ireland\"", "eu-west-1"]),
    ("region = \"eu-west-1\"\nkms", "region = \"cn-north-1\"\nkms", &["destination.region", "same partition"]),
    ("region = \"eu-west-1\"\nkms", "kms", &["destination.region is missing"]),
    ("cluster = \"orders-production\"", "cluster = \"orders--production\"", &["line 10: source.cluster", "two hyphens"]),
    ("cluster = \"orders-production\"", "cluster = \"1orders\"", &["source.cluster is \"1orders\""]),
    ("cluster = \"orders-production\"", "cluster = \"\"", &["source.cluster is \"\""]),
    (
        "cluster = \"orders-production\"",
        "cluster = \"a\"\nsnapshot = \"latest\"",
        &["line 11: source.snapshot is \"latest\"", "automated_within"],
    ),
    ("cluster = \"orders-production\"", "cluster = \"a\"\nsnapshot = { named = \"rds:a\" }", &["source.snapshot.named"]),
    (
        "cluster = \"orders-production\"",
        "cluster = \"a\"\nsnapshot = { automated_within = \"6\" }",
        &["automated_within is \"6\""],
    ),
    (
        "cluster = \"orders-production\"",
        "cluster = \"a\"\nkeep_snapshots = \"yes\"",
        &["source.keep_snapshots is \"yes\"", "true or false"],
    ),
    ("cluster = \"orders-production\"", "cluster = \"a\"\nack_deadline = \"5m\"", &["source.ack_deadline is \"5m\""]),
    (
        "cluster = \"orders-production\"",
        "cluster = \"a\"\nshare_with = \"222222222222\"",
        &["source.share_with", "left out here: it is the account of the destination"],
    ),
    (
        "cluster = \"orders-production\"",
        "cluster = \"a\"\ncluser = \"a\"",
        &["line 11: source.cluser is unknown", "the fields here are"],
    ),
    (
        "subnet_group = \"private\"\nsecurity_groups = [\"sg-0123",
        "subnet_group = \"default\"\nsecurity_groups = [\"sg-0123",
        &["source.temporary.subnet_group is \"default\""],
    ),
    ("[\"sg-0123456789abcdef0\"]", "[]", &["line 14: source.temporary.security_groups", "at least one"]),
    ("[\"sg-0123456789abcdef0\"]", "[\"web\"]", &["source.temporary.security_groups[0] is \"web\"", "sg-0123456789abcdef0"]),
    ("[\"sg-0123456789abcdef0\"]", "\"sg-0123456789abcdef0\"", &["source.temporary.security_groups", "a list"]),
    ("class = \"db.r6g.large\"", "class = \"large\"", &["line 15: source.temporary.class is \"large\"", "db.r6gd.large"]),
    ("class = \"db.r6g.large\"", "", &["source.temporary.class is missing"]),
    ("class = \"db.r6g.large\"", "class = \"db.r6g.large\"\npassword = \"hunter2\"", &["source.temporary.password is unknown"]),
    (
        "kms_key = \"alias/staging\"",
        "kms_key = \"arn:aws:kms:us-east-1:222222222222:key/1\"",
        &["destination.kms_key", "in the destination's Region, eu-west-1"],
    ),
    (
        "kms_key = \"alias/staging\"",
        "kms_key = \"alias/staging\"\nsource_keys = [\"alias/orders\"]",
        &["destination.source_keys[0]"],
    ),
    (
        "kms_key = \"alias/staging\"",
        "kms_key = \"alias/staging\"\nmax_handover_age = \"90d\"",
        &["destination.max_handover_age is \"90d\""],
    ),
    ("kms_key = \"alias/staging\"\n", "", &["destination.kms_key is missing"]),
    (
        "identifier = \"orders-staging\"",
        "identifier = \"a-name-that-is-far-too-long-for-a-cluster-of-three-members\"",
        &["line 23: destination.cluster.identifier", "1 to 52"],
    ),
    (
        "identifier = \"orders-staging\"",
        "identifier = \"a\"\nstorage_type = \"gp2\"",
        &["destination.cluster.storage_type is \"gp2\"", "gp3, io1 or io2"],
    ),
    ("identifier = \"orders-staging\"", "identifier = \"a\"\nstorage_type = \"io1\"", &["destination.cluster.iops is missing"]),
    ("identifier = \"orders-staging\"", "identifier = \"a\"\niops = 3000", &["destination.cluster.iops is 3000"]),
    ("identifier = \"orders-staging\"", "identifier = \"a\"\nport = 80", &["line 24: destination.cluster.port is 80", "1150"]),
    (
        "identifier = \"orders-staging\"",
        "identifier = \"a\"\nport = \"5432\"",
        &["destination.cluster.port is \"5432\"", "without quotes"],
    ),
    (
        "identifier = \"orders-staging\"",
        "identifier = \"a\"\nbackup_window = \"03:00-03:10\"",
        &["destination.cluster.backup_window", "30 minutes"],
    ),
    (
        "identifier = \"orders-staging\"",
        "identifier = \"a\"\nbackup_retention_days = 0",
        &["destination.cluster.backup_retention_days is 0"],
    ),
    (
        "identifier = \"orders-staging\"",
        "identifier = \"a\"\nlog_exports = [\"syslog\"]",
        &["destination.cluster.log_exports[0] is \"syslog\""],
    ),
    (
        "identifier = \"orders-staging\"",
        "identifier = \"a\"\nmonitoring = { interval_seconds = 7 }",
        &["monitoring.interval_seconds is 7", "monitoring.role_arn is missing", "2 problems"],
    ),
    (
        "identifier = \"orders-staging\"",
        "identifier = \"a\"\nperformance_insights = { retention_days = 8 }",
        &["performance_insights.retention_days is 8"],
    ),
    ("cost-centre = \"1234\"", "cost-centre = 1234", &["line 5: tags.cost-centre is 1234", "in quotes"]),
    ("cost-centre = \"1234\"", "\"aws:x\" = \"1\"", &["aws: and rds: are reserved"]),
    ("\"remove-costly\"", "\"delete\"", &["line 1: on_failure is \"delete\"", "keep-all"]),
    ("\"14d\"", "14", &["line 2: expires_after is 14"]),
    ("\"14d\"", "\"two weeks\"", &["expires_after is \"two weeks\""]),
    ("[tags]", "[tagz]", &["tagz is unknown"]),
    ("on_failure =", "state_dirr = \"x\"\non_failure =", &["line 1: state_dirr is unknown", ", state_dir, connection"]),
    ("[source.temporary]", "[source.temp]", &["source.temp is unknown", "line 7: source.temporary.class is missing"]),
    ("profile = \"production\"", "profile = 7", &["line 29: connection.source.profile is 7", "in quotes"]),
    (
        "profile = \"production\"",
        "role_arn = \"production\"",
        &["connection.source.role_arn is \"production\"", "arn:aws:iam::111111111111:role/"],
    ),
    ("profile = \"production\"", "endpoint_url = \"localhost:4566\"", &["connection.source.endpoint_url", "http://"]),
    (
        "profile = \"production\"",
        "secret_access_key = \"hunter2\"",
        &["connection.source.secret_access_key is unknown", "the fields here are profile"],
    ),
    ("[connection.source]", "[connection.production]", &["connection.production is unknown", "source, destination"]),
    ("[connection.source]", "state_dir = 7\n[connection.source]", &["destination.cluster.state_dir is unknown"]),
    ("on_failure =", "state_dir = 7\non_failure =", &["line 1: state_dir is 7", "a directory"]),
    ("[source]", "[source", &["line 7: not TOML"]),
    ("[source]", "[tags]", &["line 7: not TOML", "duplicate"]),
];

#[test]
fn what_is_wrong_is_said_with_file_line_field_and_rule() {
    let place = Place::new();
    place.write("right.toml", RIGHT);
    place.run(&["plan", "--config", "right.toml"]).with(0);
    assert!(WRONG.len() >= 40);
    let mut failures = Vec::new();
    for (right, wrong, says) in WRONG {
        assert!(RIGHT.contains(right), "{right}");
        place.write("wrong.toml", &RIGHT.replacen(right, wrong, 1));
        let Ended { code, out, err } = place.run(&["plan", "--config", "wrong.toml"]);
        // What an unknown field holds may be a secret.
        let is_told = code == 2 && err.starts_with("error: wrong.toml") && !err.contains("hunter2");
        if !is_told || !says.iter().all(|said| err.contains(said)) {
            failures.push(format!("{right:?} → {wrong:?}: {code}, and not {says:?}\n{out}{err}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn flags_win_and_are_blamed_for_what_they_say() {
    let place = Place::new();
    place.write("rds-refresh.toml", RIGHT);
    let plan = place
        .run(&["plan", "--destination-cluster", "orders-qa", "--set", "source.keep_snapshots=true", "--run", "r1"])
        .with(0)
        .out;
    assert!(plan.contains("→ orders-qa in") && plan.contains("DB snapshot orders-production-r1-s1 in 111111111111"), "{plan}");

    let cases: &[(&[&str], &str)] = &[
        (&["plan", "--source-region", "Ireland"], "--source-region: source.region is \"Ireland\""),
        (&["plan", "--set", "destination.cluster.port=80"], "--set destination.cluster.port: destination.cluster.port is 80"),
        (&["plan", "--set", "connection.source.profile=x"], "--set connection.source.profile: it sets fields of the request"),
        (&["plan", "--set", "destination.cluster.port"], "it must be FIELD=VALUE"),
        (&["plan", "--tag", "=x"], "it must be KEY=VALUE"),
        (&["plan", "--on-failure", "panic"], "--on-failure: on_failure is \"panic\""),
        (&["plan", "--run", "Monday!"], "\"Monday!\" is not a valid run id"),
        (&["run", "--source-role", "admin"], "--source-role \"admin\": it must be the ARN of an IAM role"),
        (&["run", "--source-endpoint-url", "localhost"], "--source-endpoint-url \"localhost\": it must be a URL"),
        (&["run", "--only", "destination"], "--handover <FILE>"),
        (&["run", "--only", "destination", "--handover", "no-such.json"], "cannot read the hand-over no-such.json"),
        (&["run", "--pace", "60"], "--embedded"),
        (&["report", "r1"], "no run r1 is stored"),
        (&["frobnicate"], "unrecognized subcommand"),
        (
            &["plan", "--config", "no-such.toml"],
            "there is no configuration file no-such.toml\nnext: `rds-refresh init no-such.toml`",
        ),
    ];
    for (arguments, said) in cases {
        let ended = place.run(arguments).with(2);
        assert!(ended.err.contains(said), "{arguments:?}: {}", ended.err);
    }
}

#[test]
fn without_anything_it_says_how_to_begin() {
    let place = Place::new();
    for command in ["plan", "run"] {
        let ended = place.run(&[command]).with(2);
        assert!(ended.err.contains("there is no configuration file") && ended.err.contains("rds-refresh init"), "{}", ended.err);
    }
    assert!(place.run(&["list"]).with(0).out.starts_with("no run is stored in "));
}

#[test]
fn without_credentials_nothing_is_called_and_nothing_is_stored() {
    let place = Place::new();
    place.write("rds-refresh.toml", &RIGHT.replace("profile = \"production\"", "endpoint_url = \"http://127.0.0.1:9\""));
    let ended = place.run(&["run", "--run", "r1"]).with(2);
    assert!(ended.err.contains("gives no credentials for the source account 111111111111"), "{}", ended.err);
    assert!(ended.err.contains("--source-profile"), "{}", ended.err);
    assert!(place.run(&["status", "r1"]).with(2).err.contains("no run r1 is stored"));
}

#[test]
fn credentials_of_another_account_are_refused() {
    let place = Place::new();
    place.write("rds-refresh.toml", RIGHT);
    let mut command = place.command(&["run", "--run", "r1"]);
    let credentials = "[production]\naws_access_key_id = a\naws_secret_access_key = hunter2\naws_account_id = 333333333333\n";
    command.env("AWS_SHARED_CREDENTIALS_FILE", place.write("credentials", credentials));
    let ended = common::Ended::of(command.output().unwrap()).with(2);
    assert!(
        ended.err.contains("credentials of the account 333333333333, and the source account is 111111111111"),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("hunter2"));
}
