//! Whose credentials they are is known before anything is called: in another account a run would take its own for deleted.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::process::Stdio;

use common::fake::Fake;
use common::{Ended, signal, until};
use serde_json::Value;

const SWAPPED: [&str; 4] = ["--source-profile", "staging", "--destination-profile", "production"];

/// A run that was interrupted while its temporary instance is there.
fn interrupted() -> Fake {
    let fake = Fake::at("x2000");
    let child = fake.command(&["run", "--run", "one"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("snapshot-instance", || {
        let status = fake.run(&["status", "one", "--output", "json"]).out;
        serde_json::from_str::<Value>(&status).unwrap_or_default()["step"]["step"] == "snapshot-instance"
    });
    signal(child.id(), "INT");
    Ended::of(child.wait_with_output().unwrap()).with(130);
    assert!(fake.holds("111111111111", "instances").contains(&"orders-production-one-t1".to_owned()));
    fake
}

/// Every call that anybody made, but those that ask who one is.
fn calls(fake: &Fake) -> usize {
    let journal = fake.control("journal");
    journal["entries"].as_array().unwrap().iter().filter(|entry| entry["action"] != "GetCallerIdentity").count()
}

#[test]
fn resume_and_cancel_with_swapped_accounts_call_nothing() {
    let fake = interrupted();
    let before = calls(&fake);
    for command in ["resume", "cancel"] {
        let refused = fake.run(&[&[command, "one"][..], &SWAPPED].concat()).with(2);
        let said =
            "the profile \"staging\" gives credentials of the account 222222222222, and the source account is 111111111111";
        assert!(refused.err.contains(said), "{}", refused.err);
        assert!(refused.err.contains("next: give --source-profile"), "{}", refused.err);
    }
    // One side is enough.
    fake.run(&["resume", "one", "--destination-profile", "production"]).with(2);
    assert_eq!(calls(&fake), before);

    // A cancel that was refused is not left for whoever goes on.
    fake.run(&["resume", "one"]).with(0);
    assert_eq!(fake.holds("222222222222", "clusters"), ["orders-staging"]);
}

/// Flags that led to the account once are needed once.
#[test]
fn resume_remembers_how_the_accounts_were_reached() {
    let fake = interrupted();
    let credentials = std::fs::read_to_string(fake.place.path("credentials")).unwrap();
    fake.place.write("credentials", &credentials.replace("[production]", "[renamed]"));
    assert!(fake.run(&["resume", "one"]).with(2).err.contains("the profile \"production\""));
    fake.run(&["resume", "one", "--source-profile", "renamed"]).with(0);
    fake.run(&["resume", "one"]).with(0);
}

#[test]
fn nothing_else_is_called_with_them_either() {
    let fake = Fake::at("manual");
    fake.run(&["run", "--run", "half", "--only", "source", "--handover", "handover.json"]).with(0);
    let before = calls(&fake);
    let key = fake.ready().accounts["source"].home.kms_key_arn.clone().unwrap();
    let allow = ["kms", "allow-destination", "--key", &key, "--account", "333333333333", "--apply"];
    let commands: [&[&str]; 5] = [&["run", "--run", "two"], &["settle", "half"], &["sweep", "--apply"], &["doctor"], &allow];
    for command in commands {
        let refused = fake.run(&[command, &SWAPPED].concat()).with(2);
        assert!(refused.err.contains("credentials of the account 222222222222"), "{command:?}: {}", refused.err);
    }
    assert_eq!(calls(&fake), before);
    assert!(fake.run(&["status", "two"]).with(2).err.contains("no run two is stored"));
}

/// Where nobody tells, the profile may.
#[test]
fn without_sts_the_account_must_be_stated() {
    let fake = Fake::at("manual");
    // Nothing listens there.
    let closed = ["--source-endpoint-url", "http://127.0.0.1:1"];
    let unknown = fake.run(&[&["run", "--run", "one"][..], &closed].concat()).with(1);
    assert!(unknown.err.contains("is not known: STS does not answer: "), "{}", unknown.err);
    assert!(unknown.err.contains("aws_account_id in the profile"), "{}", unknown.err);
    assert_eq!(calls(&fake), 0);

    let credentials = std::fs::read_to_string(fake.place.path("credentials")).unwrap();
    let refused = credentials.replacen("aws_secret_access_key = ", "aws_secret_access_key = no", 1);
    fake.place.write("credentials", &refused);
    let refused = fake.run(&["run", "--run", "one"]).with(2);
    assert!(refused.err.contains("that STS refuses: ") && !refused.err.contains('\u{0}'), "{}", refused.err);
    assert!(refused.err.contains("(SignatureDoesNotMatch)"), "{}", refused.err);
}

/// As the aws CLI has it: `--profile` counts, whatever keys the environment holds.
#[test]
fn a_profile_that_is_named_is_the_one_that_is_used() {
    let fake = Fake::at("manual");
    let staging = &fake.ready().accounts["destination"];
    let run = |arguments: &[&str]| {
        let mut command = fake.command(arguments);
        command.env("AWS_ACCESS_KEY_ID", &staging.access_key_id);
        command.env("AWS_SECRET_ACCESS_KEY", staging.secret_access_key.reveal().as_str());
        Ended::of(command.output().unwrap())
    };
    run(&["run", "--run", "one"]).with(0);
    for arguments in [&["run", "--run", "two"][..], &["doctor"]] {
        let nobody = run(&[arguments, &["--source-profile", "nope"]].concat()).with(2);
        assert!(nobody.err.contains("the profile \"nope\" gives no credentials"), "{}", nobody.err);
        assert!(nobody.err.contains("`nope` was not defined") && !nobody.err.contains("IMDS"), "{}", nobody.err);
    }
    // Where no profile is named, the environment decides, as ever.
    let configuration = std::fs::read_to_string(fake.place.path("rds-refresh.toml")).unwrap();
    fake.place.write("rds-refresh.toml", &configuration.replace("profile = \"staging\"\n", ""));
    run(&["doctor"]).with(1);
}
