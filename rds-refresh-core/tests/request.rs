//! What is wrong with a request is said field by field, all at once.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use rds_refresh_core::request::{DestinationRequest, FieldProblem, InvalidRequest, ProblemKind, Request, SourceRequest};
use serde_json::{Value, json};

/// A request with every field.
fn request() -> Value {
    json!({
        "on_failure": "keep-all",
        "expires_after": "10d",
        "tags": { "cost-centre": "1234" },
        "source": {
            "account": "111111111111",
            "region": "eu-west-1",
            "cluster": "orders-production",
            "snapshot": { "automated_within": "6h" },
            "share_key": "alias/shared",
            "keep_snapshots": true,
            "ack_deadline": "24h",
            "temporary": {
                "subnet_group": "private",
                "security_groups": ["sg-0123"],
                "class": "db.r6g.large",
                "parameter_group": "boots",
                "ca": "rds-ca-rsa2048-g1",
            },
        },
        "destination": {
            "account": "222222222222",
            "region": "eu-west-1",
            "kms_key": "alias/rds",
            "source_keys": ["arn:aws:kms:eu-west-1:111111111111:key/1234abcd"],
            "max_handover_age": "2d",
            "cluster": {
                "identifier": "orders-staging",
                "class": "db.r6gd.large",
                "storage_type": "io1",
                "iops": 3000,
                "subnet_group": "private",
                "security_groups": ["sg-0456"],
                "parameter_group": "default.postgres16",
                "port": 5432,
                "backup_retention_days": 1,
                "backup_window": "23:45-00:15",
                "log_exports": ["postgresql"],
                "extended_support": false,
                "copy_tags_to_snapshot": true,
                "deletion_protection": true,
                "monitoring": { "interval_seconds": 60, "role_arn": "arn:aws:iam::222222222222:role/rds/monitoring" },
                "performance_insights": {
                    "kms_key": "arn:aws:kms:eu-west-1:222222222222:key/1234abcd",
                    "retention_days": 93,
                },
            },
        },
    })
}

/// The request with another value at a JSON pointer, which may lead to a new field.
fn with(pointer: &str, value: Value) -> Value {
    let mut request = request();
    let (table, field) = pointer.rsplit_once('/').unwrap();
    request.pointer_mut(table).unwrap()[field] = value;
    request
}

fn problems(request: Value) -> Vec<FieldProblem> {
    Request::try_from(request).unwrap_err().problems
}

/// Each change of the complete request must be found, at this path and no other, with a rule that says this.
#[track_caller]
fn assert_wrong(table: &[(&str, Value, &str, &str)]) {
    for (pointer, value, path, rule) in table {
        let problems = problems(with(pointer, value.clone()));
        let [problem] = problems.as_slice() else { panic!("{pointer} = {value}: {problems:#?}") };
        assert_eq!(&problem.path, path, "{pointer} = {value}");
        assert!(problem.rule.contains(rule), "{pointer} = {value}: {problem}");
        assert_eq!(problem.kind, ProblemKind::Wrong, "{problem}");
    }
}

#[test]
fn a_complete_request_is_right() {
    Request::try_from(request()).unwrap();
}

#[test]
fn wrong_at_the_top() {
    let key = "k".repeat(129);
    assert_wrong(&[
        ("/on_failure", json!("remove-everything"), "on_failure", "remove-costly"),
        ("/on_failure", json!(true), "on_failure", "keep-all"),
        ("/expires_after", json!("71h"), "expires_after", "from 3d to 366d"),
        ("/expires_after", json!("13months"), "expires_after", "from 3d to 366d"),
        ("/expires_after", json!("soon"), "expires_after", "a duration"),
        ("/expires_after", json!(14), "expires_after", "in quotes"),
        ("/tags", json!(["cost-centre"]), "tags", "a table"),
        ("/tags/aws:createdBy", json!("me"), "tags.\"aws:createdBy\"", "reserved by AWS"),
        ("/tags/RDS:x", json!("me"), "tags.\"RDS:x\"", "reserved by AWS"),
        ("/tags/rds-refresh:owner", json!("me"), "tags.\"rds-refresh:owner\"", "marks of ownership"),
        ("/tags/a,b", json!("x"), "tags.\"a,b\"", "keys are 1 to 128"),
        ("/tags/", json!("x"), "tags.\"\"", "keys are 1 to 128"),
        (&format!("/tags/{key}"), json!("x"), &format!("tags.{}…", &key[..100]), "keys are 1 to 128"),
        ("/tags/team", json!("x".repeat(257)), "tags.team", "0 to 256"),
        ("/tags/team", json!("a\tb"), "tags.team", "0 to 256"),
        ("/tags/team", json!(7), "tags.team", "in quotes"),
        ("/tags", (0..41).map(|n| (format!("t{n}"), json!("x"))).collect(), "tags", "at most 40"),
        ("/source", json!("orders"), "source", "a table"),
    ]);
}

