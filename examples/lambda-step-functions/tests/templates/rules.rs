//! What must hold of every statement and every ARN in the templates.

use rds_refresh_lambda::definition::SUBSTITUTIONS;
use rds_refresh_lambda::limits;
use serde_json::Value;

use crate::template::{ALL, STACK, find, read, text, texts};

/// What these may act on cannot be narrowed (service authorization reference, Amazon CloudWatch Logs and Amazon RDS).
const KNOW_NO_RESOURCES: [&str; 9] = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "rds:DescribeEvents",
];

fn statements(name: &str) -> Vec<(String, Value)> {
    let template = read(name);
    let found = find(&template, |value| value.get("Effect").is_some());
    // What a policy of a resource is about is that resource.
    let of_roles = found.into_iter().filter(|(_, statement)| statement.get("Principal").is_none());
    of_roles.map(|(resource, statement)| (format!("{name}: {resource}: {statement}"), statement.clone())).collect()
}

#[test]
fn every_arn_is_of_the_partition_it_is_deployed_in() {
    for name in ALL {
        let literal = text(name).lines().find(|line| line.contains("arn:aws")).map(str::to_owned);
        assert_eq!(literal, None, "{name}");
    }
}

#[test]
fn rights_are_to_resources_where_the_service_knows_resources() {
    let all = statements(STACK);
    assert!(all.len() > 40, "only {} statements were found", all.len());
    for (label, statement) in all {
        let actions = texts(&statement["Action"]);
        assert!(!actions.is_empty() && actions.iter().all(|action| !action.contains('*')), "{label}");
        if texts(&statement["Resource"]).contains(&"*") {
            assert!(actions.iter().all(|action| KNOW_NO_RESOURCES.contains(action)), "{label}");
        }
    }
}

#[test]
fn what_deletes_asks_for_a_name_and_a_tag() {
    let mut seen = 0;
    for (label, statement) in statements(STACK) {
        if !texts(&statement["Action"]).iter().any(|action| action.starts_with("rds:Delete")) {
            continue;
        }
        seen += 1;
        let named = |resource: &&str| resource.contains("Prefix}*-") || resource.ends_with(":cluster:${ClusterId}");
        // RDS removes the members of a cluster in the name of whoever deletes the cluster, and tags them itself.
        let members = |resource: &&str| resource.ends_with(":db:${ClusterId}-instance-*");
        let resources = texts(&statement["Resource"]);
        let owned = statement["Condition"]["StringLike"]["aws:ResourceTag/rds-refresh:owner"].is_string();
        assert!(resources.iter().all(named) && owned || resources.iter().all(members), "{label}");
    }
    assert!(seen >= 8, "only {seen} statements delete");
}

#[test]
fn tags_are_put_on_what_a_refresh_makes_only() {
    let mut seen = 0;
    for (label, statement) in statements(STACK) {
        if !texts(&statement["Action"]).contains(&"rds:AddTagsToResource") {
            continue;
        }
        seen += 1;
        let made = |resource: &&str| resource.contains("Prefix}*-") || resource.ends_with(":cluster:${ClusterId}");
        assert!(texts(&statement["Resource"]).iter().all(made), "{label}");
        assert!(statement["Condition"]["StringLike"]["aws:RequestTag/rds-refresh:owner"].is_string(), "{label}");
    }
    assert!(seen >= 4, "only {seen} statements tag");
}

/// Nothing in a template is reachable from the internet, unencrypted, or open to whoever asks.
#[test]
fn buckets_are_private_encrypted_versioned_and_tls_only() {
    for name in ["source-prereqs.yaml", "destination-prereqs.yaml"] {
        let template = read(name);
        let bucket = &template["Resources"]["ArtifactBucket"]["Properties"];
        let blocked = bucket["PublicAccessBlockConfiguration"].as_object().unwrap();
        assert!(blocked.len() == 4 && blocked.values().all(|value| value == true), "{name}");
        assert!(bucket["BucketEncryption"].is_object(), "{name}");
        assert_eq!(bucket["VersioningConfiguration"]["Status"], "Enabled", "{name}");
        let policy = &template["Resources"]["ArtifactBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][0];
        assert_eq!(
            (&policy["Effect"], &policy["Condition"]["Bool"]["aws:SecureTransport"]),
            (&"Deny".into(), &"false".into()),
            "{name}"
        );
    }
}

/// The key's two statements are those that `rds-refresh kms allow-destination` adds, so it finds nothing to add.
#[test]
fn the_key_of_the_source_allows_the_destination_what_a_copy_needs() {
    let template = read("source-prereqs.yaml");
    let of_template = template["Resources"]["Key"]["Properties"]["KeyPolicy"].to_string();
    let policy = of_template
        .replace("${AWS::Partition}", "aws")
        .replace("${AWS::AccountId}", "111111111111")
        .replace("${DestinationAccountId}", "222222222222");
    let key = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd".parse().unwrap();
    let edited = rds_refresh_core::key_policy::allow_destination(&policy, &key, &"222222222222".parse().unwrap()).unwrap();
    assert!(!edited.changed, "{edited:?}");
}

#[test]
fn every_rule_and_every_schedule_has_an_end_of_retries_and_a_queue() {
    let template = read(STACK);
    let targets = find(&template, |value| value.get("Arn").is_some());
    let targets: Vec<_> =
        targets.into_iter().filter(|(name, value)| *name != "DeadLetters" && value.as_object().unwrap().len() > 1).collect();
    assert!(targets.len() >= 8, "only {} targets were found", targets.len());
    for (name, target) in targets {
        assert!(
            target["RetryPolicy"]["MaximumRetryAttempts"].is_number() && target["DeadLetterConfig"].is_object(),
            "{name}: {target}"
        );
    }
}

/// Calls end before ticks do, ticks before functions, functions before tasks: `limits` says how long, and the template has the function's.
#[test]
fn functions_have_the_time_that_the_definitions_reckon_with() {
    let template = read(STACK);
    let functions = find(&template, |value| value["Type"] == "AWS::Lambda::Function");
    assert_eq!(functions.len(), 5);
    for (name, function) in functions {
        assert_eq!(function["Properties"]["Timeout"], limits::FUNCTION.as_secs(), "{name}");
    }
}

/// `CloudFormation` leaves an unknown `${…}` as it is, and Step Functions would fail at the first task.
#[test]
fn whatever_a_definition_leaves_open_is_substituted() {
    let template = read(STACK);
    for (name, mode) in [("SourceMachine", "source"), ("SettleMachine", "settle"), ("DestinationMachine", "destination")] {
        let given = template["Resources"][name]["Properties"]["DefinitionSubstitutions"].as_object().unwrap();
        let definition = text(&format!("statemachines/{mode}.asl.json"));
        for open in SUBSTITUTIONS.iter().filter(|open| definition.contains(&format!("${{{open}}}"))) {
            assert!(given.contains_key(*open), "{name}: {open}");
        }
    }
}
