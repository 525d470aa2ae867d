//! What the documents show is what there is.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::path::Path;

use common::Place;
use rds_refresh_core::ids::KeyArn;
use rds_refresh_core::key_policy::allow_destination;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The documents that show commands, by name.
fn documents() -> Vec<(&'static str, String)> {
    [
        "README.md",
        "docs/getting-started.md",
        "docs/configuration.md",
        "docs/cli.md",
        "docs/keys-and-permissions.md",
        "docs/testing-your-plan.md",
    ]
    .map(|name| (name, read(&format!("../../{name}"))))
    .into()
}

/// The blocks of a language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let begin = format!("```{language}\n");
    text.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Whoever contributes finds every check in the table, and every command in the list of the first version.
#[test]
fn lists_are_whole() {
    let (run, table) = (read("../../.ci/run"), read("../../CONTRIBUTING.md"));
    let all = run.lines().find_map(|line| line.strip_prefix("ALL=(")?.strip_suffix(')')).unwrap();
    for check in all.split(' ') {
        assert!(table.contains(&format!("`{check}`")), "CONTRIBUTING.md lacks {check}");
    }
    let changelog = read("../../CHANGELOG.md");
    let (_, listed) = changelog.split_once("- `rds-refresh`, the command").unwrap();
    let listed = listed.split("\n- ").next().unwrap();
    let help = Place::new().run(&["--help"]).with(0).out;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap().lines();
    for command in commands.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let command = command.split_whitespace().next().unwrap();
        assert!(listed.contains(command), "CHANGELOG.md lacks {command}");
    }
}

/// Every command that is shown is one that there is, with flags that there are.
#[test]
fn commands_are_as_they_are_shown() {
    let place = Place::new();
    let mut shown = 0;
    for (name, text) in documents() {
        for line in blocks(&text, "sh").into_iter().flat_map(str::lines) {
            let command = line.split(" #").next().unwrap().split(" > ").next().unwrap().trim();
            let command = command.strip_prefix("cargo run -p rds-refresh-cli --").or(command.strip_prefix("rds-refresh "));
            let Some(arguments) = command else { continue };
            let mut arguments: Vec<&str> = arguments.split_whitespace().collect();
            arguments.push("--help");
            assert_eq!(place.run(&arguments).code, 0, "{name}: {line}");
            shown += 1;
        }
    }
    assert!(shown > 15, "{shown}");
}

#[test]
fn the_configurations_of_the_documents_are_right() {
    let place = Place::new();
    let text = read("../../docs/configuration.md");
    let blocks = blocks(&text, "toml");
    let [least, connection] = blocks.as_slice() else { panic!("{blocks:?}") };
    place.write("least.toml", least);
    place.write("whole.toml", &format!("{least}\n{connection}"));
    for file in ["least.toml", "whole.toml"] {
        place.run(&["plan", "--config", file]).with(0);
    }
    // And the wrong one is told as it is shown.
    place.write("rds-refresh.toml", &least.replace("sg-0123456789abcdef0", "web"));
    let told = place.run(&["plan", "--set", "destination.cluster.port=80"]).with(2).err;
    let told: Vec<&str> =
        told.lines().map(|line| line.split(": ").nth(usize::from(line.contains("line "))).unwrap_or(line)).collect();
    for said in told {
        assert!(text.contains(said), "{said}");
    }
}

#[test]
fn the_output_of_the_documents_is_the_output() {
    let readme = read("../../README.md");
    assert!(readme.contains(read("tests/golden/run.out.txt").trim_end()));
    let golden = read("tests/golden/run.jsonl");
    for line in blocks(&read("../../docs/cli.md"), "jsonl").into_iter().flat_map(str::lines) {
        assert!(golden.lines().any(|golden| golden == line), "{line}");
    }
    // Every event and every field of the outcome is described.
    let described = read("../../docs/cli.md");
    let outcome: serde_json::Value = serde_json::from_str(golden.lines().last().unwrap()).unwrap();
    for field in outcome.as_object().unwrap().keys() {
        assert!(described.contains(&format!("`{field}`")), "{field}");
    }
}

/// The statements that the document shows are those that the command adds, and the finding is one that it makes.
#[test]
fn what_is_said_of_keys_is_so() {
    let text = read("../../docs/keys-and-permissions.md");
    let shown: Vec<serde_json::Value> =
        blocks(&text, "json").into_iter().map(|block| serde_json::from_str(block).unwrap()).collect();
    let key: KeyArn = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd".parse().unwrap();
    let own = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"kms:*","Resource":"*"}}"#;
    let edited = allow_destination(own, &key, &"222222222222".parse().unwrap()).unwrap();
    let added: Vec<serde_json::Value> =
        edited.diff.added.iter().map(|statement| serde_json::from_str(statement).unwrap()).collect();
    assert_eq!(shown, added);

    let described = read("../../docs/cli.md");
    let finding = blocks(&described, "text").into_iter().find(|block| block.starts_with("wrong")).unwrap();
    let place = Place::new();
    let found = place.run(&["doctor", "--embedded", "--set", "destination.cluster.subnet_group=narrow"]).with(1).out;
    assert!(found.contains(finding), "{found}");
}

/// Links between documents lead somewhere.
#[test]
fn links_lead_somewhere() {
    for name in [
        "README.md",
        "docs/getting-started.md",
        "docs/configuration.md",
        "docs/cli.md",
        "docs/keys-and-permissions.md",
        "docs/writing-a-step.md",
        "docs/testing-your-plan.md",
        "docs/compare.md",
        "docs/concepts.md",
        "docs/design.md",
        "docs/adapters.md",
        "docs/conformance.md",
        "examples/durable/README.md",
    ] {
        let text = read(&format!("../../{name}"));
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            if link.contains("://") {
                continue;
            }
            let base = Path::new("../..").join(name);
            let target = if path.is_empty() { base.clone() } else { base.parent().unwrap().join(path) };
            let target = Path::new(env!("CARGO_MANIFEST_DIR")).join(target);
            assert!(target.exists(), "{name}: {link}");
            if !anchor.is_empty() {
                let headings = std::fs::read_to_string(&target).unwrap();
                let slug = |line: &str| {
                    let line = line.trim_start_matches('#').trim().to_lowercase();
                    line.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-').collect::<String>().replace(' ', "-")
                };
                assert!(headings.lines().any(|line| line.starts_with('#') && slug(line) == anchor), "{name}: {link}");
            }
        }
    }
}
