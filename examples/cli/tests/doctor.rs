//! What would fail a run is found before it begins, and mended: `doctor`, and `kms`, over HTTP and embedded.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_kms::config::{BehaviorVersion, Region};
use common::fake::Fake;
use common::{Ended, Place, golden, skewed};
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Incident, Strike};
use rds_refresh_testkit::world::{self, Operation};
use serde_json::{Value, json};

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The findings of a level, as `side check`.
fn of_level(report: &Value, level: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["level"] == level);
    findings.map(|finding| format!("{} {}", finding["side"].as_str().unwrap(), finding["check"].as_str().unwrap())).collect()
}

#[test]
fn a_healthy_world_has_nothing_wrong() {
    let place = Place::new();
    golden("tests/golden/doctor.txt", &place.run(&["doctor", "--embedded"]).with(0).out);
    let report = parse(&place.run(&["doctor", "--embedded", "--output", "json"]).with(0).out);
    assert_eq!(report["level"], "cannot-see");
    assert_eq!(of_level(&report, "wrong"), [""; 0]);
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_fails_a_pipeline() {
    let fake = Fake::at("manual");
    let wrong = [
        "doctor",
        "--set",
        "destination.cluster.subnet_group=narrow",
        "--set",
        "destination.cluster.class=db.r6g.large",
        "--set",
        "source.temporary.class=db.x9.large",
        "--kms-key",
        "alias/nothing",
        "--demanded-tag",
        "cost-centre",
    ];
    let shown = fake.run(&wrong).with(1);
    assert!(shown.out.contains("\n6 things wrong, "), "{}", shown.out);
    let report = parse(&fake.run(&[&wrong[..], &["--output", "json"]].concat()).with(1).out);
    let found = of_level(&report, "wrong");
    for expected in [
        "source instance-class",
        "destination subnet-group",
        "destination instance-class",
        "destination destination-key",
        "source demanded-tags",
    ] {
        assert!(found.iter().any(|found| found == expected), "{expected}: {found:?}");
    }
    for finding in report["findings"].as_array().unwrap().iter().filter(|finding| finding["level"] != "ok") {
        for field in ["resource", "found", "needed", "fix", "document"] {
            assert!(finding[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {finding}");
        }
    }
    assert_eq!(fake.mutations(), [""; 0], "it reads, and never writes");
}

#[test]
fn each_half_needs_its_own_credentials_only_and_they_join() {
    let fake = Fake::at("manual");
    let whole = parse(&fake.run(&["doctor", "--output", "json"]).with(0).out);
    let both = std::fs::read_to_string(fake.place.path("credentials")).unwrap();
    let (production, staging) = both.split_at(both.find("[staging]").unwrap());

    fake.place.write("credentials", production);
    assert!(fake.run(&["doctor"]).with(2).err.contains("the destination account"));
    let half = fake.run(&["doctor", "--side", "source", "--to", "source.json"]).with(0);
    assert!(half.err.contains("wrote source.json"), "{}", half.err);
    assert!(half.out.contains("other-side"), "{}", half.out);

    fake.place.write("credentials", staging);
    let alone = parse(&fake.run(&["doctor", "--side", "destination", "--output", "json"]).with(0).out);
    let unseen = of_level(&alone, "cannot-see");
    assert!(unseen.contains(&"source other-side".into()) && unseen.contains(&"destination storage".into()), "{unseen:?}");
    let joined = fake.run(&["doctor", "--side", "destination", "--with", "source.json", "--output", "json"]).with(0).out;
    assert_eq!(parse(&joined), whole);

    fake.place.write("odd.json", "{}");
    assert!(fake.run(&["doctor", "--side", "source", "--with", "odd.json"]).with(2).err.contains("these are no findings"));
    assert!(fake.run(&["doctor", "--side", "source", "--with", "none.json"]).with(2).err.contains("cannot read the findings"));
}

/// A minor version that was retired since the cluster was made: restoring it is refused, in either account.
#[test]
fn a_retired_minor_version_is_found_and_the_versions_are_shown_that_are_not() {
    let fake = Fake::at("manual");
    for account in ["111111111111", "222222222222"] {
        let place = world::Place { account: account.parse().unwrap(), region: "eu-west-1".parse().unwrap() };
        let mut world = fake.world();
        let versions = &mut world.at_mut(&place).engine_versions;
        let version = versions.iter_mut().find(|it| it.engine == "postgres" && it.version == "16.4").unwrap();
        version.status = "deprecated".into();
    }
    let report = parse(&fake.run(&["doctor", "--output", "json"]).with(1).out);
    assert_eq!(of_level(&report, "wrong"), ["source engine-version", "destination engine-version"]);
    let finding = report["findings"].as_array().unwrap().iter().find(|it| it["check"] == "engine-version").unwrap();
    assert_eq!((&finding["resource"], &finding["found"]), (&json!("postgres 16.4"), &json!("deprecated")));
    let fix = finding["fix"].as_str().unwrap();
    assert!(fix.starts_with("aws --region eu-west-1 rds describe-db-engine-versions --engine postgres "), "{fix}");
    // Nor does a run begin.
    assert!(fake.run(&["run", "--run", "retired"]).with(1).err.contains("deprecated"));
    assert_eq!(fake.mutations(), [""; 0]);
}

#[test]
fn an_account_that_does_not_answer_fails_a_pipeline() {
    let fake = Fake::at("manual");
    let closed = ["doctor", "--source-endpoint-url", "http://127.0.0.1:1", "--destination-endpoint-url", "http://127.0.0.1:1"];
    let report = parse(&fake.run(&[&closed[..], &["--output", "json"]].concat()).with(1).out);
    assert_eq!(of_level(&report, "wrong"), ["source connection", "destination connection"]);
    assert!(fake.run(&closed).with(1).out.contains("the account cannot be reached: "));
}

/// By the wall's time, as against AWS: the fake's clock is another one and is left out.
#[test]
fn a_clock_that_goes_wrong_is_found_by_the_date_of_the_answers() {
    let fake = Fake::at("manual");
    let doctor = |fake: &Fake| {
        let mut command = fake.command(&["doctor", "--output", "json"]);
        Ended::of(command.env_remove("RDS_REFRESH_CLOCK").output().unwrap())
    };
    let right = parse(&doctor(&fake).with(0).out);
    assert_eq!(of_level(&right, "ok").iter().filter(|it| it.ends_with(" clock-skew")).count(), 2);

    let endpoint = &fake.ready().endpoint;
    let other = skewed::in_front_of(fake.address(), "Mon, 05 Jan 2026 08:00:00 GMT");
    let configuration = std::fs::read_to_string(fake.place.path("rds-refresh.toml")).unwrap();
    fake.place.write("rds-refresh.toml", &configuration.replace(endpoint, &format!("http://{other}")));
    let wrong = parse(&doctor(&fake).with(1).out);
    // The SDK signs what follows by the date of the answer before, and the fake, whose clock goes right, refuses that.
    let expected = ["source credentials", "destination credentials", "source clock-skew", "destination clock-skew"];
    assert_eq!(of_level(&wrong, "wrong"), expected);
    let finding = wrong["findings"].as_array().unwrap().iter().find(|it| it["check"] == "clock-skew").unwrap();
    assert!(finding["found"].as_str().unwrap().ends_with(" seconds off"), "{finding}");
    assert_eq!(finding["fix"], "timedatectl set-ntp true");
}

/// What anybody's client sees of the source's key.
struct Kms {
    client: aws_sdk_kms::Client,
    runtime: tokio::runtime::Runtime,
    key: String,
}

impl Kms {
    fn of(fake: &Fake) -> Self {
        let account = &fake.ready().accounts["source"];
        let credentials =
            Credentials::new(&account.access_key_id, account.secret_access_key.reveal().as_str(), None, None, "test");
        let config = aws_sdk_kms::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(credentials)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(&fake.ready().endpoint)
            .build();
        Self {
            client: aws_sdk_kms::Client::from_conf(config),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            key: account.home.kms_key_arn.clone().unwrap(),
        }
    }

    fn policy_text(&self) -> String {
        let answer = self.runtime.block_on(self.client.get_key_policy().key_id(&self.key).send()).unwrap();
        answer.policy().unwrap().to_owned()
    }

    fn policy(&self) -> Value {
        parse(&self.policy_text())
    }

    fn put(&self, policy: &Value) {
        self.runtime.block_on(self.client.put_key_policy().key_id(&self.key).policy(policy.to_string()).send()).unwrap();
    }
}

/// Unusual, legal, and without the right to make grants but through a service: neither a policy nor a grant lets another account copy.
fn closed() -> Value {
    json!({
        "Version": "2012-10-17",
        "Id": "orders",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": { "AWS": "111111111111" },
                "Action": [
                    "kms:Describe*", "kms:Get*", "kms:List*", "kms:Put*", "kms:?ncrypt", "kms:Decrypt", "kms:ReEncrypt*",
                    "kms:GenerateDataKey*", "kms:RevokeGrant",
                ],
                "Resource": ["*"],
            },
            {
                "Sid": "Services",
                "Effect": "Allow",
                "Principal": { "AWS": ["arn:aws:iam::111111111111:root"] },
                "Action": "kms:CreateGrant",
                "Resource": "*",
                "Condition": { "Bool": { "kms:GrantIsForAWSResource": true } },
            },
            {
                "Sid": "Nobody deletes",
                "Effect": "Deny",
                "NotPrincipal": { "AWS": ["arn:aws:iam::333333333333:root", "arn:aws:iam::333333333333:role/last"] },
                "Action": "kms:ScheduleKeyDeletion",
                "Resource": "*",
            },
        ],
    })
}

#[test]
fn a_key_that_another_account_may_not_use_is_found_and_mended_by_the_command_that_is_shown() {
    let fake = Fake::at("manual");
    let kms = Kms::of(&fake);
    kms.put(&closed());
    let wrote = || fake.mutations().iter().filter(|made| made.starts_with("PutKeyPolicy")).count();

    let report = parse(&fake.run(&["doctor", "--output", "json"]).with(1).out);
    assert_eq!(of_level(&report, "wrong"), ["source source-key-use"]);
    let finding = report["findings"].as_array().unwrap().iter().find(|it| it["check"] == "source-key-use").unwrap();
    assert!(finding["found"].as_str().unwrap().contains("the run may not grant it"), "{finding}");
    let fix: Vec<&str> = finding["fix"].as_str().unwrap().split(' ').collect();
    let (["rds-refresh", apply @ ..], [_, show @ .., "--apply"]) = (fix.as_slice(), fix.as_slice()) else { panic!("{fix:?}") };
    // Which is true: a run does not get there.
    fake.run(&["run", "--run", "before", "--skip-preflight"]).with(3);

    // Shown.
    let shown = fake.run(show).with(0);
    assert!(shown.out.lines().all(|line| line.starts_with("+ ")), "{}", shown.out);
    assert!(shown.out.contains("kms:GrantIsForAWSResource") && shown.err.contains("nothing is written"), "{}", shown.err);
    assert_eq!((kms.policy(), wrote()), (closed(), 1));

    // Written, and every other statement is as it was.
    let applied = fake.run(apply).with(0);
    assert_eq!(applied.out, shown.out);
    let patched = kms.policy();
    let (statements, before) = (patched["Statement"].as_array().unwrap(), closed());
    assert_eq!(&statements[..3], before["Statement"].as_array().unwrap().as_slice());
    assert_eq!((statements.len(), &patched["Id"]), (5, &json!("orders")));
    assert_eq!(statements[3]["Principal"]["AWS"], "arn:aws:iam::222222222222:root");

    // A second time changes nothing.
    let again = parse(&fake.run(&[apply, &["--output", "json"]].concat()).with(0).out);
    assert_eq!((&again["changes"], &again["written"]), (&json!(false), &json!(false)));
    assert!(fake.run(apply).with(0).out.contains("nothing changes"));
    assert_eq!((kms.policy(), wrote()), (patched, 2));

    // And a refresh ends well, without a grant of its own.
    fake.run(&["doctor"]).with(0);
    fake.run(&["run", "--run", "after"]).with(0);
    assert_eq!(fake.holds("222222222222", "clusters"), ["orders-staging"]);
    assert!(!fake.mutations().iter().any(|made| made.starts_with("CreateGrant ")));

    let revoke = [&["kms", "revoke-destination"], &apply[2..]].concat();
    let revoked = parse(&fake.run(&[&revoke[..], &["--output", "json"]].concat()).with(0).out);
    assert_eq!((revoked["removed"].as_array().unwrap().len(), &revoked["written"]), (2, &json!(true)));
    assert_eq!(kms.policy_text(), closed().to_string(), "to the byte");
}

/// Somebody else edits the policy at the same time: before it is written nothing is, and after it that is said.
#[test]
fn a_policy_that_somebody_changes_meanwhile_is_left_to_them() {
    let fake = Fake::at("manual");
    let kms = Kms::of(&fake);
    let allow = ["kms", "allow-destination", "--key", &kms.key, "--account", "333333333333", "--apply"];
    let changed_after = |operation: Operation| {
        let somebody = Strike::Somebody { does: Incident::RevokePolicy { key: kms.key.clone() }, after: Duration::ZERO };
        let script = FaultScript::new().with(Fault::new(Calls::of(operation).times(1), somebody));
        fake.ask("POST", "faults", &script.to_json());
    };
    let wrote = || fake.mutations().iter().filter(|made| made.starts_with("PutKeyPolicy")).count();

    kms.put(&closed());
    changed_after(Operation::GetKeyPolicy);
    let refused = fake.run(&allow).with(1);
    assert!(
        refused.err.contains("somebody changed the policy") && refused.err.contains("nothing was written"),
        "{}",
        refused.err
    );
    assert_eq!(wrote(), 1, "by this test alone");
    let theirs = kms.policy();
    assert_ne!(theirs, closed());

    changed_after(Operation::PutKeyPolicy);
    let refused = fake.run(&allow).with(1);
    assert!(refused.err.contains("is not what was written"), "{}", refused.err);
    assert_eq!((wrote(), kms.policy()), (2, theirs));

    // Alone, it is as ever.
    fake.run(&allow).with(0);
}

#[test]
fn what_a_policy_is_not_edited_for_is_said() {
    let fake = Fake::at("manual");
    let key = Kms::of(&fake).key;
    let own = fake.run(&["kms", "allow-destination", "--key", &key, "--account", "111111111111"]).with(2);
    assert!(own.err.contains("account 111111111111 owns the key"), "{}", own.err);
    fake.run(&["kms", "allow-destination", "--key", "alias/orders", "--account", "222222222222"]).with(2);
    let foreign = key.replace("111111111111", "222222222222");
    let other = fake.run(&["kms", "allow-destination", "--key", &foreign, "--account", "333333333333", "--apply"]);
    assert_ne!(other.code, 0, "credentials of another account change nothing");
}
