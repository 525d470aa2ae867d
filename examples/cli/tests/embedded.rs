//! The whole on the embedded fake: what is said, in every form, and how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::process::Stdio;

use common::{Place, golden};
use serde_json::Value;

#[test]
fn every_help_reads_as_it_did() {
    let place = Place::new();
    let mut all = vec![place.run(&["--help"]).with(0).out];
    for command in [
        "plan",
        "doctor",
        "kms",
        "kms allow-destination",
        "iam",
        "asl",
        "run",
        "resume",
        "amend",
        "status",
        "list",
        "cancel",
        "settle",
        "sweep",
        "report",
        "init",
        "schema",
        "completions",
        "man",
    ] {
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        all.push(format!("=== {command}\n\n{}", place.run(&arguments).with(0).out));
    }
    golden("tests/golden/help.txt", &all.join("\n"));
}

#[test]
fn a_plan_says_what_a_run_is_going_to_do() {
    let place = Place::new();
    golden("tests/golden/plan.txt", &place.run(&["plan", "--embedded"]).with(0).out);
    let plan: Value = serde_json::from_str(&place.run(&["plan", "--embedded", "--output", "json"]).with(0).out).unwrap();
    assert_eq!(plan["steps"].as_array().unwrap().len(), 13);
    assert_eq!(plan["remains"][1], "DB cluster orders-staging in 222222222222/eu-west-1");
}

#[test]
fn the_definitions_of_state_machines_are_those_that_templates_have() {
    let place = Place::new();
    for part in ["source", "destination", "settle"] {
        golden(
            &format!("../lambda-step-functions/templates/statemachines/{part}.asl.json"),
            &place.run(&["asl", "--mode", part]).with(0).out,
        );
    }
    let picture = place.run(&["asl", "--mode", "destination", "--format", "mermaid"]).with(0).out;
    golden("../../docs/lambda-step-functions.mmd", &picture);
}

#[test]
fn the_policies_that_the_roles_need_are_printed() {
    let place = Place::new();
    for (half, needs, does_not) in
        [("source", "rds:CreateDBSnapshot", "rds:CopyDBSnapshot"), ("destination", "rds:CopyDBSnapshot", "rds:CreateDBSnapshot")]
    {
        let policies = place.run(&["iam", "--embedded", "--mode", half]).with(0).out;
        let mut count = 0;
        for policy in serde_json::Deserializer::from_str(&policies).into_iter::<Value>() {
            assert_eq!(policy.unwrap()["Version"], "2012-10-17");
            count += 1;
        }
        assert!(count > 0 && policies.contains(needs) && !policies.contains(does_not), "{policies}");
    }
}

#[test]
fn no_policy_is_printed_for_a_key_of_another_account() {
    let key = "arn:aws:kms:eu-west-1:333333333333:key/1234abcd";
    let refused = Place::new().run(&["iam", "--embedded", "--mode", "source", "--source-key", key]).with(2);
    assert!(refused.err.contains("it must be a key of the source account 111111111111"), "{}", refused.err);
}

#[test]
fn a_sweep_needs_policies_of_its_own() {
    let place = Place::new();
    for (half, kinds) in [("source", 9), ("destination", 2)] {
        let printed = place.run(&["iam", "--embedded", "--mode", half, "--sweep"]).with(0).out;
        let policy: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(policy["Statement"].as_array().unwrap().len(), kinds, "{printed}");
        assert!(printed.contains("rds:DeleteDBSnapshot") && !printed.contains("rds:CopyDBSnapshot"), "{printed}");
    }
}

/// The same, line by line: what is text stays text for every reader of YAML.
#[test]
fn policies_are_printed_as_yaml() {
    let place = Place::new();
    let printed = place.run(&["iam", "--embedded", "--mode", "destination", "--format", "yaml"]).with(0).out;
    golden("tests/golden/iam.yaml", &printed);
    let json = place.run(&["iam", "--embedded", "--mode", "destination"]).with(0).out;
    assert_eq!(printed.matches("---\nVersion: \"2012-10-17\"\n").count(), json.matches("\"Version\"").count());
    // Every text of the one is in the other.
    let texts = |value: &Value| -> Vec<String> {
        let mut found = Vec::new();
        let mut all = vec![value.clone()];
        while let Some(value) = all.pop() {
            match value {
                Value::String(text) => found.push(text),
                Value::Array(values) => all.extend(values),
                Value::Object(entries) => {
                    found.extend(entries.keys().cloned());
                    all.extend(entries.into_iter().map(|(_, value)| value));
                }
                _ => {}
            }
        }
        found
    };
    for policy in serde_json::Deserializer::from_str(&json).into_iter::<Value>() {
        for text in texts(&policy.unwrap()) {
            assert!(printed.contains(&text), "{text}");
        }
    }
    assert!(!printed.contains(": true") && !printed.contains("- true") && !printed.contains("- *"), "{printed}");
}

