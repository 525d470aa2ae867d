//! The binary: what it prints, and how it ends.
#![cfg(all(unix, feature = "server"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn fake_rds(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fake-rds"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn it_prints_one_line_of_json_and_ends_cleanly_when_asked() {
    for (signal, arguments) in
        [("TERM", &["--seed", "9"][..]), ("INT", &["--clock", "x60", "--seed", "9", "--start", "2026-05-01T00:00:00Z"])]
    {
        let mut child = fake_rds(arguments).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        assert!(ready["endpoint"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{ready}");
        assert_eq!(ready["control"], format!("{}/_fake/", ready["endpoint"].as_str().unwrap()));
        assert_eq!((&ready["region"], &ready["seed"]), (&Value::from("eu-west-1"), &Value::from(9)));
        for (account, id) in [("source", "111111111111"), ("destination", "222222222222")] {
            let account = &ready["accounts"][account];
            assert_eq!(account["account_id"], id);
            for member in ["access_key_id", "secret_access_key", "kms_key_arn", "kms_key_private_arn", "subnet_group"] {
                assert!(account[member].as_str().is_some_and(|it| !it.is_empty()), "{member} of {account}");
            }
            assert_ne!(account["kms_key_arn"], account["kms_key_private_arn"]);
            assert_eq!(account["subnet_ids"].as_array().unwrap().len(), 3);
            assert_eq!(account["security_group_ids"].as_array().unwrap().len(), 1);
            assert_eq!(account["regions"]["eu-west-1"]["subnet_ids"], account["subnet_ids"]);
        }
        assert_eq!(ready["accounts"]["source"]["cluster_id"], "orders-production");

        let killed = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        assert!(child.wait().unwrap().success(), "it ends with 0 on SIG{signal}");
        let (mut rest, mut errors) = (String::new(), String::new());
        stdout.read_to_string(&mut rest).unwrap();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert_eq!((rest.as_str(), errors.as_str()), ("", ""));
    }
}

#[test]
fn what_it_cannot_do_it_says() {
    let output = |arguments: &[&str]| -> (i32, String) {
        let Output { status, stderr, .. } = fake_rds(arguments).output().unwrap();
        (status.code().unwrap(), String::from_utf8(stderr).unwrap())
    };
    let cases: &[(&[&str], i32, &str)] = &[
        (&["--stage", "no-such.toml"], 1, "fake-rds: no-such.toml: cannot be read: "),
        (&["--listen", "192.0.2.1:1"], 1, "cannot listen on 192.0.2.1:1: "),
        (&["--clock", "60"], 2, "as x60"),
        (&["--clock", "x0"], 2, "as x60"),
        (&["--start", "monday"], 2, "RFC 3339"),
        (&["--listen", "localhost"], 2, "--listen"),
    ];
    for (arguments, status, says) in cases {
        let (code, errors) = output(arguments);
        assert!(code == *status && errors.contains(says), "{arguments:?}: {code}: {errors}");
    }
}

#[test]
fn it_warns_when_others_can_reach_it() {
    let mut child = fake_rds(&["--listen", "0.0.0.0:0"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.starts_with("fake-rds: warning: whoever reaches 0.0.0.0:0 "), "{line}");
}
