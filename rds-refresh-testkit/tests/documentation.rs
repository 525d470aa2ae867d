//! The documents say what the code does.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::fs;
use std::path::Path;

use rds_refresh_testkit::world::Quotas;
use rds_refresh_testkit::{Switches, Timing};
use serde_json::Value;

#[test]
fn every_timing_parameter_and_switch_is_documented_with_its_default() {
    let timing = serde_json::to_value(Timing::default()).unwrap();
    let switches = serde_json::to_value(Switches::default()).unwrap();
    let (front_page, guide) = (read("src/lib.rs"), read("../docs/fake-rds.md"));
    for (document, defaults) in [(&front_page, &timing), (&guide, &timing), (&guide, &switches)] {
        for (name, default) in defaults.as_object().unwrap() {
            let row = document.lines().find_map(|line| line.split_once(&format!("| `{name}` | ")));
            let (_, row) = row.unwrap_or_else(|| panic!("{name} is not documented"));
            assert!(row.starts_with(&shown(name, default)), "{name}: the default is {}, not {row}", shown(name, default));
        }
    }
}

#[test]
fn every_quota_is_documented_with_its_default() {
    let guide = read("../docs/fake-rds.md");
    let row = guide.lines().find(|line| line.starts_with("| `quotas` |")).unwrap();
    for (name, default) in serde_json::to_value(Quotas::default()).unwrap().as_object().unwrap() {
        assert!(row.contains(&format!("`{name}` {default}")), "{name} {default} is not in {row}");
    }
}

/// A default, as the tables show it.
fn shown(name: &str, default: &Value) -> String {
    match default {
        Value::Object(spread) => format!("{}, {}–{} s", spread["median"], spread["shortest"], spread["longest"]),
        Value::Null => "none (MiB/s) |".to_owned(),
        Value::Bool(flag) => format!("{flag} |"),
        number if name.ends_with("mib_per_second") => format!("{number} MiB/s |"),
        number => format!("{number} s |"),
    }
}

#[cfg(feature = "suite")]
#[test]
fn every_promise_of_the_suites_is_documented() {
    use rds_refresh_testkit::suite::{driver, port, step, store};
    let guide = read("../docs/conformance.md");
    for (heading, promises) in
        [("Steps", step::PROMISES), ("Stores", store::PROMISES), ("Ports", port::PROMISES), ("Adapters", driver::PROMISES)]
    {
        let section = guide.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
        let rows: Vec<&str> =
            section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |")).map(|row| row.0).collect();
        let names: Vec<&str> = promises.iter().map(|promise| promise.name).collect();
        assert!(names.iter().all(|name| rows.contains(name)), "{heading}: {names:?} {rows:?}");
        assert_eq!(rows.len(), names.len(), "{heading}: {rows:?}");
    }
}

#[test]
fn the_example_in_python_is_the_same_everywhere() {
    let example = |text: &str| -> Vec<String> {
        let lines = text.lines().map(|line| line.strip_prefix("//! ").unwrap_or(line.trim_start_matches("//!")).to_owned());
        lines.skip_while(|line| !line.starts_with("import boto3")).take_while(|line| !line.starts_with("```")).collect()
    };
    let [front_page, readme, guide] =
        ["src/lib.rs", "README.md", "../docs/fake-rds.md"].map(|file| example(&read(file)).join("\n"));
    assert!(front_page.contains("boto3.client"));
    assert_eq!((&readme, &guide), (&front_page, &front_page));
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}