#[test]
fn wrong_in_the_source() {
    assert_wrong(&[
        ("/source/region", json!("ireland"), "source.region", "as eu-west-1"),
        ("/source/region", json!(1), "source.region", "in quotes"),
        ("/source/cluster", json!("-orders"), "source.cluster", "starting with a letter"),
        ("/source/cluster", json!("orders--production"), "source.cluster", "two hyphens in a row"),
        ("/source/cluster", json!("orders_production"), "source.cluster", "letters, digits and hyphens"),
        ("/source/cluster", json!("c".repeat(64)), "source.cluster", "1 to 63"),
        ("/source/snapshot", json!("newest"), "source.snapshot", "\"create\""),
        ("/source/snapshot", json!(false), "source.snapshot", "\"create\""),
        ("/source/snapshot", json!({}), "source.snapshot", "automated_within"),
        ("/source/snapshot", json!({ "named": "x", "automated_within": "6h" }), "source.snapshot", "automated_within"),
        ("/source/snapshot", json!({ "named": "rds:orders-2026-01-01-00-00" }), "source.snapshot.named", "automated_within = "),
        ("/source/snapshot", json!({ "named": "x y" }), "source.snapshot.named", "letters, digits and hyphens"),
        ("/source/snapshot", json!({ "automated_within": "36d" }), "source.snapshot.automated_within", "from 1m to 35d"),
        ("/source/snapshot", json!({ "automated_within": "0s" }), "source.snapshot.automated_within", "from 1m"),
        (
            "/source/share_key",
            json!("arn:aws:kms:us-east-1:111111111111:key/1"),
            "source.share_key",
            "a customer managed key of the source's account",
        ),
        ("/source/share_key", json!("arn:aws:kms:eu-west-1:222222222222:key/1"), "source.share_key", "in its Region"),
        ("/source/keep_snapshots", json!("yes"), "source.keep_snapshots", "true or false"),
        ("/source/ack_deadline", json!("30m"), "source.ack_deadline", "from 1h to 14d"),
        ("/source/ack_deadline", json!("15d"), "source.ack_deadline", "from 1h to 14d"),
        // It expires after ten.
        ("/source/ack_deadline", json!("11d"), "source.ack_deadline", "no longer than expires_after"),
        ("/source/temporary", json!(1), "source.temporary", "a table"),
        ("/source/temporary/subnet_group", json!("Default"), "source.temporary.subnet_group", "not default"),
        ("/source/temporary/subnet_group", json!(""), "source.temporary.subnet_group", "1 to 255"),
        ("/source/temporary/subnet_group", json!("s".repeat(256)), "source.temporary.subnet_group", "1 to 255"),
        ("/source/temporary/subnet_group", json!(["private"]), "source.temporary.subnet_group", "in quotes"),
        ("/source/temporary/security_groups", json!([]), "source.temporary.security_groups", "at least one"),
        ("/source/temporary/security_groups", json!("sg-0123"), "source.temporary.security_groups", "a list"),
        ("/source/temporary/security_groups", json!(["sg-1", "web"]), "source.temporary.security_groups[1]", "as sg-0"),
        ("/source/temporary/security_groups", json!(["sg-1", "sg-1"]), "source.temporary.security_groups[1]", "once only"),
        ("/source/temporary/class", json!("r6g.large"), "source.temporary.class", "as db.r6gd.large"),
        ("/source/temporary/class", json!("db.r6g"), "source.temporary.class", "as db.r6gd.large"),
        ("/source/temporary/parameter_group", json!("a.b"), "source.temporary.parameter_group", "parameter group"),
        ("/source/temporary/ca", json!("my CA"), "source.temporary.ca", "certificate authority"),
    ]);
}

