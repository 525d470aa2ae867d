//! The statements between `# <name>` and `# </name>` are what the plan of that name declares, written for `CloudFormation`'s substitutions.
//! `UPDATE_GOLDEN=1 cargo test --test templates` writes them.

use std::sync::Arc;

use rds_refresh_core::iam::{PolicyDocument, Scope, Statement, policies};
use rds_refresh_core::permission::Permission;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::step::Side;
use rds_refresh_core::steps::{Acknowledgement, Acknowledgements};
use rds_refresh_core::{RunId, StepError, Worker};
use rds_refresh_lambda::{Planners, sweep};
use rds_refresh_testkit::Stage;
use serde_json::{Value, json};

use crate::template::{self, STACK};

#[test]
fn the_roles_may_do_what_the_plans_declare() {
    let mut text = template::text(STACK);
    for (name, statements) in blocks() {
        text = replaced(&text, name, &statements);
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(template::path(STACK), &text).unwrap();
    }
    assert!(
        text == template::text(STACK),
        "the policies of {STACK} are not those of the plans: UPDATE_GOLDEN=1 cargo test --workspace --all-features --test templates"
    );
}

fn blocks() -> [(&'static str, String); 5] {
    let (source, destination) = (source(), destination());
    let settles = |permission: &Permission| permission.actions.iter().all(|action| !makes(action));
    let all = |_: &Permission| true;
    [
        ("source", written(&source, declared(&source_plan(), all))),
        ("settle", written(&source, declared(&settlement(), settles))),
        ("destination", written(&destination, declared(&destination_plan(), all))),
        ("sweep source", written(&source, sweep::permissions(Side::Source))),
        ("sweep destination", written(&destination, sweep::permissions(Side::Destination))),
    ]
}

/// A settlement goes on with what a source half has made, and makes nothing itself.
fn makes(action: &str) -> bool {
    let (_, name) = action.split_once(':').unwrap();
    ["Create", "Restore", "Copy", "AddTags", "Decrypt", "Generate", "ReEncrypt"].iter().any(|verb| name.starts_with(verb))
}

fn declared(worker: &Worker, asked: impl Fn(&Permission) -> bool) -> Vec<Permission> {
    worker.permissions().flat_map(|(_, permissions)| permissions).filter(|permission| asked(permission)).collect()
}

// --- The plans. Nothing of them is run.

struct Nobody;

#[async_trait::async_trait]
impl Acknowledgements for Nobody {
    async fn acknowledgement(&self, _: &RunId) -> Result<Option<Acknowledgement>, StepError> {
        Ok(None)
    }
}

fn source_plan() -> Worker {
    (Planners::default().source)(&source_port()).unwrap().1
}

fn settlement() -> Worker {
    let acknowledgements: Arc<dyn Acknowledgements> = Arc::new(Nobody);
    (Planners::default().settle)(&source_port(), &acknowledgements).unwrap().1
}

fn destination_plan() -> Worker {
    let stage = Stage::two_accounts(1);
    let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination));
    (Planners::default().destination)(&destination).unwrap().1
}

fn source_port() -> Arc<dyn Source> {
    let stage = Stage::two_accounts(1);
    Arc::new(stage.fake.source(stage.source))
}

// --- The requests, and what stands for what in the template.

/// One side: what it is asked, and its names in the template.
struct Half {
    scope: Scope,
    names: Vec<(&'static str, &'static str)>,
}

fn source() -> Half {
    let request: SourceRequest = serde_json::from_value(json!({
        "account": "111111111111",
        "region": "eu-west-1",
        "cluster": "source-prefix",
        "share_with": "222222222222",
        "share_key": "arn:aws:kms:eu-west-1:111111111111:key/share",
        "temporary": { "subnet_group": "subnet-group", "security_groups": ["sg-0123456789abcdef0"], "class": "db.r6g.large" },
    }))
    .unwrap();
    let names = vec![
        ("arn:aws:kms:eu-west-1:111111111111:key/share", "${KeyArn}"),
        ("arn:aws:kms:eu-west-1:111111111111:key/source", "${SourceKeyArn}"),
        ("source-prefix-*", "${SourceClusterPrefix}*"),
        ("source-prefix", "${SourceClusterPrefix}*"),
        ("subnet-group", "${SubnetGroup}"),
        ("arn:aws:", "arn:${AWS::Partition}:"),
        ("111111111111", "${AWS::AccountId}"),
        ("eu-west-1", "${AWS::Region}"),
        ("222222222222", "${PeerAccountId}"),
        ("amazonaws.com", "${AWS::URLSuffix}"),
    ];
    let key = "arn:aws:kms:eu-west-1:111111111111:key/source".parse().unwrap();
    Half { scope: Scope::source(&request).with_source_key(&key), names }
}

