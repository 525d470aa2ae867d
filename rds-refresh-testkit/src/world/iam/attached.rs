use std::collections::{BTreeMap, BTreeSet};

use rds_refresh_core::ids::AccountId;

use super::malformed::MalformedPolicy;
use super::policy::Policy;
use crate::world::{Caller, Identity, World};

/// The policies of users and roles, and the accounts in which those without any may do nothing.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct IdentityPolicies {
    by_principal: BTreeMap<String, BTreeMap<String, Attached>>,
    enforced: BTreeSet<AccountId>,
}

#[derive(Clone, Debug)]
struct Attached {
    document: String,
    policy: Policy,
}

/// Why a policy cannot be given to somebody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidIdentityPolicy {
    /// Only users and roles have policies.
    #[error(
        "{0} is no user and no role: name one by its ARN, as arn:aws:iam::111111111111:role/refresh; sessions have the policies of their \
         role"
    )]
    Principal(String),
    /// The document cannot be read.
    #[error(transparent)]
    Document(#[from] MalformedPolicy),
}

impl World {
    /// Gives a user or a role a policy, in place of one of the same name. From now on it may do only what its policies allow.
    ///
    /// ```
    /// use rds_refresh_testkit::Stage;
    /// use rds_refresh_testkit::world::ops::DescribeDbClusters;
    ///
    /// let stage = Stage::two_accounts(1);
    /// let policy = r#"{"Statement": {"Effect": "Allow", "Action": "rds:Describe*", "Resource": "arn:aws:rds:*:*:cluster:staging-*"}}"#;
    /// stage.fake.world().put_identity_policy(&stage.source.principal(), "staging-only", policy)?;
    ///
    /// let error = stage.fake.call(&stage.source, &DescribeDbClusters::default()).unwrap_err();
    /// assert_eq!((error.code, error.status), ("AccessDenied", 403));
    /// # Ok::<(), rds_refresh_testkit::world::iam::InvalidIdentityPolicy>(())
    /// ```
    ///
    /// # Errors
    /// If `principal` is not the ARN of a user or a role, or the document no policy of an identity.
    pub fn put_identity_policy(&mut self, principal: &str, name: &str, document: &str) -> Result<(), InvalidIdentityPolicy> {
        if !has_policies(principal) {
            return Err(InvalidIdentityPolicy::Principal(principal.to_owned()));
        }
        let attached = Attached { document: document.to_owned(), policy: Policy::parse_identity(document)? };
        self.identity_policies.by_principal.entry(principal.to_owned()).or_default().insert(name.to_owned(), attached);
        Ok(())
    }

    /// Takes a policy away; answers whether it was there. Who has none left may do everything again, unless the account enforces IAM.
    pub fn delete_identity_policy(&mut self, principal: &str, name: &str) -> bool {
        let Some(policies) = self.identity_policies.by_principal.get_mut(principal) else { return false };
        let was_there = policies.remove(name).is_some();
        if policies.is_empty() {
            self.identity_policies.by_principal.remove(principal);
        }
        was_there
    }

    /// Lets those of an account who have no policy do nothing, or everything again.
    pub fn enforce_iam(&mut self, account: &AccountId, enforced: bool) {
        let accounts = &mut self.identity_policies.enforced;
        if enforced {
            accounts.insert(account.clone())
        } else {
            accounts.remove(account)
        };
    }

    /// The accounts in which those without a policy may do nothing.
    pub fn accounts_enforcing_iam(&self) -> impl Iterator<Item = &AccountId> {
        self.identity_policies.enforced.iter()
    }

    /// Every policy: whose, its name, its document.
    pub fn identity_policies(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.identity_policies.by_principal.iter().flat_map(|(principal, policies)| {
            policies.iter().map(|(name, attached)| (principal.as_str(), name.as_str(), attached.document.as_str()))
        })
    }

    /// The policies that decide what a caller may do; `None` if nothing does.
    pub(super) fn policies_of(&self, caller: &Caller) -> Option<impl Iterator<Item = &Policy>> {
        let IdentityPolicies { by_principal, enforced } = &self.identity_policies;
        let attached = by_principal.get(&caller.principal());
        let decides = caller.identity != Identity::Root && (attached.is_some() || enforced.contains(&caller.account));
        decides.then(|| attached.into_iter().flat_map(|policies| policies.values().map(|attached| &attached.policy)))
    }
}

fn has_policies(principal: &str) -> bool {
    match principal.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", _, "iam", "", account, resource] => {
            let named = resource.strip_prefix("user/").or_else(|| resource.strip_prefix("role/"));
            account.parse::<AccountId>().is_ok() && named.is_some_and(|name| !name.is_empty() && !name.ends_with('/'))
        }
        _ => false,
    }
}
