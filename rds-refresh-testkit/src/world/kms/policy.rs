//! Key policies: the part of the IAM policy language that key policies use.

use std::collections::BTreeMap;

use serde_json::Value;

use super::condition::Condition;
use super::malformed::{MalformedPolicy, texts};
use super::pattern::like;

/// A key policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(Vec<Statement>);

/// Somebody who wants to do something with a key.
#[derive(Clone, Copy, Debug)]
pub struct AccessRequest<'a> {
    /// The account id of the principal.
    pub account: &'a str,
    /// The ARN of the principal in IAM, as `arn:aws:iam::222222222222:role/name`.
    pub principal: &'a str,
    /// The ARN of the principal itself: of a session of a role, `arn:aws:sts::222222222222:assumed-role/name/session`; else the same.
    pub session: &'a str,
    /// The action, as `kms:Decrypt`.
    pub action: &'a str,
    /// The ARN of the key.
    pub resource: &'a str,
    /// The values of condition keys, as `kms:ViaService`.
    pub context: &'a BTreeMap<&'static str, String>,
}

/// What a policy says to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement denies it, whatever else allows it.
    Deny,
    /// A statement allows it and none denies it.
    Allow,
    /// No statement is about it.
    Silent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    allows: bool,
    /// The principals under `AWS`. `None` for a form that the model does not know: it never matches an allow and always a deny.
    principals: Option<Vec<String>>,
    actions: Patterns,
    resources: Patterns,
    conditions: Vec<Condition>,
}

/// A list of patterns, or everything but what a list matches (`NotAction`, `NotResource`).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Patterns {
    patterns: Vec<String>,
    negated: bool,
}

impl Policy {
    /// Reads a policy document.
    pub fn parse(text: &str) -> Result<Self, MalformedPolicy> {
        let document: Value = serde_json::from_str(text).map_err(|_| MalformedPolicy("it is not JSON"))?;
        match document.get("Statement").ok_or(MalformedPolicy("it has no Statement"))? {
            Value::Array(statements) => statements.iter().map(Statement::parse).collect::<Result<_, _>>().map(Self),
            statement => Statement::parse(statement).map(|statement| Self(vec![statement])),
        }
    }

    /// What it says to a request.
    #[must_use]
    pub fn decide(&self, request: &AccessRequest<'_>) -> Decision {
        let mut decision = Decision::Silent;
        for statement in self.0.iter().filter(|statement| statement.matches(request)) {
            if !statement.allows {
                return Decision::Deny;
            }
            decision = Decision::Allow;
        }
        decision
    }
}

impl Statement {
    fn parse(statement: &Value) -> Result<Self, MalformedPolicy> {
        let allows = match statement.get("Effect").and_then(Value::as_str) {
            Some("Allow") => true,
            Some("Deny") => false,
            _ => return Err(MalformedPolicy("Effect must be Allow or Deny")),
        };
        let principals = match (statement.get("Principal"), statement.get("NotPrincipal")) {
            (Some(Value::String(everyone)), None) if everyone == "*" => Some(vec!["*".to_owned()]),
            // A service or a federated user is no caller of this model.
            (Some(Value::Object(kinds)), None) => Some(kinds.get("AWS").map_or(Ok(Vec::new()), texts)?),
            (None, Some(_)) => None,
            _ => return Err(MalformedPolicy("a key policy needs a Principal")),
        };
        Ok(Self {
            allows,
            principals,
            actions: Patterns::parse(statement, "Action", "NotAction")?,
            resources: Patterns::parse(statement, "Resource", "NotResource")?,
            conditions: Condition::parse_all(statement.get("Condition"))?,
        })
    }

    fn matches(&self, request: &AccessRequest<'_>) -> bool {
        let somebody = match &self.principals {
            Some(principals) => principals.iter().any(|principal| names(principal, request)),
            None => !self.allows,
        };
        // What the model cannot judge must not open a key: it never matches an allow and always a deny.
        somebody
            && self.actions.match_action(request.action)
            && self.resources.match_resource(request.resource)
            && self.conditions.iter().all(|condition| condition.holds(request.context).unwrap_or(!self.allows))
    }
}

impl Patterns {
    fn parse(statement: &Value, name: &str, negated_name: &str) -> Result<Self, MalformedPolicy> {
        match (statement.get(name), statement.get(negated_name)) {
            (Some(list), None) => Ok(Self { patterns: texts(list)?, negated: false }),
            (None, Some(list)) => Ok(Self { patterns: texts(list)?, negated: true }),
            _ => Err(MalformedPolicy("a statement needs Action and Resource, each once")),
        }
    }

    /// Actions are compared without regard to case.
    fn match_action(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        self.patterns.iter().any(|pattern| like(&pattern.to_ascii_lowercase(), &action)) != self.negated
    }

    fn match_resource(&self, resource: &str) -> bool {
        self.patterns.iter().any(|pattern| like(pattern, resource)) != self.negated
    }
}

/// Whether a principal of a policy or a grant stands for whoever makes the request: everybody, the whole account (by id or by the
/// ARN of its root), exactly this user, this role in all its sessions, or this session (IAM user guide, principal element).
pub(super) fn names(principal: &str, request: &AccessRequest<'_>) -> bool {
    principal == "*"
        || principal == request.account
        || principal == request.principal
        || principal == request.session
        || principal.split(':').collect::<Vec<_>>()[..]
            == ["arn", partition(request.principal), "iam", "", request.account, "root"]
}

fn partition(arn: &str) -> &str {
    arn.split(':').nth(1).unwrap_or("aws")
}
