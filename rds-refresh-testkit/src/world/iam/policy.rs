use serde_json::Value;

use super::condition::Condition;
use super::context::Context;
use super::malformed::{MalformedPolicy, texts};
use super::pattern::like;

/// A policy: of a key, where every statement names its principals, or of an identity, where none does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(Vec<Statement>);

/// Somebody who wants to do something with a resource.
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
    /// The ARN of the resource, or `*`.
    pub resource: &'a str,
    /// The values of condition keys, as `kms:ViaService`.
    pub context: &'a Context,
}

/// What a policy says to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement denies it, whatever else allows it.
    Deny,
    /// A statement allows it and none denies it.
    Allow,
    /// A statement allows it to the principal's account, whose own policies must allow it as well; none denies it.
    Delegate,
    /// No statement is about it.
    Silent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    allows: bool,
    principals: Principals,
    actions: Patterns,
    resources: Patterns,
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Principals {
    /// Whoever the policy is attached to.
    Holder,
    /// Those under `AWS`. A service or a federated user is no caller of this model.
    Listed(Vec<String>),
    /// A form that the model does not know: it never matches an allow and always a deny.
    Unknown,
}

/// A list of patterns, or everything but what a list matches (`NotAction`, `NotResource`).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Patterns {
    patterns: Vec<String>,
    negated: bool,
}

impl Policy {
    /// Reads the policy of a key.
    pub fn parse(text: &str) -> Result<Self, MalformedPolicy> {
        Self::read(text, Principals::parse)
    }

    /// Reads the policy of a user or a role.
    pub fn parse_identity(text: &str) -> Result<Self, MalformedPolicy> {
        Self::read(text, |statement| match (statement.get("Principal"), statement.get("NotPrincipal")) {
            (None, None) => Ok(Principals::Holder),
            _ => Err(MalformedPolicy("the policy of an identity names no Principal")),
        })
    }

    fn read(text: &str, principals: fn(&Value) -> Result<Principals, MalformedPolicy>) -> Result<Self, MalformedPolicy> {
        let document: Value = serde_json::from_str(text).map_err(|_| MalformedPolicy("it is not JSON"))?;
        let parse = |statement| Statement::parse(statement, principals(statement)?);
        match document.get("Statement").ok_or(MalformedPolicy("it has no Statement"))? {
            Value::Array(statements) => statements.iter().map(parse).collect::<Result<_, _>>().map(Self),
            statement => parse(statement).map(|statement| Self(vec![statement])),
        }
    }

    /// What it says to a request.
    #[must_use]
    pub fn decide(&self, request: &AccessRequest<'_>) -> Decision {
        let mut decision = Decision::Silent;
        for statement in &self.0 {
            let Some(named) = statement.matches(request) else { continue };
            if !statement.allows {
                return Decision::Deny;
            }
            match named {
                Named::Directly => decision = Decision::Allow,
                Named::ByAccount if decision == Decision::Silent => decision = Decision::Delegate,
                Named::ByAccount => {}
            }
        }
        decision
    }
}

impl Statement {
    fn parse(statement: &Value, principals: Principals) -> Result<Self, MalformedPolicy> {
        let allows = match statement.get("Effect").and_then(Value::as_str) {
            Some("Allow") => true,
            Some("Deny") => false,
            _ => return Err(MalformedPolicy("Effect must be Allow or Deny")),
        };
        Ok(Self {
            allows,
            principals,
            actions: Patterns::parse(statement, "Action", "NotAction")?,
            resources: Patterns::parse(statement, "Resource", "NotResource")?,
            conditions: Condition::parse_all(statement.get("Condition"))?,
        })
    }

    /// How it names whoever makes the request, if it is about the request.
    fn matches(&self, request: &AccessRequest<'_>) -> Option<Named> {
        let named = match &self.principals {
            Principals::Holder => Some(Named::Directly),
            Principals::Listed(principals) => {
                let named = principals.iter().filter_map(|principal| names(principal, request));
                named.min()
            }
            Principals::Unknown => (!self.allows).then_some(Named::Directly),
        };
        // What the model cannot judge must not open anything: it never matches an allow and always a deny.
        let holds = self.actions.match_action(request.action)
            && self.resources.match_resource(request.resource).unwrap_or(!self.allows)
            && self.conditions.iter().all(|condition| condition.holds(request.context).unwrap_or(!self.allows));
        named.filter(|_| holds)
    }
}

impl Principals {
    fn parse(statement: &Value) -> Result<Self, MalformedPolicy> {
        match (statement.get("Principal"), statement.get("NotPrincipal")) {
            (Some(Value::String(everyone)), None) if everyone == "*" => Ok(Self::Listed(vec!["*".to_owned()])),
            (Some(Value::Object(kinds)), None) => kinds.get("AWS").map_or(Ok(Vec::new()), texts).map(Self::Listed),
            (None, Some(_)) => Ok(Self::Unknown),
            _ => Err(MalformedPolicy("a key policy needs a Principal")),
        }
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

    /// `None` if it depends on a policy variable.
    fn match_resource(&self, resource: &str) -> Option<bool> {
        if self.patterns.iter().any(|pattern| like(pattern, resource)) {
            return Some(!self.negated);
        }
        let unknown = self.patterns.iter().any(|pattern| pattern.contains("${"));
        (!unknown).then_some(self.negated)
    }
}

/// How a principal of a policy or a grant stands for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::world) enum Named {
    /// As everybody, or as exactly this user, role or session: in the resource's own account nothing else has to allow it.
    Directly,
    /// As one of its account, whose own policies say who of it may.
    ByAccount,
}

/// Whether a principal of a policy or a grant stands for whoever makes the request: everybody, the whole account (by id or by the
/// ARN of its root), exactly this user, this role in all its sessions, or this session (IAM user guide, principal element).
pub(in crate::world) fn names(principal: &str, request: &AccessRequest<'_>) -> Option<Named> {
    let root = ["arn", partition(request.principal), "iam", "", request.account, "root"];
    if principal == request.account || principal.split(':').eq(root) {
        return Some(Named::ByAccount);
    }
    let is_it = principal == "*" || principal == request.principal || principal == request.session;
    is_it.then_some(Named::Directly)
}

fn partition(arn: &str) -> &str {
    arn.split(':').nth(1).unwrap_or("aws")
}
