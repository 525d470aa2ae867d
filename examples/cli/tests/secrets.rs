//! What is secret stays secret: in nothing that a run says, stores or lets the services note is any of it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use common::fake::Fake;

/// Of a run that is refreshed, one that fails, one that is parked and one that is refused: everything that is left of them.
#[test]
fn no_secret_is_in_anything() {
    let fake = Fake::at("x3000");
    let secrets: Vec<String> =
        fake.ready().accounts.values().map(|account| account.secret_access_key.reveal().to_owned()).collect();
    let mut said = String::new();
    let scripts = [
        ("done", "{}"),
        ("failed", r#"{ "faults": [{ "calls": { "operation": "CopyDBSnapshot" }, "strike": { "ends": {} } }] }"#),
        ("parked", r#"{ "faults": [{ "calls": { "operation": "any", "skip": 5, "times": null }, "strike": "expired" }] }"#),
        ("skewed", r#"{ "faults": [{ "calls": { "operation": "any", "times": null }, "strike": "skewed" }] }"#),
    ];
    for (run, script) in scripts {
        fake.ask("POST", "faults", script);
        let cluster = format!("destination.cluster.identifier=orders-{run}");
        for arguments in [
            &["run", "--run", run, "--output", "json", "--set", &cluster][..],
            &["status", run],
            &["status", run, "--output", "json"],
            &["report", run, "--html"],
            &["resume", run],
            &["list"],
        ] {
            // The command keeps no log, so whatever the environment asks of the SDK, it says no more.
            let output = fake.command(arguments).env("RUST_LOG", "trace").env("LOG_SIGNABLE_BODY", "true").output().unwrap();
            said += &String::from_utf8(output.stdout).unwrap();
            said += &String::from_utf8(output.stderr).unwrap();
        }
    }
    for entry in std::fs::read_dir(fake.place.path("state")).unwrap() {
        said += &String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap());
    }
    said += &fake.control("journal").to_string();
    said += &fake.control("world").to_string();
    // The search finds what is there.
    assert!(said.contains("orders-done") && said.contains("ExpiredToken") && said.contains("parked"));
    assert!(!said.contains("TRACE") && !said.contains("DEBUG"), "there is a log: look through it at every level");
    assert_eq!(secrets.len(), 2);
    for secret in secrets {
        assert!(secret.len() > 20 && !said.contains(&secret), "a secret access key was told");
    }
}
