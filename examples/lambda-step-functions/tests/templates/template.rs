//! A template, read without `CloudFormation`: a tag as `!Sub` is dropped, and what it is written on stays.

use std::path::PathBuf;

use serde_json::Value;

pub(crate) const ALL: [&str; 3] = ["source-prereqs.yaml", "destination-prereqs.yaml", STACK];
pub(crate) const STACK: &str = "rds-refresh-stack.yaml";

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("templates").join(name)
}

pub(crate) fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

pub(crate) fn read(name: &str) -> Value {
    serde_saphyr::from_str(&text(name)).unwrap()
}

/// Every object below this value that `is` takes, with the resource that it is in.
pub(crate) fn find(template: &Value, is: impl Fn(&Value) -> bool) -> Vec<(&str, &Value)> {
    let mut found = Vec::new();
    for (name, resource) in template["Resources"].as_object().unwrap() {
        below(resource, &mut |value| {
            if is(value) {
                found.push((name.as_str(), value));
            }
        });
    }
    found
}

fn below<'a>(value: &'a Value, see: &mut impl FnMut(&'a Value)) {
    see(value);
    match value {
        Value::Array(values) => values.iter().for_each(|value| below(value, see)),
        Value::Object(values) => values.values().for_each(|value| below(value, see)),
        _ => {}
    }
}

/// A text, or the texts of a list.
pub(crate) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        value => value.as_str().into_iter().collect(),
    }
}