fn destination() -> Half {
    let request: DestinationRequest = serde_json::from_value(json!({
        "account": "222222222222",
        "region": "eu-central-1",
        "source_account": "111111111111",
        "source_region": "eu-west-1",
        "source_keys": ["arn:aws:kms:eu-west-1:111111111111:key/source"],
        "kms_key": "arn:aws:kms:eu-central-1:222222222222:key/destination",
        "cluster": {
            "identifier": "cluster-id",
            "class": "db.r6gd.large",
            "subnet_group": "subnet-group",
            "security_groups": ["sg-0fedcba9876543210"],
            "parameter_group": "parameter-group",
        },
    }))
    .unwrap();
    let names = vec![
        ("arn:aws:kms:eu-west-1:111111111111:key/source", "${SourceKeyArn}"),
        ("arn:aws:kms:eu-central-1:222222222222:key/destination", "${KeyArn}"),
        ("source-prefix-*", "${SourceClusterPrefix}*"),
        ("cluster-id-*-", "${ClusterPrefix}*-"),
        ("cluster-id", "${ClusterId}"),
        ("subnet-group", "${SubnetGroup}"),
        ("parameter-group", "${ClusterParameterGroup}"),
        ("arn:aws:", "arn:${AWS::Partition}:"),
        ("222222222222", "${AWS::AccountId}"),
        ("eu-central-1", "${AWS::Region}"),
        ("111111111111", "${PeerAccountId}"),
        ("eu-west-1", "${PeerRegion}"),
        ("amazonaws.com", "${AWS::URLSuffix}"),
    ];
    let cluster = "source-prefix".parse().unwrap();
    Half { scope: Scope::destination(&request).with_source_cluster(&cluster), names }
}

// --- As YAML.

fn written(half: &Half, permissions: Vec<Permission>) -> String {
    let documents = policies(permissions, &half.scope).unwrap();
    let [PolicyDocument { statement, .. }] = documents.as_slice() else {
        panic!("more than one policy: the template has room for one")
    };
    statement.iter().map(|statement| yaml(half, statement)).collect()
}

fn yaml(half: &Half, statement: &Statement) -> String {
    let mut lines = vec![format!("- Sid: {}", statement.sid), "  Effect: Allow".into()];
    for (name, values) in [("Action", &statement.action), ("Resource", &statement.resource)] {
        if let [value] = values.as_slice() {
            lines.push(format!("  {name}: {}", half.text(value)));
        } else {
            lines.push(format!("  {name}:"));
            lines.extend(values.iter().map(|value| format!("    - {}", half.text(value))));
        }
    }
    if !statement.condition.is_empty() {
        lines.push("  Condition:".into());
    }
    for (operator, keys) in &statement.condition {
        lines.push(format!("    {operator}:"));
        for (key, values) in keys {
            let values: Vec<String> = values.iter().map(|value| half.text(value)).collect();
            lines.push(match values.as_slice() {
                [value] => format!("      {key}: {value}"),
                values => format!("      {key}: [{}]", values.join(", ")),
            });
        }
    }
    lines.join("\n") + "\n"
}

impl Half {
    fn text(&self, value: &str) -> String {
        let text = self.names.iter().fold(value.to_owned(), |text, (name, substitute)| text.replace(name, substitute));
        if let Some(parameter) =
            text.strip_prefix("${").and_then(|text| text.strip_suffix('}')).filter(|name| !name.contains('}'))
        {
            format!("!Ref {parameter}")
        } else if text.contains("${") {
            format!("!Sub \"{text}\"")
        } else if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b':') && text != "true" && text != "false" {
            text
        } else {
            Value::String(text).to_string()
        }
    }
}

/// The template with other statements between these marks, as deep as the marks.
fn replaced(template: &str, name: &str, statements: &str) -> String {
    let (begin, end) = (format!("# <{name}>\n"), format!("# </{name}>\n"));
    let (before, rest) = template.split_once(&begin).unwrap_or_else(|| panic!("{STACK} has no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{STACK} has no {end}"));
    let depth = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let indented: Vec<String> = statements.lines().map(|line| format!("{depth}{line}\n")).collect();
    let indented = indented.concat();
    format!("{before}{begin}{indented}{depth}{end}{after}")
}
