use serde_json::Value;

use super::call::{InContext, KeyCall};
use super::pattern::like;
use super::statement::{MalformedPolicy, texts};

/// Whether something holds for a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    /// No, and why: the condition that can never hold.
    No(String),
    /// It depends on this.
    Unknown(String),
}

/// One line of a `Condition` block.
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

    /// Whether it holds in the context of the call.
    pub(super) fn holds(&self, call: &KeyCall) -> Truth {
        let actual = match call.context(&self.key) {
            InContext::Is(values) => values,
            InContext::Never => &[],
            InContext::Unknown => return Truth::Unknown(format!("it depends on {}", self.key)),
        };
        let (set, operator) = match self.operator.split_once(':') {
            Some((set @ ("ForAllValues" | "ForAnyValue"), operator)) => (Some(set), operator),
            _ => (None, self.operator.as_str()),
        };
        let (operator, if_exists) = match operator.strip_suffix("IfExists") {
            Some(operator) => (operator, true),
            None => (operator, false),
        };
        if operator == "Null" {
            let absent = actual.is_empty().to_string();
            return self.verdict(call, self.values.iter().any(|value| value.eq_ignore_ascii_case(&absent)), actual);
        }
        let Some((matches, negated)) = comparison(operator) else {
            return Truth::Unknown(format!("its operator {} is not evaluated here", self.operator));
        };
        if self.values.iter().any(|value| value.contains("${")) {
            return Truth::Unknown("it holds a policy variable".to_owned());
        }
        if set.is_none() && actual.len() > 1 {
            // IAM documents a meaning for one value only (IAM user guide, single-valued and multivalued context keys).
            return Truth::Unknown(format!(
                "{} has several values, and no ForAllValues or ForAnyValue says which are meant",
                self.key
            ));
        }
        let one = |actual: &String| self.values.iter().any(|wanted| matches(wanted, actual)) != negated;
        let holds = match (actual, set) {
            ([], Some("ForAllValues")) => true,
            ([], Some(_)) => if_exists,
            // A key that is not in the context matches no value; a negated operator holds then.
            ([], None) => if_exists || negated,
            (actual, Some("ForAllValues")) => actual.iter().all(one),
            (actual, _) => actual.iter().any(one),
        };
        self.verdict(call, holds, actual)
    }

    fn verdict(&self, call: &KeyCall, holds: bool, actual: &[String]) -> Truth {
        if holds {
            return Truth::Yes;
        }
        let (key, action) = (&self.key, &call.action);
        Truth::No(match actual {
            [] => format!("it asks for {key}, which is never in the context of {action}"),
            actual => format!("{} of {key} does not hold: it is {}", self.operator, actual.join(", ")),
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
