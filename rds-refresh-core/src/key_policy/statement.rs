use serde_json::Value;

use super::call::KeyCall;
use super::condition::{Condition, Truth};
use super::pattern::like;

/// Why a text is not a key policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not a key policy: {0}")]
pub struct MalformedPolicy(pub(super) &'static str);

/// One statement of a key policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// Its Sid, or its place in the policy.
    pub(super) label: String,
    pub(super) allows: bool,
    principals: Principals,
    actions: Patterns,
    resources: Patterns,
    conditions: Vec<Condition>,
}

/// The principals under `AWS`: those of services and federations are none of the callers asked about here.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Principals {
    Are(Vec<String>),
    AreNot(Vec<String>),
}

/// A list of patterns, or everything but what a list matches (`NotAction`, `NotResource`).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Patterns {
    patterns: Vec<String>,
    negated: bool,
}

/// A text or a list of texts. Policies write booleans and numbers either way.
pub(super) fn texts(value: &Value) -> Result<Vec<String>, MalformedPolicy> {
    let text = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(MalformedPolicy("a list must hold texts")),
    };
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => Ok(vec![text(value)?]),
    }
}

/// The statements of a document, of which a single one need not be in a list.
pub(super) fn statements(document: &Value) -> Result<Vec<&Value>, MalformedPolicy> {
    match document.get("Statement") {
        Some(Value::Array(statements)) => Ok(statements.iter().collect()),
        Some(statement @ Value::Object(_)) => Ok(vec![statement]),
        _ => Err(MalformedPolicy("it has no Statement")),
    }
}

impl Statement {
    pub(super) fn parse(index: usize, statement: &Value) -> Result<Self, MalformedPolicy> {
        let allows = match statement.get("Effect").and_then(Value::as_str) {
            Some("Allow") => true,
            Some("Deny") => false,
            _ => return Err(MalformedPolicy("Effect must be Allow or Deny")),
        };
        let label = match statement.get("Sid").and_then(Value::as_str) {
            Some(sid) if !sid.is_empty() => format!("{sid:?}"),
            _ => format!("number {}", index + 1),
        };
        Ok(Self {
            label,
            allows,
            principals: Principals::parse(statement)?,
            actions: Patterns::parse(statement, "Action", "NotAction")?,
            resources: Patterns::parse(statement, "Resource", "NotResource")?,
            conditions: Condition::parse_all(statement.get("Condition"))?,
        })
    }

    /// Whether it is about the call; `None` if it is about other principals, actions or keys.
    pub(super) fn applies(&self, call: &KeyCall) -> Option<Truth> {
        let action = call.action.to_ascii_lowercase();
        let key = call.key.to_string();
        let is_about = self.actions.match_any(|pattern| like(&pattern.to_ascii_lowercase(), &action))
            && self.resources.match_any(|pattern| like(pattern, &key));
        let principal = self.principals.include(call);
        if !is_about || matches!(principal, Truth::No(_)) {
            return None;
        }
        let all = std::iter::once(principal).chain(self.conditions.iter().map(|condition| condition.holds(call)));
        let mut truth = Truth::Yes;
        for one in all {
            match one {
                Truth::No(_) => return Some(one),
                Truth::Unknown(_) if truth == Truth::Yes => truth = one,
                _ => {}
            }
        }
        Some(truth)
    }
}

impl Principals {
    fn parse(statement: &Value) -> Result<Self, MalformedPolicy> {
        match (statement.get("Principal"), statement.get("NotPrincipal")) {
            (Some(are), None) => Self::list(are).map(Self::Are),
            (None, Some(are_not)) => Self::list(are_not).map(Self::AreNot),
            _ => Err(MalformedPolicy("a statement of a key policy needs a Principal")),
        }
    }

    fn list(principal: &Value) -> Result<Vec<String>, MalformedPolicy> {
        match principal {
            Value::String(everyone) if everyone == "*" => Ok(vec!["*".to_owned()]),
            Value::Object(kinds) => kinds.get("AWS").map_or(Ok(Vec::new()), texts),
            _ => Err(MalformedPolicy("a Principal must be * or an object")),
        }
    }

    fn include(&self, call: &KeyCall) -> Truth {
        match self {
            Self::Are(principals) => any_names(principals, call),
            Self::AreNot(principals) => match any_names(principals, call) {
                // An exception must name the account and the role, and which role it will be is not known.
                Truth::Yes if call.principal.as_ref().is_none_or(|principal| !principals.contains(principal)) => {
                    Truth::Unknown("it excepts the account, and perhaps not its roles".into())
                }
                Truth::Yes => Truth::No("the principal is excepted".into()),
                Truth::No(_) => Truth::Yes,
                unknown @ Truth::Unknown(_) => unknown,
            },
        }
    }
}

fn any_names(principals: &[String], call: &KeyCall) -> Truth {
    let mut truth = Truth::No("it names others".into());
    for principal in principals {
        match names(principal, call) {
            Truth::Yes => return Truth::Yes,
            unknown @ Truth::Unknown(_) => truth = unknown,
            Truth::No(_) => {}
        }
    }
    truth
}

/// Whether a principal of a policy is the caller. An account stands for all of its roles, as far as its own IAM policies go.
fn names(principal: &str, call: &KeyCall) -> Truth {
    let account = call.account.as_str();
    let root = |arn: &str| arn.starts_with("arn:") && arn.ends_with(&format!(":iam::{account}:root"));
    if principal == "*" || principal == account || root(principal) || call.principal.as_deref() == Some(principal) {
        return Truth::Yes;
    }
    // A session of a role has the role's account in its ARN, and the role in its name.
    let is_session = principal.contains(":sts::");
    let of_account = principal.split(':').nth(4) == Some(account);
    if of_account && (call.principal.is_none() || is_session) {
        Truth::Unknown(format!("it names {principal} only"))
    } else {
        Truth::No("it names others".into())
    }
}

impl Patterns {
    fn parse(statement: &Value, name: &str, negated: &str) -> Result<Self, MalformedPolicy> {
        match (statement.get(name), statement.get(negated)) {
            (Some(patterns), None) => Ok(Self { patterns: texts(patterns)?, negated: false }),
            (None, Some(patterns)) => Ok(Self { patterns: texts(patterns)?, negated: true }),
            _ => Err(MalformedPolicy("a statement needs an Action and a Resource")),
        }
    }

    fn match_any(&self, matches: impl Fn(&str) -> bool) -> bool {
        self.patterns.iter().any(|pattern| matches(pattern)) != self.negated
    }
}
