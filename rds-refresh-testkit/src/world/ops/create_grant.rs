use rds_refresh_core::ids::AccountId;

use crate::world::naming::hexadecimal;
use crate::world::resource::Grant;
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
    /// `Name`.
    pub name: Option<String>,
}

impl Request for CreateGrant {
    const OPERATION: Operation = Operation::CreateGrant;
    type Answer = CreatedGrant;

    fn resource(&self) -> &str {
        &self.key
    }

    /// A second call with the same name and parameters answers the first one's grant (KMS API reference, `Name`).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<CreatedGrant, ApiError> {
        if self.key.contains("alias/") {
            return Err(ApiError::refused("NotFoundException", format!("Invalid keyId {}", self.key)));
        }
        let key = world.key_for(caller, &self.key, "CreateGrant")?;
        self.check()?;
        if key.state != "Enabled" {
            return Err(ApiError::refused("DisabledException", format!("{} is disabled.", key.arn)));
        }
        let same = |grant: &&Grant| {
            self.name.is_some()
                && grant.name == self.name
                && grant.grantee == self.grantee
                && grant.retiring == self.retiring
                && grant.operations == self.operations
        };
        if let Some(grant) = key.grants.iter().find(same) {
            return Ok(CreatedGrant { id: grant.id.clone(), token: grant.token.clone() });
        }
        if key.grants.len() >= GRANTS {
            return Err(ApiError::refused("LimitExceededException", format!("A key has at most {GRANTS} grants.")));
        }
        let (arn, now) = (key.arn.clone(), world.now());
        let draw = world.draw_next(&caller.place(), "grant");
        let effective_from = now + world.switches.grant_delay;
        let grant = Grant {
            id: hexadecimal(draw, 64),
            token: hexadecimal(draw.next(), 128),
            name: self.name.clone(),
            grantee: self.grantee.clone(),
            retiring: self.retiring.clone(),
            operations: self.operations.clone(),
            issuer: format!("arn:{}:iam::{}:root", caller.region.partition(), caller.account),
            created_at: now,
            effective_from,
        };
        let created = CreatedGrant { id: grant.id.clone(), token: grant.token.clone() };
        world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?.grants.push(grant);
        Ok(created)
    }
}

/// Grants per key (KMS developer guide, resource quotas).
const GRANTS: usize = 50_000;

/// The operations that a grant on a symmetric key can allow (KMS API reference, `Operations`).
const OPERATIONS: [&str; 10] = [
    "CreateGrant",
    "Decrypt",
    "DescribeKey",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
    "RetireGrant",
];

impl CreateGrant {
    fn check(&self) -> Result<(), ApiError> {
        if self.operations.is_empty() || self.operations.iter().any(|operation| !OPERATIONS.contains(&operation.as_str())) {
            return Err(ApiError::refused("ValidationException", "Operations must name what a grant can allow."));
        }
        // A grantee is named by the ARN of a principal of some account.
        let parts: Vec<&str> = self.grantee.splitn(6, ':').collect();
        match parts[..] {
            ["arn", _, "iam" | "sts", "", account, name] if account.parse::<AccountId>().is_ok() && !name.is_empty() => Ok(()),
            _ => Err(ApiError::refused("InvalidArnException", format!("{} is not the ARN of a principal.", self.grantee))),
        }
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
