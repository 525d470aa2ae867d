//! Whether a key's policy already lets another account do what a snapshot copy needs.

use serde_json::Value;

use crate::ids::AccountId;
use crate::ports::CreateGrant;

/// Whether the policy allows the account everything that a grant would, beyond doubt. A missing `CreateGrant` is the classic: the copy
/// fails with `KMSKeyNotAccessibleFault` hours later.
///
/// Beyond doubt means: by statements that name the account's root and carry no condition but the one that belongs there
/// (`kms:GrantIsForAWSResource` on the grant operations), in a policy without any `Deny`. Whatever is not certain is a no, because a grant
/// that was not needed does no harm.
pub(super) fn allows(policy: &str, account: &AccountId) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(policy) else { return false };
    let statements = one_or_many(&policy["Statement"]);
    if statements.iter().any(|statement| statement["Effect"] != "Allow") {
        return false;
    }
    let is_allowed = |operation| statements.iter().any(|statement| covers(statement, account, &format!("kms:{operation}")));
    CreateGrant::OPERATIONS.into_iter().all(is_allowed)
}

fn covers(statement: &Value, account: &AccountId, action: &str) -> bool {
    let names_account = texts(&statement["Principal"]["AWS"])
        .iter()
        .any(|principal| *principal == account.as_str() || principal.ends_with(&format!(":iam::{account}:root")));
    let names_action = texts(&statement["Action"]).iter().any(|pattern| matches(pattern, action));
    let names_key = texts(&statement["Resource"]).contains(&"*");
    names_account && names_action && names_key && is_harmless(&statement["Condition"], action)
}

/// Whether a condition holds for every call that RDS makes for the account.
fn is_harmless(condition: &Value, action: &str) -> bool {
    match condition {
        Value::Null => true,
        Value::Object(operators) => {
            action == "kms:CreateGrant"
                && operators.len() == 1
                && operators.get("Bool").and_then(Value::as_object).is_some_and(|keys| {
                    keys.len() == 1
                        && keys.get("kms:GrantIsForAWSResource").is_some_and(|value| *value == true || *value == "true")
                })
        }
        _ => false,
    }
}

/// IAM's `*` at the end of an action, which is the only place where policies for keys use it.
fn matches(pattern: &str, action: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, "")) => action.to_ascii_lowercase().starts_with(&start.to_ascii_lowercase()),
        Some(_) => false,
        None => pattern.eq_ignore_ascii_case(action),
    }
}

fn one_or_many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        Value::Null => Vec::new(),
        value => vec![value],
    }
}

fn texts(value: &Value) -> Vec<&str> {
    one_or_many(value).into_iter().filter_map(Value::as_str).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]
mod tests {
    use super::*;

    fn policy(statements: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
    }

    #[test]
    fn only_what_is_certain_is_allowed() {
        const CRYPTO: &str = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},
            "Action":["kms:Decrypt","kms:DescribeKey","kms:ReEncrypt*","kms:GenerateDataKey*"],"Resource":"*"}"#;
        const GRANTS: &str = r#"{"Effect":"Allow","Principal":{"AWS":["222222222222"]},"Action":"kms:CreateGrant","Resource":"*",
            "Condition":{"Bool":{"kms:GrantIsForAWSResource":"true"}}}"#;
        const COMBINED: &str = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"kms:*","Resource":"*",
            "Condition":{"Bool":{"kms:GrantIsForAWSResource":"true"}}}"#;
        const ALL: &str =
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"kms:*","Resource":"*"}"#;
        const ROLE: &str =
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:role/r"},"Action":"kms:*","Resource":"*"}"#;
        const DENY: &str = r#"{"Effect":"Deny","Principal":"*","Action":"kms:Decrypt","Resource":"*"}"#;
        let both = format!("{CRYPTO},{GRANTS}");
        let denied = format!("{ALL},{DENY}");
        let rows: [(&str, bool); 8] = [
            (&both, true),
            (ALL, true),
            (CRYPTO, false),
            (GRANTS, false),
            // The condition is never in the context of Decrypt, so this statement never allows it.
            (COMBINED, false),
            (ROLE, false),
            (&denied, false),
            ("", false),
        ];
        let account = "222222222222".parse().unwrap();
        for (statements, expected) in rows {
            assert_eq!(allows(&policy(statements), &account), expected, "{statements}");
        }
        assert!(!allows("not JSON", &account));
        assert!(!allows(&policy(ALL), &"333333333333".parse().unwrap()));
    }
}
