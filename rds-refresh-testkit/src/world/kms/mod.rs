//! Who may use a key: the key's policy and its grants, evaluated at every use.
//!
//! The rules are those of the KMS developer guide, *Determining access to KMS keys*: a deny in the policy wins; else the policy or a
//! grant must allow. What they leave to an account, and whatever comes from another account than the key's, the caller's own
//! [policies](super::iam) must allow as well, where any are enforced.

pub(crate) mod constraint;
mod purpose;
mod state;

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::Arn;

use super::iam::{AccessRequest, Context, Decision, Named, Policy, Why, names};
use super::place::Place;
use super::resource::{Grant, GrantConstraints, Key};
use super::{ApiError, Caller, Operation, World};
pub(crate) use purpose::Purpose;

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
        if self.at(&caller.place()).keys.contains_key(&key.id) {
            Ok(key)
        } else {
            Err(denied(caller, operation, &key.arn, Why::ResourceIsSilent))
        }
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
        self.key_with(caller, reference, operation, grant_tokens, Context::default())
    }

    /// The same with condition keys that are in the context of this operation only.
    pub(crate) fn key_with(
        &self,
        caller: &Caller,
        reference: &str,
        operation: Operation,
        grant_tokens: &[String],
        context: Context,
    ) -> Result<&Key, ApiError> {
        let key = self.permitted(caller, reference, operation, grant_tokens, context)?;
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
        self.permitted(caller, reference, operation, grant_tokens, Context::default())
    }

    fn permitted(
        &self,
        caller: &Caller,
        reference: &str,
        operation: Operation,
        grant_tokens: &[String],
        mut context: Context,
    ) -> Result<&Key, ApiError> {
        let key = self.key_named(caller, reference)?;
        if let Some(unknown) = grant_tokens.iter().find(|token| key.grants.iter().all(|grant| grant.token != **token)) {
            return Err(ApiError::refused("InvalidGrantTokenException", format!("The grant token {unknown} is not valid.")));
        }
        if matches!(operation, Operation::CreateGrant | Operation::ListGrants | Operation::RevokeGrant) {
            context.set("kms:GrantIsForAWSResource", ["false"]);
        }
        let policy = key.parsed_policy_at(self.now());
        self.key_allows(caller, key, policy.as_ref(), operation.name(), context, grant_tokens)
            .map_err(|why| denied(caller, operation, &key.arn, why))?;
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

    /// Whether policies and grants let a caller do something with a key, under the condition keys of the operation.
    fn key_allows(
        &self,
        caller: &Caller,
        key: &Key,
        policy: Option<&Policy>,
        action: &str,
        of_operation: Context,
        grant_tokens: &[String],
    ) -> Result<(), Why> {
        let (principal, session, iam_action) = (caller.principal(), caller.arn(), format!("kms:{action}"));
        let mut context = self.context_of(caller, &key.arn).with("kms:CallerAccount", caller.account.as_str());
        context.set("kms:ResourceAliases", key.aliases.iter().map(|alias| alias.name.as_str()));
        for (tag, value) in &key.tags {
            context.set(&format!("aws:ResourceTag/{tag}"), [value.as_str()]);
        }
        context.extend(of_operation);
        let request = AccessRequest {
            account: caller.account.as_str(),
            principal: &principal,
            session: &session,
            action: &iam_action,
            resource: &key.arn,
            context: &context,
        };
        let now = self.now();
        let said = policy.map_or(Decision::Deny, |policy| policy.decide(&request));
        let of_identity = self.identity_says(caller, &iam_action, &key.arn, &context);
        let known = |grant: &&Grant| now >= grant.effective_from || grant_tokens.contains(&grant.token);
        let granted = key.grants.iter().filter(known).filter_map(|grant| grant.allows(&request, action)).min();
        let named = match said {
            Decision::Deny => return Err(Why::ResourceDenies),
            _ if of_identity == Decision::Deny => return Err(Why::IdentityDenies),
            Decision::Allow => Named::Directly,
            Decision::Delegate => granted.unwrap_or(Named::ByAccount),
            Decision::Silent => granted.ok_or(Why::ResourceIsSilent)?,
        };
        // Whom the key's own account names itself needs no other policy; everybody else needs one of theirs (KMS developer guide,
        // allowing users in other accounts to use a key).
        let is_own = key.arn.split(':').nth(4) == Some(caller.account.as_str());
        let is_enough = is_own && named == Named::Directly;
        if is_enough || of_identity == Decision::Allow { Ok(()) } else { Err(Why::IdentityIsSilent) }
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
    /// How it names whoever makes the request, if it allows the action.
    fn allows(&self, request: &AccessRequest<'_>, action: &str) -> Option<Named> {
        // Constraints are about encryption contexts, which only cryptographic operations have.
        let GrantConstraints { subset, equals } = &self.constraints;
        let constrained = !(subset.is_empty() && equals.is_empty());
        let unconstrained = !constrained || ["CreateGrant", "DescribeKey", "RetireGrant"].contains(&action);
        let allows = unconstrained && self.operations.iter().any(|operation| operation == action);
        names(&self.grantee, request).filter(|_| allows)
    }

    /// Whether a caller may retire it: the retiring principal, a grantee whom it allows to, and the account that made it (KMS
    /// developer guide, retiring and revoking grants).
    pub(crate) fn can_be_retired_by(&self, caller: &Caller, key: &str) -> bool {
        let (principal, session, context) = (caller.principal(), caller.arn(), Context::default());
        let request = AccessRequest {
            account: caller.account.as_str(),
            principal: &principal,
            session: &session,
            action: "kms:RetireGrant",
            resource: key,
            context: &context,
        };
        self.retiring.as_ref().is_some_and(|retiring| names(retiring, &request).is_some())
            || self.allows(&request, "RetireGrant").is_some()
            || names(&self.issuer, &request).is_some()
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
pub(crate) fn denied(caller: &Caller, operation: Operation, resource: &str, why: Why) -> ApiError {
    let message = why.message(caller, &format!("kms:{}", operation.name()), resource);
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