#[test]
fn wrong_in_the_destination() {
    let elsewhere = "arn:aws:kms:us-east-1:111111111111:key/1";
    let source_key = "arn:aws:kms:eu-west-1:333333333333:key/1";
    assert_wrong(&[
        ("/destination/account", json!("22222222222"), "destination.account", "12 digits, in quotes"),
        ("/destination/account", json!("2222-2222-2222"), "destination.account", "without dashes"),
        ("/destination/account", json!("111111111111"), "destination.account", "another account"),
        ("/destination/kms_key", json!("alias/my rds"), "destination.kms_key", "alias/name"),
        ("/destination/kms_key", json!("arn:aws:kms:eu-west-2:222222222222:key/1"), "destination.kms_key", "Region, eu-west-1"),
        ("/destination/kms_key", json!("arn:aws:s3:eu-west-1:222222222222:key/1"), "destination.kms_key", "a key ARN"),
        ("/destination/source_keys", json!([source_key]), "destination.source_keys[0]", "of the source account"),
        ("/destination/source_keys", json!([elsewhere]), "destination.source_keys[0]", "in its Region"),
        ("/destination/source_keys", json!(["alias/x"]), "destination.source_keys[0]", "a key ARN"),
        ("/destination/source_keys", json!("alias/x"), "destination.source_keys", "a list"),
        ("/destination/max_handover_age", json!("31d"), "destination.max_handover_age", "a duration from 1h to 30d"),
        ("/destination/max_handover_age", json!("-1d"), "destination.max_handover_age", "a duration from 1h to 30d"),
    ]);
}

#[test]
fn wrong_in_the_cluster() {
    let foreign_role = "arn:aws:iam::111111111111:role/monitoring";
    let table = [
        ("identifier", json!("c".repeat(53)), "identifier", "1 to 52"),
        ("identifier", json!("orders.staging"), "identifier", "letters, digits and hyphens"),
        ("class", json!("db.R6gd.large"), "class", "as db.r6gd.large"),
        ("class", json!("db.serverless"), "class", "as db.r6gd.large"),
        ("storage_type", json!("gp2"), "storage_type", "gp3, io1 or io2"),
        ("iops", json!(999), "iops", "1000 to 256000"),
        ("iops", json!(256_001), "iops", "1000 to 256000"),
        ("iops", json!("3000"), "iops", "a whole number"),
        ("iops", json!(3000.5), "iops", "a whole number"),
        // gp3 has other limits than the io1 of the complete request.
        ("storage_type", json!("gp3"), "iops", "12000 to 64000"),
        ("subnet_group", json!("1st"), "subnet_group", "starting with a letter"),
        ("security_groups", json!(["sg-XYZ"]), "security_groups[0]", "security group"),
        ("parameter_group", json!("pg-"), "parameter_group", "one at the end"),
        ("parameter_group", json!("p".repeat(256)), "parameter_group", "1 to 255"),
        ("port", json!(1149), "port", "1150 to 65535"),
        ("port", json!(65_536), "port", "1150 to 65535"),
        ("port", json!("5432"), "port", "without quotes"),
        ("port", json!(-5432), "port", "1150 to 65535"),
        ("backup_retention_days", json!(0), "backup_retention_days", "1 to 35"),
        ("backup_retention_days", json!(36), "backup_retention_days", "1 to 35"),
        ("backup_window", json!("03:00"), "backup_window", "hh:mm-hh:mm"),
        ("backup_window", json!("03:00-03:29"), "backup_window", "at least 30 minutes"),
        ("backup_window", json!("03:00-03:00"), "backup_window", "at least 30 minutes"),
        ("backup_window", json!("23:30-24:00"), "backup_window", "hh:mm-hh:mm"),
        ("backup_window", json!("3:00-4:00"), "backup_window", "hh:mm-hh:mm"),
        ("log_exports", json!(["slow"]), "log_exports[0]", "slowquery"),
        ("log_exports", json!(["error", "error"]), "log_exports[1]", "once only"),
        ("extended_support", json!("no"), "extended_support", "true or false"),
        ("copy_tags_to_snapshot", json!(1), "copy_tags_to_snapshot", "true or false"),
        ("deletion_protection", json!("on"), "deletion_protection", "true or false"),
        ("monitoring", json!(60), "monitoring", "a table"),
        ("monitoring/interval_seconds", json!(20), "monitoring.interval_seconds", "1, 5, 10, 15, 30 or 60"),
        ("monitoring/interval_seconds", json!(0), "monitoring.interval_seconds", "1, 5, 10, 15, 30 or 60"),
        ("monitoring/role_arn", json!("rds-monitoring-role"), "monitoring.role_arn", "the ARN of an IAM role"),
        ("monitoring/role_arn", json!("arn:aws:iam::222222222222:user/me"), "monitoring.role_arn", "the ARN of an IAM role"),
        ("monitoring/role_arn", json!(foreign_role), "monitoring.role_arn", "a role of the destination's account"),
        ("performance_insights", json!(true), "performance_insights", "a table"),
        ("performance_insights/retention_days", json!(30), "performance_insights.retention_days", "multiple of 31"),
        ("performance_insights/retention_days", json!(744), "performance_insights.retention_days", "or 731"),
        ("performance_insights/kms_key", json!(""), "performance_insights.kms_key", "a key id"),
        (
            "performance_insights/kms_key",
            json!("arn:aws:kms:us-east-1:222222222222:key/1"),
            "performance_insights.kms_key",
            "Region, eu-west-1",
        ),
    ];
    for (field, value, path, rule) in table {
        assert_wrong(&[(&format!("/destination/cluster/{field}"), value, &format!("destination.cluster.{path}"), rule)]);
    }
}

