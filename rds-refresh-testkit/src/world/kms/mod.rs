//! Who may use a key: the key's policy and its grants, evaluated at every use.
//!
//! The rules are those of the KMS developer guide, *Determining access to KMS keys*: a deny in the policy wins; else the policy or a
//! grant must allow. IAM policies are not modelled: what a key's policy leaves to an account, all of that account's roles may do.

mod condition;
mod malformed;
mod pattern;
mod policy;

use std::collections::BTreeMap;

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::Arn;

use super::place::Place;
use super::resource::{Grant, Key};
use super::{ApiError, Caller, World};
pub use malformed::MalformedPolicy;
pub(in crate::world) use pattern::like;
pub use policy::{AccessRequest, Decision, Policy};

/// What RDS does with a key on behalf of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To read what it encrypts (RDS user guide, sharing an encrypted snapshot).
    Read,
    /// To encrypt something new with it.
    Write,
}

impl Purpose {
    fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Read => &["DescribeKey", "Decrypt", "ReEncryptFrom", "CreateGrant"],
            Self::Write => &["DescribeKey", "GenerateDataKeyWithoutPlaintext", "Decrypt", "CreateGrant"],
        }
    }
}

impl World {
    /// The key that a text names: by key id or alias in the caller's own place, or by ARN. A key that another account owns is named
    /// by ARN only (KMS API reference, `KeyId`).
    pub(crate) fn find_key(&self, caller: &Caller, reference: &str) -> Option<&Key> {
        let (place, name) = match reference.parse::<Arn>() {
            Ok(arn) if arn.service == "kms" => (Place::of(&arn), arn.resource),
            Ok(_) => return None,
            Err(_) => (caller.place(), reference.to_owned()),
        };
        let keys = &self.at(&place).keys;
        if name.starts_with("alias/") {
            keys.values().find(|key| key.aliases.contains(&name))
        } else {
            keys.get(name.strip_prefix("key/").unwrap_or(&name))
        }
    }

    /// Whether RDS can use a key for a caller: it exists in the Region, is enabled and symmetric, and its policy or grants allow all
    /// that the purpose needs. `kms:GrantIsForAWSResource` is in the context of `CreateGrant` only (KMS developer guide, condition
    /// keys), and there it is true, because the grant is for RDS.
    pub(crate) fn rds_can_use(&self, caller: &Caller, key: &Key, purpose: Purpose) -> bool {
        let usable = key.state == "Enabled" && key.spec == "SYMMETRIC_DEFAULT";
        // The service calls KMS in the key's own Region.
        let region = key.arn.parse::<Arn>().map_or_else(|_| caller.region.clone(), |arn| arn.region);
        usable
            && purpose.actions().iter().all(|action| {
                let mut context = BTreeMap::from([("kms:ViaService", format!("rds.{region}.amazonaws.com"))]);
                if *action == "CreateGrant" {
                    context.insert("kms:GrantIsForAWSResource", "true".to_owned());
                }
                self.key_allows(caller, key, action, context)
            })
    }

    /// The key that a caller of KMS itself names, if the caller may do `action` with it.
    pub(crate) fn key_for(&self, caller: &Caller, reference: &str, action: &'static str) -> Result<&Key, ApiError> {
        let key = self
            .find_key(caller, reference)
            .ok_or_else(|| ApiError::refused("NotFoundException", format!("Key '{reference}' does not exist")))?;
        let mut context = BTreeMap::new();
        if matches!(action, "CreateGrant" | "ListGrants" | "RevokeGrant") {
            context.insert("kms:GrantIsForAWSResource", "false".to_owned());
        }
        if self.key_allows(caller, key, action, context) {
            Ok(key)
        } else {
            Err(ApiError::refused(
                "AccessDeniedException",
                format!("User: {} is not authorized to perform: kms:{action} on resource: {}", caller.principal(), key.arn),
            ))
        }
    }

    /// The same, for operations that only the key's own account may call, by key id or ARN.
    pub(crate) fn own_key_for(&self, caller: &Caller, reference: &str, action: &'static str) -> Result<&Key, ApiError> {
        if reference.contains("alias/") {
            return Err(ApiError::refused("NotFoundException", format!("Invalid keyId {reference}")));
        }
        let key = self.key_for(caller, reference, action)?;
        if self.at(&caller.place()).keys.contains_key(&key.id) {
            Ok(key)
        } else {
            let denied =
                format!("User: {} is not authorized to perform: kms:{action} on resource: {}", caller.principal(), key.arn);
            Err(ApiError::refused("AccessDeniedException", denied))
        }
    }

    pub(crate) fn key_mut(&mut self, arn: &str) -> Option<&mut Key> {
        let arn: Arn = arn.parse().ok()?;
        let id = arn.resource.strip_prefix("key/")?.to_owned();
        self.at_mut(&Place::of(&arn)).keys.get_mut(&id)
    }

    fn key_allows(&self, caller: &Caller, key: &Key, action: &str, mut context: BTreeMap<&'static str, String>) -> bool {
        let now = self.now();
        let principal = caller.principal();
        context.insert("kms:CallerAccount", caller.account.to_string());
        context.insert("aws:PrincipalAccount", caller.account.to_string());
        context.insert("aws:PrincipalArn", principal.clone());
        let request = AccessRequest {
            account: caller.account.as_str(),
            principal: &principal,
            action: &format!("kms:{action}"),
            resource: &key.arn,
            context: &context,
        };
        // A stage may hold a policy that does not parse; such a key allows nothing.
        match Policy::parse(key.policy_at(now)).map_or(Decision::Deny, |policy| policy.decide(&request)) {
            Decision::Deny => false,
            Decision::Allow => true,
            Decision::Silent => key.grants.iter().any(|grant| grant.allows(now, &request, action)),
        }
    }
}

impl Key {
    /// The policy that decides at the given time.
    #[must_use]
    pub fn policy_at(&self, now: Timestamp) -> &str {
        match &self.former_policy {
            Some((former, until)) if now < *until => former,
            _ => &self.policy,
        }
    }
}

impl Grant {
    fn allows(&self, now: Timestamp, request: &AccessRequest<'_>, action: &str) -> bool {
        now >= self.effective_from
            && self.operations.iter().any(|operation| operation == action)
            && policy::names(&self.grantee, request)
    }
}
