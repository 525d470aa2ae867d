use super::TagList;
use super::key_policy::check_policy;
use crate::world::iam::Asks;
use crate::world::kms::constraint;
use crate::world::naming::hexadecimal;
use crate::world::resource::{Key, KeyManager};
use crate::world::{ApiError, Caller, Operation, Request, Stage, World};

/// The parameters of `CreateKey`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateKey {
    /// `Policy`: by default the one that leaves the key to its account.
    pub policy: Option<String>,
    /// `BypassPolicyLockoutSafetyCheck`.
    pub bypass_lockout_safety_check: Option<bool>,
    /// `Description`.
    pub description: Option<String>,
    /// `KeySpec`, or `CustomerMasterKeySpec`, its former name: by default `SYMMETRIC_DEFAULT`.
    pub spec: Option<String>,
    /// `KeyUsage`: by default `ENCRYPT_DECRYPT`, but it must be given for an asymmetric key.
    pub usage: Option<String>,
    /// `Origin`: `AWS_KMS` is all that the model knows.
    pub origin: Option<String>,
    /// `MultiRegion`.
    pub multi_region: Option<bool>,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for CreateKey {
    const OPERATION: Operation = Operation::CreateKey;
    type Answer = Key;

    fn resource(&self) -> &'static str {
        ""
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).tagging(&self.tags)
    }

    /// Symmetric keys, and RSA keys so that there is something that RDS refuses.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Key, ApiError> {
        let place = caller.place();
        let description = self.description.clone().unwrap_or_default();
        constraint::description(&description)?;
        let (spec, usage) = self.kind()?;
        let tags = constraint::tags(&self.tags)?;
        let multi_region = self.multi_region.unwrap_or(false);
        let hex = hexadecimal(world.draw_next(&place, "key"), 32);
        let id = if multi_region {
            format!("mrk-{hex}")
        } else {
            format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
        };
        let arn = format!("arn:{}:kms:{}:{}:key/{id}", place.partition(), place.region, place.account);
        let policy = self.policy.clone().unwrap_or_else(|| Stage::own_key_policy(&place));
        check_policy(caller, &arn, &policy, self.bypass_lockout_safety_check)?;
        let key = Key {
            id: id.clone(),
            arn,
            aliases: Vec::new(),
            description,
            manager: KeyManager::Customer,
            state: "Enabled".to_owned(),
            spec: spec.to_owned(),
            usage: usage.to_owned(),
            multi_region,
            tags,
            deletion_date: None,
            created_at: world.now(),
            policy,
            former_policy: None,
            grants: Vec::new(),
        };
        world.serial += 1;
        world.at_mut(&place).keys.insert(id, key.clone());
        Ok(key)
    }
}

impl CreateKey {
    fn kind(&self) -> Result<(&str, &str), ApiError> {
        let unsupported = |what: &str| ApiError::refused("UnsupportedOperationException", format!("{what} is not supported."));
        if let Some(origin) = self.origin.as_deref().filter(|origin| *origin != "AWS_KMS") {
            return Err(unsupported(&format!("Origin {origin}")));
        }
        match (self.spec.as_deref().unwrap_or("SYMMETRIC_DEFAULT"), self.usage.as_deref()) {
            (spec @ "SYMMETRIC_DEFAULT", None | Some("ENCRYPT_DECRYPT")) => Ok((spec, "ENCRYPT_DECRYPT")),
            (spec @ ("RSA_2048" | "RSA_3072" | "RSA_4096"), Some(usage @ ("ENCRYPT_DECRYPT" | "SIGN_VERIFY"))) => {
                Ok((spec, usage))
            }
            ("RSA_2048" | "RSA_3072" | "RSA_4096", None) => {
                let message = "You must specify a KeyUsage value for an asymmetric KMS key.";
                Err(ApiError::refused("ValidationException", message))
            }
            ("SYMMETRIC_DEFAULT" | "RSA_2048" | "RSA_3072" | "RSA_4096", Some(usage)) => {
                let message =
                    format!("KeyUsage {usage} is not compatible with KeySpec {}", self.spec.as_deref().unwrap_or_default());
                Err(ApiError::refused("ValidationException", message))
            }
            (spec, _) => Err(unsupported(&format!("KeySpec {spec}"))),
        }
    }
}
