//! Every condition of every statement: with it something foreign is not allowed, and without it it is.

use rds_refresh_core::iam::{Conditions, PolicyDocument, Statement};
use rds_refresh_testkit::world::iam::{AccessRequest, Context, Decision, Policy};

use crate::minimal::policies;
use crate::policies::ROLES;
use crate::settings::SETTINGS;

#[test]
fn every_condition_keeps_something_out() {
    let mut checked = 0;
    for setting in SETTINGS {
        let policies = policies(setting);
        for role in ROLES {
            let policy = policies.at(role);
            for (index, statement) in policy.statement.iter().enumerate() {
                for (operator, key) in keys(&statement.condition) {
                    let without = without_condition(policy, index, operator, key);
                    for action in &statement.action {
                        for resource in &statement.resource {
                            let context = context(statement, operator, key);
                            let what = format!("{}: {role:?} {} {key} of {action}", setting.name, statement.sid);
                            assert_eq!(said(policy, action, resource, &context), Decision::Silent, "{what}");
                            assert_eq!(said(&without, action, resource, &context), Decision::Allow, "{what}");
                            checked += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(checked > 200, "{checked}");
}

fn keys(conditions: &Conditions) -> impl Iterator<Item = (&str, &str)> {
    conditions.iter().flat_map(|(operator, keys)| keys.keys().map(move |key| (operator.as_str(), key.as_str())))
}

fn without_condition(policy: &PolicyDocument, index: usize, operator: &str, key: &str) -> PolicyDocument {
    let mut less = policy.clone();
    less.statement[index].condition.get_mut(operator).unwrap().remove(key);
    less
}

/// A context in which all conditions of a statement hold but one.
fn context(statement: &Statement, foreign_operator: &str, foreign_key: &str) -> Context {
    let mut context = Context::default();
    for (operator, keys) in &statement.condition {
        for (key, values) in keys {
            let is_foreign = (operator.as_str(), key.as_str()) == (foreign_operator, foreign_key);
            let value = match (is_foreign, operator.as_str()) {
                (false, _) => concrete(&values[0]),
                (true, "Bool") => (values[0] != "true").to_string(),
                (true, _) => "foreign".to_owned(),
            };
            context.set(key, [value]);
        }
    }
    context
}

fn said(policy: &PolicyDocument, action: &str, resource: &str, context: &Context) -> Decision {
    let principal = "arn:aws:iam::111111111111:role/refresh";
    let (session, resource) = ("arn:aws:sts::111111111111:assumed-role/refresh/nightly", concrete(resource));
    let request = AccessRequest { account: "111111111111", principal, session, action, resource: &resource, context };
    Policy::parse_identity(&policy.to_json()).unwrap().decide(&request)
}

/// Something that a pattern matches.
fn concrete(pattern: &str) -> String {
    pattern.replace('*', "x")
}