#[test]
fn a_run_is_told_in_plain_lines() {
    let place = Place::new();
    let ended = place.run(&["run", "--embedded", "--run", "example"]).with(0);
    golden("tests/golden/run.err.txt", &ended.err);
    golden("tests/golden/run.out.txt", &ended.out);
}

#[test]
fn a_run_is_told_in_json() {
    let place = Place::new();
    let ended = place.run(&["run", "--embedded", "--run", "example", "--output", "json"]).with(0);
    golden("tests/golden/run.jsonl", &ended.out);
    assert_eq!(ended.err, "");
    let lines: Vec<Value> = ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["run"] == "example" && line["event"].is_string()));
    let outcome = lines.last().unwrap();
    assert_eq!(outcome["outcome"], "refreshed");
    assert_eq!(outcome["cluster_arn"], "arn:aws:rds:eu-west-1:222222222222:cluster:orders-staging");
}

#[test]
fn quiet_shows_the_end_alone() {
    let place = Place::new();
    let ended = place.run(&["run", "--embedded", "--run", "example", "--quiet"]).with(0);
    assert_eq!(ended.err, "");
    golden("tests/golden/run.out.txt", &ended.out);
    let ended = place.run(&["run", "--embedded", "--run", "again", "--quiet", "--output", "json"]).with(0);
    assert_eq!(ended.out.lines().count(), 1, "{}", ended.out);
}

/// The picture of the documents is the picture that the command draws.
#[test]
fn a_run_is_drawn() {
    let place = Place::new();
    place.run(&["run", "--embedded", "--run", "example", "--quiet"]).with(0);
    golden("../../docs/refresh.svg", &place.run(&["report", "example", "--svg"]).with(0).out);
    let page = place.run(&["report", "example", "--html"]).with(0).out;
    golden("tests/golden/report.html", &page);
    assert!(!page.contains("http://") || !page.contains("<script"), "one file, which loads nothing");

    // Without its history it is drawn from the state alone.
    std::fs::remove_file(place.path("state/example.history.jsonl")).unwrap();
    let drawn = place.run(&["report", "example", "--svg"]).with(0).out;
    assert!(drawn.contains("restore-cluster: done in "), "{drawn}");
}

#[test]
fn colours_are_for_those_who_want_them() {
    let place = Place::new();
    let coloured = |arguments: &[&str], variable: Option<&str>| {
        let mut command = place.command(arguments);
        command.envs(variable.map(|name| (name, "1")));
        String::from_utf8(command.output().unwrap().stdout).unwrap().contains('\u{1b}')
    };
    assert!(!coloured(&["plan", "--embedded"], None));
    assert!(coloured(&["plan", "--embedded", "--color", "always"], None));
    assert!(coloured(&["plan", "--embedded"], Some("CLICOLOR_FORCE")));
    assert!(!coloured(&["plan", "--embedded", "--color", "never"], Some("CLICOLOR_FORCE")));
    assert!(!coloured(&["plan", "--embedded"], Some("NO_COLOR")));
}

