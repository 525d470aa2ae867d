use serde_json::Value;

use super::call::KeyCall;
use super::condition::Truth;
use super::statement::{MalformedPolicy, Statement, statements};
use crate::ids::{AccountId, KeyArn};
use crate::ports::CreateGrant;

/// A key policy, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(Vec<Statement>);

/// What a key policy says to a call. Statements are named by their Sid or their number.
///
/// What the policy allows to an account, that account's own IAM policies must allow as well; and what it does not, a grant may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// A statement allows it, and none denies it.
    Allowed {
        /// The statement.
        by: String,
    },
    /// A statement denies it, whatever else allows it.
    Denied {
        /// The statement.
        by: String,
    },
    /// It depends on something that cannot be known from here.
    Unsure {
        /// The statement.
        by: String,
        /// On what.
        why: String,
    },
    /// No statement allows it.
    Silent {
        /// The statements that would, but for a condition that does not hold: each with that condition.
        near: Vec<String>,
    },
}

impl Access {
    /// Whether it is allowed beyond doubt.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }
}

impl Policy {
    /// Reads a policy document.
    pub fn parse(text: &str) -> Result<Self, MalformedPolicy> {
        let document: Value = serde_json::from_str(text).map_err(|_| MalformedPolicy("it is not JSON"))?;
        Self::read(&document)
    }

    pub(super) fn read(document: &Value) -> Result<Self, MalformedPolicy> {
        let parsed = statements(document)?.into_iter().enumerate().map(|(index, statement)| Statement::parse(index, statement));
        parsed.collect::<Result<_, _>>().map(Self)
    }

    /// What it says to a call.
    #[must_use]
    pub fn decide(&self, call: &KeyCall) -> Access {
        let (mut allowed, mut doubt, mut near) = (None, None, Vec::new());
        for statement in &self.0 {
            let Some(truth) = statement.applies(call) else { continue };
            let by = || statement.label.clone();
            match (statement.allows, truth) {
                (false, Truth::Yes) => return Access::Denied { by: by() },
                // A doubt about a deny is a doubt about everything.
                (false, Truth::Unknown(why)) => doubt = Some((true, Access::Unsure { by: by(), why })),
                (true, Truth::Yes) => allowed = allowed.or_else(|| Some(Access::Allowed { by: by() })),
                (true, Truth::Unknown(why)) if doubt.is_none() => doubt = Some((false, Access::Unsure { by: by(), why })),
                (true, Truth::No(why)) => near.push(format!("statement {}: {why}", statement.label)),
                (false, Truth::No(_)) | (true, Truth::Unknown(_)) => {}
            }
        }
        match (allowed, doubt) {
            (Some(allowed), None | Some((false, _))) => allowed,
            (_, Some((_, unsure))) => unsure,
            (None, None) => Access::Silent { near },
        }
    }

    /// What it says to each operation that RDS makes with the key of the original in the name of an account that copies a snapshot.
    pub fn of_copy(&self, key: &KeyArn, account: &AccountId) -> impl Iterator<Item = (&'static str, Access)> {
        CreateGrant::OPERATIONS.into_iter().map(|operation| (operation, self.decide(&KeyCall::by_rds(operation, key, account))))
    }

    /// Whether it allows the account all that a copy needs, beyond doubt.
    #[must_use]
    pub fn lets_copy(&self, key: &KeyArn, account: &AccountId) -> bool {
        self.of_copy(key, account).all(|(_, access)| access.is_allowed())
    }
}
