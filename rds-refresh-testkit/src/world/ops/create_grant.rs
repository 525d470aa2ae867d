use crate::world::iam::Context;
use crate::world::kms::{constraint, dry_run};
use crate::world::naming::hexadecimal;
use crate::world::resource::{Grant, GrantConstraints, Key};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CreateGrant`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateGrant {
    /// `KeyId`.
    pub key: String,
    /// `GranteePrincipal`.
    pub grantee: String,
    /// `RetiringPrincipal`.
    pub retiring: Option<String>,
    /// `Operations`.
    pub operations: Vec<String>,
    /// `Constraints`.
    pub constraints: GrantConstraints,
    /// `Name`.
    pub name: Option<String>,
    /// `GrantTokens`: at most 10.
    pub grant_tokens: Vec<String>,
    /// `DryRun`.
    pub dry_run: Option<bool>,
}

impl Request for CreateGrant {
    const OPERATION: Operation = Operation::CreateGrant;
    type Answer = CreatedGrant;

    fn resource(&self) -> &str {
        &self.key
    }

    /// A second call with the same name and parameters answers the first one's grant (KMS API reference, `Name`).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<CreatedGrant, ApiError> {
        self.check()?;
        if self.key.contains("alias/") {
            return Err(ApiError::refused("NotFoundException", format!("Invalid keyId {}", self.key)));
        }
        let key = world.key_with(caller, &self.key, Self::OPERATION, &self.grant_tokens, self.context())?;
        self.check_operations(key)?;
        let existing = key.grants.iter().find(|grant| self.made(grant));
        if existing.is_none() && key.grants.len() >= GRANTS {
            return Err(ApiError::refused("LimitExceededException", format!("A key has at most {GRANTS} grants.")));
        }
        dry_run(self.dry_run)?;
        if let Some(grant) = existing {
            return Ok(CreatedGrant { id: grant.id.clone(), token: grant.token.clone() });
        }
        let (arn, now) = (key.arn.clone(), world.now());
        let draw = world.draw_next(&caller.place(), "grant");
        let grant = Grant {
            key: arn.clone(),
            id: hexadecimal(draw, 64),
            token: hexadecimal(draw.next(), 128),
            name: self.name.clone(),
            grantee: self.grantee.clone(),
            retiring: self.retiring.clone(),
            operations: self.operations.clone(),
            constraints: self.constraints.clone(),
            issuer: format!("arn:{}:iam::{}:root", caller.region.partition(), caller.account),
            created_at: now,
            effective_from: now + world.switches.grant_delay,
        };
        let created = CreatedGrant { id: grant.id.clone(), token: grant.token.clone() };
        world.serial += 1;
        world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?.grants.push(grant);
        Ok(created)
    }
}

/// Grants per key (KMS developer guide, resource quotas).
const GRANTS: usize = 50_000;

/// The operations that a grant can allow on every key (KMS API reference, `Operations`).
const ALWAYS: [&str; 7] = ["CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "ReEncryptFrom", "ReEncryptTo", "RetireGrant"];
/// Those of symmetric keys besides.
const SYMMETRIC: [&str; 4] =
    ["GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext"];
/// Those of asymmetric keys besides.
const ASYMMETRIC: [&str; 3] = ["GetPublicKey", "Sign", "Verify"];

impl CreateGrant {
    fn check(&self) -> Result<(), ApiError> {
        constraint::principal("granteePrincipal", &self.grantee)?;
        self.retiring.as_ref().map_or(Ok(()), |retiring| constraint::principal("retiringPrincipal", retiring))?;
        self.name.as_ref().map_or(Ok(()), |name| constraint::name("name", name))?;
        if self.grant_tokens.len() > 10 {
            return Err(constraint::invalid("grantTokens", "[…]", "must have length less than or equal to 10"));
        }
        let GrantConstraints { subset, equals } = &self.constraints;
        // KMS developer guide, resource quotas: at most 8 pairs of at most 384 characters.
        let long = |pairs: &std::collections::BTreeMap<String, String>| {
            pairs.len() > 8 || pairs.iter().any(|(key, value)| key.chars().count() + value.chars().count() > 384)
        };
        if long(subset) || long(equals) {
            return Err(constraint::invalid("constraints", "{…}", "must have at most 8 pairs of at most 384 characters"));
        }
        Ok(())
    }

    /// The condition keys of grants (KMS developer guide, AWS KMS condition keys).
    fn context(&self) -> Context {
        let mut context = Context::default().with("kms:GranteePrincipal", &self.grantee);
        context.set("kms:GrantOperations", &self.operations);
        if let Some(retiring) = &self.retiring {
            context.set("kms:RetiringPrincipal", [retiring]);
        }
        let GrantConstraints { subset, equals } = &self.constraints;
        let kinds = [("EncryptionContextSubset", subset), ("EncryptionContextEquals", equals)];
        if let Some((kind, _)) = kinds.iter().find(|(_, pairs)| !pairs.is_empty()) {
            context.set("kms:GrantConstraintType", [*kind]);
        }
        context
    }

    fn check_operations(&self, key: &Key) -> Result<(), ApiError> {
        let more: &[&str] = if key.spec == "SYMMETRIC_DEFAULT" { &SYMMETRIC } else { &ASYMMETRIC };
        let legal = |operation: &String| ALWAYS.contains(&operation.as_str()) || more.contains(&operation.as_str());
        match self.operations.iter().find(|operation| !legal(operation)) {
            None if self.operations.is_empty() => Err(constraint::invalid("operations", "[]", "must not be empty")),
            None => Ok(()),
            Some(operation) => {
                Err(constraint::invalid("operations", operation, &format!("must be an operation of keys of type {}", key.spec)))
            }
        }
    }

    /// Whether a grant is what this request made before.
    fn made(&self, grant: &Grant) -> bool {
        self.name.is_some()
            && grant.name == self.name
            && grant.grantee == self.grantee
            && grant.retiring == self.retiring
            && grant.operations == self.operations
            && grant.constraints == self.constraints
    }
}

/// What `CreateGrant` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedGrant {
    /// `GrantId`.
    pub id: String,
    /// `GrantToken`.
    pub token: String,
}
