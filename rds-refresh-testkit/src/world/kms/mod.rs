//! Who may use a key: the key's policy and its grants, evaluated at every use.
//!
//! The rules are those of the KMS developer guide, *Determining access to KMS keys*: a deny in the policy wins; else the policy or a
//! grant must allow. IAM policies are not modelled: what a key's policy leaves to an account, everybody in it may do.

mod condition;
pub(crate) mod constraint;
mod malformed;
mod pattern;
mod policy;
mod state;

use std::collections::BTreeMap;

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::Arn;

use super::place::Place;
use super::resource::{Grant, GrantConstraints, Key};
use super::{ApiError, Caller, Operation, World};
pub use malformed::MalformedPolicy;
pub(in crate::world) use pattern::like;
pub use policy::{AccessRequest, Decision, Policy};

/// What RDS does with a key on behalf of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To read what it encrypts: all that the key policy allows which the RDS user guide shows for sharing an encrypted snapshot.
    Read,
    /// To encrypt something new with it.
    Write,
}

impl Purpose {
    fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Read => {
                &["DescribeKey", "Decrypt", "ReEncryptFrom", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "CreateGrant"]
            }
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
            keys.values().find(|key| key.aliases.iter().any(|alias| alias.name == name))
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
        let policy = key.parsed_policy_at(self.now());
        usable
            && purpose.actions().iter().all(|action| {
                let mut context = BTreeMap::from([("kms:ViaService", format!("rds.{region}.amazonaws.com"))]);
                if *action == "CreateGrant" {
                    context.insert("kms:GrantIsForAWSResource", "true".to_owned());
                }
                self.key_allows(caller, key, policy.as_ref(), action, context, &[])
            })
    }

    /// The key that a caller of KMS itself names by id or ARN, if the caller may do `operation` with it and its state allows it.
    pub(crate) fn key_for(&self, caller: &Caller, reference: &str, operation: Operation) -> Result<&Key, ApiError> {
        if reference.contains("alias/") {
            return Err(ApiError::refused("NotFoundException", format!("Invalid keyId {reference}")));
        }
        self.key_by_any_name(caller, reference, operation, &[])
    }

    /// The same, for operations that only the key's own account may call.
    pub(crate) fn own_key_for(&self, caller: &Caller, reference: &str, operation: Operation) -> Result<&Key, ApiError> {
        let key = self.key_for(caller, reference, operation)?;
        if self.at(&caller.place()).keys.contains_key(&key.id) { Ok(key) } else { Err(denied(caller, operation, &key.arn)) }
    }

    /// The key that a caller names by id, alias or ARN. Grants whose tokens are given count before they have spread (KMS developer
    /// guide, grant tokens).
    pub(crate) fn key_by_any_name(
        &self,
        caller: &Caller,
        reference: &str,
        operation: Operation,
        grant_tokens: &[String],
    ) -> Result<&Key, ApiError> {
        let key = self.permitted_key(caller, reference, operation, grant_tokens)?;
        state::check(key, operation)?;
        Ok(key)
    }

    /// The same, whatever state the key is in.
    pub(crate) fn permitted_key(
        &self,
        caller: &Caller,
        reference: &str,
        operation: Operation,
        grant_tokens: &[String],
    ) -> Result<&Key, ApiError> {
        let key = self.key_named(caller, reference)?;
        if let Some(unknown) = grant_tokens.iter().find(|token| key.grants.iter().all(|grant| grant.token != **token)) {
            return Err(ApiError::refused("InvalidGrantTokenException", format!("The grant token {unknown} is not valid.")));
        }
        let mut context = BTreeMap::new();
        if matches!(operation, Operation::CreateGrant | Operation::ListGrants | Operation::RevokeGrant) {
            context.insert("kms:GrantIsForAWSResource", "false".to_owned());
        }
        let policy = key.parsed_policy_at(self.now());
        if !self.key_allows(caller, key, policy.as_ref(), operation.name(), context, grant_tokens) {
            return Err(denied(caller, operation, &key.arn));
        }
        Ok(key)
    }

    /// The key that a caller names by id or ARN, whoever may use it.
    pub(crate) fn key_by_id(&self, caller: &Caller, reference: &str) -> Result<&Key, ApiError> {
        if reference.contains("alias/") {
            return Err(ApiError::refused("NotFoundException", format!("Invalid keyId {reference}")));
        }
        self.key_named(caller, reference)
    }

    fn key_named(&self, caller: &Caller, reference: &str) -> Result<&Key, ApiError> {
        constraint::length("keyId", reference, 2048)?;
        if reference.starts_with("arn:") {
            let arn = reference.parse::<Arn>().ok().filter(|arn| arn.service == "kms");
            let arn = arn.ok_or_else(|| ApiError::refused("InvalidArnException", format!("Invalid arn {reference}")))?;
            if arn.region != caller.region {
                return Err(ApiError::refused("NotFoundException", format!("Invalid arn {}", arn.region)));
            }
        }
        self.find_key(caller, reference).ok_or_else(|| key_not_found(reference))
    }

    pub(crate) fn key(&self, arn: &str) -> Option<&Key> {
        let arn: Arn = arn.parse().ok()?;
        self.at(&Place::of(&arn)).keys.get(arn.resource.strip_prefix("key/")?)
    }

    pub(crate) fn key_mut(&mut self, arn: &str) -> Option<&mut Key> {
        let arn: Arn = arn.parse().ok()?;
        let id = arn.resource.strip_prefix("key/")?.to_owned();
        self.at_mut(&Place::of(&arn)).keys.get_mut(&id)
    }

    fn key_allows(
        &self,
        caller: &Caller,
        key: &Key,
        policy: Option<&Policy>,
        action: &str,
        mut context: BTreeMap<&'static str, String>,
        grant_tokens: &[String],
    ) -> bool {
        let now = self.now();
        let principal = caller.principal();
        context.insert("kms:CallerAccount", caller.account.to_string());
        context.insert("aws:PrincipalAccount", caller.account.to_string());
        context.insert("aws:PrincipalArn", principal.clone());
        let request = AccessRequest {
            account: caller.account.as_str(),
            principal: &principal,
            session: &caller.arn(),
            action: &format!("kms:{action}"),
            resource: &key.arn,
            context: &context,
        };
        match policy.map_or(Decision::Deny, |policy| policy.decide(&request)) {
            Decision::Deny => false,
            Decision::Allow => true,
            Decision::Silent => {
                let known = |grant: &Grant| now >= grant.effective_from || grant_tokens.contains(&grant.token);
                key.grants.iter().any(|grant| known(grant) && grant.allows(&request, action))
            }
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

    /// The same, to decide by. A stage may hold a policy that does not parse; such a key allows nothing.
    fn parsed_policy_at(&self, now: Timestamp) -> Option<Policy> {
        Policy::parse(self.policy_at(now)).ok()
    }
}

impl Grant {
    fn allows(&self, request: &AccessRequest<'_>, action: &str) -> bool {
        // Constraints are about encryption contexts, which only cryptographic operations have.
        let GrantConstraints { subset, equals } = &self.constraints;
        let constrained = !(subset.is_empty() && equals.is_empty());
        let unconstrained = !constrained || ["CreateGrant", "DescribeKey", "RetireGrant"].contains(&action);
        unconstrained && self.operations.iter().any(|operation| operation == action) && policy::names(&self.grantee, request)
    }

    /// Whether a caller may retire it: the retiring principal, a grantee whom it allows to, and the account that made it (KMS
    /// developer guide, retiring and revoking grants).
    pub(crate) fn can_be_retired_by(&self, caller: &Caller, key: &str) -> bool {
        let (principal, session, context) = (caller.principal(), caller.arn(), BTreeMap::new());
        let request = AccessRequest {
            account: caller.account.as_str(),
            principal: &principal,
            session: &session,
            action: "kms:RetireGrant",
            resource: key,
            context: &context,
        };
        self.retiring.as_ref().is_some_and(|retiring| policy::names(retiring, &request))
            || self.allows(&request, "RetireGrant")
            || policy::names(&self.issuer, &request)
    }
}

fn key_not_found(reference: &str) -> ApiError {
    let message = if reference.contains("alias/") {
        format!("Alias {reference} is not found.")
    } else {
        format!("Key '{reference}' does not exist")
    };
    ApiError::refused("NotFoundException", message)
}

/// The caller lacks a right: what KMS says.
pub(crate) fn denied(caller: &Caller, operation: Operation, resource: &str) -> ApiError {
    let message =
        format!("User: {} is not authorized to perform: kms:{} on resource: {resource}", caller.arn(), operation.name());
    ApiError::refused("AccessDeniedException", message)
}

/// What a dry run answers instead of success (KMS API reference, `DryRun`).
pub(crate) fn dry_run(asked: Option<bool>) -> Result<(), ApiError> {
    if asked == Some(true) {
        let message = "The request would have succeeded, but the DryRun option is set.";
        return Err(ApiError::new("DryRunOperationException", 412, message));
    }
    Ok(())
}