#[test]
fn a_snapshot_crosses_regions_but_no_partition_and_not_in_china() {
    let keyless = |from: &str, to: &str| {
        let mut request = request();
        request["source"]["region"] = json!(from);
        let destination = request["destination"].as_object_mut().unwrap();
        destination.insert("region".into(), json!(to));
        destination.remove("source_keys");
        let cluster = destination["cluster"].as_object_mut().unwrap();
        cluster.remove("performance_insights");
        cluster.remove("monitoring");
        Request::try_from(request)
    };
    for (from, to) in [("eu-west-1", "us-east-1"), ("us-gov-west-1", "us-gov-west-1"), ("cn-north-1", "cn-north-1")] {
        keyless(from, to).unwrap();
    }
    for (from, to, rule) in [
        ("eu-west-1", "cn-north-1", "the same partition"),
        ("us-gov-west-1", "us-east-1", "the same partition"),
        ("us-gov-west-1", "us-gov-east-1", "pre-signed URL"),
        ("cn-north-1", "cn-northwest-1", "between the Regions of China"),
    ] {
        let problems = keyless(from, to).unwrap_err().problems;
        let [problem] = problems.as_slice() else { panic!("{from} to {to}: {problems:#?}") };
        assert_eq!(problem.path, "destination.region");
        assert!(problem.rule.contains(rule), "{problem}");
    }
}

#[test]
fn everything_missing_is_listed_at_once() {
    let problems = problems(json!({ "destination": { "cluster": { "storage_type": "io2", "monitoring": {} } } }));
    let missing: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert!(problems.iter().all(|problem| problem.kind == ProblemKind::Missing && !problem.rule.is_empty()), "{problems:#?}");
    assert_eq!(
        missing,
        [
            "source.account",
            "source.region",
            "source.cluster",
            "source.temporary.subnet_group",
            "source.temporary.security_groups",
            "source.temporary.class",
            "destination.account",
            "destination.region",
            "destination.kms_key",
            "destination.cluster.identifier",
            "destination.cluster.class",
            "destination.cluster.iops",
            "destination.cluster.subnet_group",
            "destination.cluster.security_groups",
            "destination.cluster.monitoring.interval_seconds",
            "destination.cluster.monitoring.role_arn",
        ]
    );
}

