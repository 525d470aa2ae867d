use std::convert::Infallible;

use crate::world::kms::{constraint, dry_run};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// How long the data key is to be, and by which grants: the parameters that both operations have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataKey {
    /// `KeyId`.
    pub key: String,
    /// `KeySpec`: `AES_256` or `AES_128`.
    pub spec: Option<String>,
    /// `NumberOfBytes`: 1 to 1024.
    pub bytes: Option<i64>,
    /// `GrantTokens`: at most 10.
    pub grant_tokens: Vec<String>,
    /// `DryRun`: the model encrypts nothing, so it must be true.
    pub dry_run: Option<bool>,
}

/// The parameters of `GenerateDataKey`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenerateDataKey(pub DataKey);

/// The parameters of `GenerateDataKeyWithoutPlaintext`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenerateDataKeyWithoutPlaintext(pub DataKey);

macro_rules! generates {
    ($($request:ident)+) => {
        $(
            impl Request for $request {
                const OPERATION: Operation = Operation::$request;
                // A dry run ends with an error in any case.
                type Answer = Infallible;

                fn resource(&self) -> &str {
                    &self.0.key
                }

                fn apply(&self, world: &mut World, caller: &Caller) -> Result<Infallible, ApiError> {
                    self.0.apply(world, caller, Self::OPERATION)
                }
            }
        )+
    };
}

generates! { GenerateDataKey GenerateDataKeyWithoutPlaintext }

impl DataKey {
    fn apply(&self, world: &World, caller: &Caller, operation: Operation) -> Result<Infallible, ApiError> {
        self.check()?;
        let key = world.key_by_any_name(caller, &self.key, operation, &self.grant_tokens)?;
        if key.spec != "SYMMETRIC_DEFAULT" {
            let message = format!("{} key usage is {} which is not valid for {}.", key.arn, key.usage, operation.name());
            return Err(ApiError::refused("InvalidKeyUsageException", message));
        }
        dry_run(self.dry_run)?;
        Err(constraint::invalid("dryRun", "false", "must be true: this model encrypts nothing"))
    }

    fn check(&self) -> Result<(), ApiError> {
        if self.grant_tokens.len() > 10 {
            return Err(constraint::invalid("grantTokens", "[…]", "must have length less than or equal to 10"));
        }
        match (self.spec.as_deref(), self.bytes) {
            (Some("AES_256" | "AES_128"), None) | (None, Some(1..=1024)) => Ok(()),
            (Some(other), None) => Err(constraint::invalid("keySpec", other, "must be AES_256 or AES_128")),
            (None, Some(bytes)) => Err(constraint::invalid("numberOfBytes", &bytes.to_string(), "must be 1 to 1024")),
            _ => Err(ApiError::refused("ValidationException", "Please specify either number of bytes or key spec.")),
        }
    }
}