#[test]
fn nobody_need_listen() {
    for output in ["text", "json"] {
        let place = Place::new();
        let mut command = place.command(&["run", "--embedded", "--run", "example", "--output", output]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop((child.stdout.take(), child.stderr.take()));
        assert!(child.wait().unwrap().success());
        assert!(place.run(&["list"]).with(0).out.contains("refreshed"));
    }
}

#[test]
fn a_name_is_taken_once_and_an_embedded_run_ends_with_its_process() {
    let place = Place::new();
    place.run(&["run", "--embedded", "--run", "example"]).with(0);
    let again = place.run(&["run", "--embedded", "--run", "example"]).with(2);
    assert!(again.err.contains("the run example ended on 2026-01-05T12:") && again.err.contains("another name"), "{}", again.err);
    assert!(again.err.contains("next: rds-refresh status example"), "{}", again.err);
    assert!(place.run(&["resume", "example"]).with(2).err.contains("whose world ended with its process"));
    assert!(place.run(&["cancel", "example"]).with(2).err.contains("has ended"));
    assert!(place.run(&["settle", "example"]).with(2).err.contains("its settlement is its last step"));
    assert!(place.run(&["status", "nobody"]).with(2).err.contains("no run nobody is stored"));
}

#[test]
fn runs_without_a_name_get_one_each() {
    let place = Place::new();
    for _ in 0..2 {
        place.run(&["run", "--embedded", "--quiet"]).with(0);
    }
    let listed = place.run(&["list", "--output", "json"]).with(0).out;
    assert_eq!(listed.lines().count(), 2);
    assert!(listed.lines().all(|line| line.contains(r#""is":"refreshed""#)), "{listed}");
    // Every field of either is described.
    let described = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/cli.md")).unwrap();
    let one: Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    let status = place.run(&["status", one["run"].as_str().unwrap(), "--output", "json"]).with(0).out;
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["simulated"], true);
    for field in one.as_object().unwrap().keys().chain(status.as_object().unwrap().keys()) {
        assert!(described.contains(&format!("`{field}`")), "{field}");
    }
}

#[test]
fn a_failing_run_says_what_failed_where_and_what_to_do() {
    let place = Place::new();
    let narrow = ["run", "--embedded", "--quiet", "--set", "destination.cluster.subnet_group=narrow"];
    let ended = place.run(&[&narrow[..], &["--run", "example", "--skip-preflight"]].concat());
    golden("tests/golden/failed.txt", &ended.with(1).err);
    let status: Value = serde_json::from_str(&place.run(&["status", "example", "--output", "json"]).with(0).out).unwrap();
    assert_eq!((&status["outcome"], &status["exit_code"]), (&Value::from("failed"), &Value::from(1)));
    assert_eq!(status["failed_step"], "restore-cluster");

    // Hours earlier, unless it is told not to look.
    let ended = place.run(&[&narrow[..], &["--run", "refused"]].concat());
    golden("tests/golden/refused.txt", &ended.with(1).err);
}

#[test]
fn the_schema_is_committed_and_the_file_that_init_writes_is_right() {
    let place = Place::new();
    golden("schema/rds-refresh.json", &place.run(&["schema"]).with(0).out);
    place.run(&["init"]).with(0);
    assert!(place.run(&["init"]).with(2).err.contains("exists, and is left as it is"));
    let plan = place.run(&["plan"]).with(0).out;
    assert!(plan.starts_with("orders-production in 111111111111/eu-west-1 → orders-staging in 222222222222/eu-west-1"), "{plan}");

    // Every line that is commented out as an example is right as well, one at a time: alternatives exclude each other.
    let written = std::fs::read_to_string(place.path("rds-refresh.toml")).unwrap();
    assert!(written.starts_with("#:schema https://"));
    let fields: Vec<usize> = written
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("# ") && line.contains(" = "))
        .map(|(at, _)| at)
        .collect();
    assert!(fields.len() > 25);
    for field in fields {
        let uncommented: Vec<&str> = written
            .lines()
            .enumerate()
            .map(|(at, line)| {
                let table = line.strip_prefix("# [").map(|_| &line[2..]).filter(|table| belongs(&written, field, table));
                if at == field { &line[2..] } else { table.unwrap_or(line) }
            })
            .collect();
        let line = &uncommented[field];
        place.write("one.toml", &uncommented.join("\n"));
        let ended = place.run(&["plan", "--config", "one.toml"]);
        // Of two fields that need each other, one alone is wrong, and the message says so.
        let needs_the_other =
            line.starts_with("interval_seconds") || line.starts_with("role_arn = \"arn:aws:iam::222222222222:role/rds-mon");
        assert!(ended.code == 0 || (needs_the_other && ended.err.contains("is missing")), "{line}: {}", ended.err);
    }
}

/// Whether a line stands in a table that is commented out.
fn belongs(text: &str, line: usize, table: &str) -> bool {
    let before: Vec<&str> = text.lines().take(line).collect();
    before
        .iter()
        .rev()
        .find(|line| line.trim_start_matches("# ").starts_with('['))
        .is_some_and(|last| last.trim_start_matches("# ") == table)
}

/// The schema, the file that `init` writes and the library know the same fields.
#[test]
fn the_schema_knows_every_field() {
    let place = Place::new();
    place.run(&["init"]).with(0);
    let written = std::fs::read_to_string(place.path("rds-refresh.toml")).unwrap();
    let schema: Value = serde_json::from_str(&place.run(&["schema"]).with(0).out).unwrap();
    let mut known = BTreeSet::new();
    let tables = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    for properties in tables.filter_map(|table| table["properties"].as_object()) {
        known.extend(properties.keys().cloned());
    }
    let shown = |field: &str| {
        written.lines().map(|line| line.trim_start_matches("# ")).any(|line| {
            line.starts_with(&format!("{field} = ")) || line.trim_matches(['[', ']']).split('.').any(|part| part == field)
        })
    };
    let missing: Vec<&String> = known.iter().filter(|field| !shown(field)).collect();
    assert!(missing.is_empty(), "the file that `init` writes does not show {missing:?}");
    for line in written.lines().filter_map(|line| line.trim_start_matches("# ").split_once(" = ")) {
        let field = line.0;
        let is_field = field.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(!is_field || known.contains(field), "the schema lacks {field}");
    }
}

#[test]
fn shells_and_man_are_served() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.run(&["completions", shell]).with(0).out.contains("rds-refresh"));
    }
    assert!(place.run(&["man"]).with(0).out.contains(".TH rds-refresh 1"));
    place.run(&["man", "--dir", "man"]).with(0);
    assert!(place.path("man/rds-refresh-run.1").is_file());
}
