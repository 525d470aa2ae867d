use std::collections::BTreeMap;

use serde_json::Value;

use super::malformed::{MalformedPolicy, texts};
use super::pattern::like;

/// One line of a `Condition` block: an operator, a context key, and the values of which one must match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    operator: String,
    key: String,
    values: Vec<String>,
}

impl Condition {
    pub(super) fn parse_all(block: Option<&Value>) -> Result<Vec<Self>, MalformedPolicy> {
        let Some(block) = block else { return Ok(Vec::new()) };
        let operators = block.as_object().ok_or(MalformedPolicy("Condition must be an object"))?;
        let mut conditions = Vec::new();
        for (operator, keys) in operators {
            let keys = keys.as_object().ok_or(MalformedPolicy("a condition operator must hold an object"))?;
            for (key, values) in keys {
                conditions.push(Self { operator: operator.clone(), key: key.clone(), values: texts(values)? });
            }
        }
        Ok(conditions)
    }

    /// Whether it holds in a context; `None` if the operator is not one that the model knows.
    pub(super) fn holds(&self, context: &BTreeMap<&'static str, String>) -> Option<bool> {
        let (operator, if_exists) = match self.operator.strip_suffix("IfExists") {
            Some(operator) => (operator, true),
            None => (self.operator.as_str(), false),
        };
        // Context keys are compared without regard to case (IAM user guide, condition elements).
        let actual = context.iter().find(|(key, _)| key.eq_ignore_ascii_case(&self.key)).map(|(_, value)| value.as_str());
        if operator == "Null" {
            let absent = actual.is_none().to_string();
            return Some(self.values.iter().any(|value| value.eq_ignore_ascii_case(&absent)));
        }
        let (matches, negated): (fn(&str, &str) -> bool, bool) = match operator {
            "StringEquals" => (|wanted, actual| wanted == actual, false),
            "StringNotEquals" => (|wanted, actual| wanted == actual, true),
            "StringEqualsIgnoreCase" => (|wanted, actual| wanted.eq_ignore_ascii_case(actual), false),
            "StringNotEqualsIgnoreCase" => (|wanted, actual| wanted.eq_ignore_ascii_case(actual), true),
            // `ArnEquals` behaves as `ArnLike` (IAM user guide, ARN condition operators).
            "StringLike" | "ArnLike" | "ArnEquals" => (like, false),
            "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => (like, true),
            "Bool" => (|wanted, actual| wanted.eq_ignore_ascii_case(actual), false),
            _ => return None,
        };
        Some(match actual {
            // A key that is not in the context matches no value; a negated operator holds then.
            None => if_exists || negated,
            Some(actual) => self.values.iter().any(|wanted| matches(wanted, actual)) != negated,
        })
    }
}
