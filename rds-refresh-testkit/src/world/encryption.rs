//! The keys that RDS encrypts new things with.

use std::time::Duration;

use super::kms::Purpose;
use super::naming::hexadecimal;
use super::place::Place;
use super::resource::{Alias, Key, KeyManager, Tags};
use super::stage::managed_key_policy;
use super::{ApiError, Caller, World};

/// The alias of the key that RDS encrypts with if none is named.
pub(crate) const RDS: &str = "alias/aws/rds";
/// The alias of the key that AWS Secrets Manager encrypts with if none is named.
pub(crate) const SECRETS_MANAGER: &str = "alias/aws/secretsmanager";

/// A key that is going to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyChoice {
    /// This one, which exists.
    Named(String),
    /// The AWS managed key of this alias, which KMS makes when it is used for the first time.
    Managed(&'static str),
}

impl World {
    /// The key that encrypts new storage, if any (RDS API reference, `StorageEncrypted` and `KmsKeyId`).
    pub(crate) fn storage_key(
        &self,
        caller: &Caller,
        encrypted: Option<bool>,
        named: Option<&str>,
    ) -> Result<Option<KeyChoice>, ApiError> {
        match (encrypted, named) {
            (Some(true), _) => self.key_choice(caller, named, RDS).map(Some),
            (_, None) => Ok(None),
            (_, Some(_)) => Err(ApiError::invalid_combination("KmsKeyId can be specified with StorageEncrypted only.")),
        }
    }

    /// The key named, if RDS can encrypt with it for the caller, or else the AWS managed one of this alias.
    pub(crate) fn key_choice(&self, caller: &Caller, named: Option<&str>, alias: &'static str) -> Result<KeyChoice, ApiError> {
        match named {
            Some(named) => {
                let purpose = if alias == RDS { Purpose::Store } else { Purpose::Data };
                self.usable_key(caller, named, purpose, "specified KMS").map(KeyChoice::Named)
            }
            None => Ok(KeyChoice::Managed(alias)),
        }
    }

    /// The ARN of the key that a text names, if RDS can use it for the caller; `which` it is, the refusal says.
    pub(crate) fn usable_key(&self, caller: &Caller, named: &str, purpose: Purpose, which: &str) -> Result<String, ApiError> {
        let key = self.find_key(caller, named).filter(|key| self.rds_can_use(caller, key, purpose));
        key.map(|key| key.arn.clone()).ok_or_else(|| ApiError::key_not_accessible(which, named))
    }

    /// The ARN of the chosen key, which exists from now on.
    pub(crate) fn arn_of(&mut self, place: &Place, choice: KeyChoice) -> String {
        let alias = match choice {
            KeyChoice::Named(arn) => return arn,
            KeyChoice::Managed(alias) => alias,
        };
        let there = self.at(place).keys.values().find(|key| key.aliases.iter().any(|it| it.name == alias));
        if let Some(key) = there {
            return key.arn.clone();
        }
        let policy = managed_key_policy(place);
        self.add_key(place, alias, KeyManager::Aws, &policy, Duration::ZERO)
    }

    /// Adds a key that was made a while ago. Answers its ARN.
    pub(crate) fn add_key(&mut self, place: &Place, alias: &str, manager: KeyManager, policy: &str, age: Duration) -> String {
        let hex = hexadecimal(self.draw(place, alias, "key"), 32);
        let id = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
        let arn = format!("arn:{}:kms:{}:{}:key/{id}", place.partition(), place.region, place.account);
        let created_at = self.now().before(age);
        let key = Key {
            id: id.clone(),
            arn: arn.clone(),
            aliases: vec![Alias { name: alias.to_owned(), created_at, updated_at: created_at }],
            description: String::new(),
            manager,
            state: "Enabled".to_owned(),
            spec: "SYMMETRIC_DEFAULT".to_owned(),
            usage: "ENCRYPT_DECRYPT".to_owned(),
            multi_region: false,
            tags: Tags::new(),
            deletion_date: None,
            created_at,
            policy: policy.to_owned(),
            former_policy: None,
            grants: Vec::new(),
        };
        self.at_mut(place).keys.insert(id, key);
        arn
    }
}