#[test]
fn a_field_that_does_not_exist_is_refused_and_not_shown() {
    let hints = [
        ("/destination/cluster/master_password", "destination.cluster.master_password", "the fields here are identifier, class"),
        ("/source/temporary/clas", "source.temporary.clas", "the fields here are subnet_group"),
        ("/source/tags", "source.tags", "at the top"),
        ("/source/share_with", "source.share_with", "the account of the destination"),
        ("/destination/source_account", "destination.source_account", "the account of the source"),
        ("/destination/expires_after", "destination.expires_after", "at the top"),
        ("/dry run", "\"dry run\"", "on_failure, expires_after"),
    ];
    for (pointer, path, rule) in hints {
        let wrong = Request::try_from(with(pointer, json!("hunter2"))).unwrap_err();
        let [problem] = wrong.problems.as_slice() else { panic!("{wrong}") };
        assert_eq!((problem.path.as_str(), problem.kind, &problem.value), (path, ProblemKind::Unknown, &None));
        assert!(problem.rule.contains(rule), "{problem}");
        assert!(!wrong.to_string().contains("hunter2"));
    }
}

#[test]
fn several_problems_read_well_on_a_terminal() {
    let document = r#"
        [source]
        account = 111111111111
        region = "eu-west-1"
        cluster = "orders\u001b[31m"
        [source.temporary]
        subnet_group = "private"
        security_groups = ["web"]
        clas = "db.r6g.large"
        [destination]
        account = "222222222222"
        region = "eu-west-1"
        kms_key = "alias/rds"
        cluster = "orders-staging"
    "#;
    let wrong: InvalidRequest = Request::try_from(toml::from_str::<Value>(document).unwrap()).unwrap_err();
    let expected = r#"the request has 6 problems:
  source.account is 111111111111: it must be 12 digits, in quotes, without dashes
  source.cluster is "orders\u001b[31m": it must be 1 to 63 letters, digits and hyphens, starting with a letter, without two hyphens in a row or one at the end
  source.temporary.security_groups[0] is "web": it must be the id of a security group, as sg-0123456789abcdef0
  source.temporary.class is missing: it must be a class with family and size, as db.r6gd.large
  source.temporary.clas is unknown: it must be left out; the fields here are subnet_group, security_groups, class, parameter_group, ca
  destination.cluster is "orders-staging": it must be a table"#;
    assert_eq!(wrong.to_string(), expected);
    // Who deserialises straight away reads the same text.
    assert!(toml::from_str::<Request>(document).unwrap_err().to_string().contains(expected));
    let steering = Request::try_from(with("/source/region", json!("\u{9b}2J"))).unwrap_err().to_string();
    assert!(steering.contains(r#""\u{9b}2J""#), "{steering}");
    let long = Request::try_from(json!("x".repeat(5000))).unwrap_err().to_string();
    assert!(long.starts_with("the request has a problem:\n  the request is \"xxx") && long.len() < 250, "{long}");
}

#[test]
fn a_half_alone_says_what_a_joint_request_derives() {
    let mut source = request()["source"].take();
    let problems = SourceRequest::try_from(source.clone()).unwrap_err().problems;
    assert_eq!(problems.iter().map(|p| (p.path.as_str(), p.kind)).collect::<Vec<_>>(), [("share_with", ProblemKind::Missing)]);
    source["share_with"] = source["account"].clone();
    let problems = SourceRequest::try_from(source).unwrap_err().problems;
    assert!(problems.len() == 1 && problems[0].path == "share_with" && problems[0].rule.contains("another account"));

    let mut destination = request()["destination"].take();
    let problems = DestinationRequest::try_from(destination.clone()).unwrap_err().problems;
    assert_eq!(problems.iter().map(|p| p.path.as_str()).collect::<Vec<_>>(), ["source_account", "source_region"]);
    destination["source_account"] = destination["account"].clone();
    destination["source_region"] = json!("cn-north-1");
    destination["source_keys"] = json!([]);
    let problems = DestinationRequest::try_from(destination).unwrap_err().problems;
    assert_eq!(problems.iter().map(|p| p.path.as_str()).collect::<Vec<_>>(), ["source_account", "source_region"]);
}
