use serde_json::Value;

use super::context::Context;
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

    /// Whether it holds in a context; `None` if its operator or a variable in it is nothing that the model knows.
    pub(super) fn holds(&self, context: &Context) -> Option<bool> {
        if self.values.iter().any(|value| value.contains("${")) {
            return None;
        }
        let (set, operator) = match self.operator.split_once(':') {
            Some((set @ ("ForAllValues" | "ForAnyValue"), operator)) => (Some(set), operator),
            Some(_) => return None,
            None => (None, self.operator.as_str()),
        };
        let (operator, if_exists) = match operator.strip_suffix("IfExists") {
            Some(operator) => (operator, true),
            None => (operator, false),
        };
        let actual = context.get(&self.key).unwrap_or_default();
        if operator == "Null" {
            let absent = actual.is_empty().to_string();
            return Some(self.values.iter().any(|value| value.eq_ignore_ascii_case(&absent)));
        }
        let (matches, negated) = comparison(operator)?;
        let one = |actual: &String| self.values.iter().any(|wanted| matches(wanted, actual)) != negated;
        Some(match (actual, set) {
            ([], Some("ForAllValues")) => true,
            ([], Some(_)) => if_exists,
            // A key that is not in the context matches no value; a negated operator holds then.
            ([], None) => if_exists || negated,
            (actual, Some("ForAllValues")) => actual.iter().all(one),
            // Of a key with several values none may match a negated operator.
            (actual, None) if negated => actual.iter().all(one),
            (actual, _) => actual.iter().any(one),
        })
    }
}

type Compares = fn(&str, &str) -> bool;

/// How an operator compares a wanted with an actual value, and whether it then turns the answer round.
fn comparison(operator: &str) -> Option<(Compares, bool)> {
    Some(match operator {
        "StringEquals" => (|wanted, actual| wanted == actual, false),
        "StringNotEquals" => (|wanted, actual| wanted == actual, true),
        "StringEqualsIgnoreCase" | "Bool" => (str::eq_ignore_ascii_case, false),
        "StringNotEqualsIgnoreCase" => (str::eq_ignore_ascii_case, true),
        // `ArnEquals` behaves as `ArnLike` (IAM user guide, ARN condition operators).
        "StringLike" | "ArnLike" | "ArnEquals" => (like, false),
        "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => (like, true),
        _ => return None,
    })
}
