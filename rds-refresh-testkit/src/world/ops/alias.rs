use rds_refresh_core::Timestamp;

use crate::world::kms::constraint;
use crate::world::page::{Page, Paging};
use crate::world::place::Place;
use crate::world::resource::Alias;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CreateAlias`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateAlias {
    /// `AliasName`, as `alias/orders`.
    pub name: String,
    /// `TargetKeyId`.
    pub key: String,
}

impl Request for CreateAlias {
    const OPERATION: Operation = Operation::CreateAlias;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.name
    }

    /// A name is unique in an account and a Region; `alias/aws/` is AWS's own (KMS API reference). A key has at most 50 aliases
    /// (KMS developer guide, resource quotas).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        check_name(&self.name)?;
        if self.key.contains("alias/") {
            return Err(ApiError::refused("ValidationException", "Aliases must refer to keys. Not aliases"));
        }
        let place = caller.place();
        if world.find_key(caller, &self.name).is_some() {
            let message = format!("An alias with the name {} already exists", arn(&place, &self.name));
            return Err(ApiError::refused("AlreadyExistsException", message));
        }
        let key = world.own_key_for(caller, &self.key, Self::OPERATION)?;
        if key.aliases.len() >= 50 {
            return Err(ApiError::refused("LimitExceededException", "A key has at most 50 aliases."));
        }
        let (key, created_at) = (key.arn.clone(), world.now());
        let key = world.key_mut(&key).ok_or_else(ApiError::internal_failure)?;
        key.aliases.push(Alias { name: self.name.clone(), created_at });
        Ok(())
    }
}

/// The parameters of `DeleteAlias`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteAlias {
    /// `AliasName`.
    pub name: String,
}

impl Request for DeleteAlias {
    const OPERATION: Operation = Operation::DeleteAlias;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.name
    }

    /// The key stays as it is (KMS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        check_name(&self.name)?;
        let key = world.key_by_any_name(caller, &self.name, Self::OPERATION, &[])?.arn.clone();
        let key = world.key_mut(&key).ok_or_else(ApiError::internal_failure)?;
        key.aliases.retain(|alias| alias.name != self.name);
        Ok(())
    }
}

/// The parameters of `ListAliases`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListAliases {
    /// `KeyId`: only the aliases of this key.
    pub key: Option<String>,
    /// `Marker` and `Limit`.
    pub paging: Paging,
}

/// An alias and what it names, as `ListAliases` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAlias {
    /// `AliasName`.
    pub name: String,
    /// `AliasArn`.
    pub arn: String,
    /// `TargetKeyId`.
    pub key_id: String,
    /// `CreationDate`, and `LastUpdatedDate`.
    pub created_at: Timestamp,
}

impl Request for ListAliases {
    const OPERATION: Operation = Operation::ListAliases;
    type Answer = Page<ListedAlias>;

    fn resource(&self) -> &str {
        self.key.as_deref().unwrap_or_default()
    }

    /// Those of the caller's own account, in the order of their names. A key is named by id or ARN (KMS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<ListedAlias>, ApiError> {
        let place = caller.place();
        let only = self.key.as_ref().map(|key| world.key_by_id(caller, key)).transpose()?.map(|key| &key.arn);
        let keys = world.at(&place).keys.values().filter(|key| only.is_none_or(|only| key.arn == *only));
        let mut found: Vec<ListedAlias> = keys
            .flat_map(|key| key.aliases.iter().map(move |alias| (key, alias)))
            .map(|(key, alias)| ListedAlias {
                name: alias.name.clone(),
                arn: arn(&place, &alias.name),
                key_id: key.id.clone(),
                created_at: alias.created_at,
            })
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        self.paging.kms(found, 50, 100)
    }
}

fn check_name(name: &str) -> Result<(), ApiError> {
    constraint::name("aliasName", name)?;
    match name.strip_prefix("alias/") {
        None | Some("") => Err(constraint::invalid("aliasName", name, "must begin with alias/, followed by a name")),
        Some(name) if name.starts_with("aws/") => {
            Err(ApiError::refused("InvalidAliasNameException", "Aliases that begin with alias/aws/ are reserved."))
        }
        Some(_) => Ok(()),
    }
}

fn arn(place: &Place, name: &str) -> String {
    format!("arn:{}:kms:{}:{}:{name}", place.partition(), place.region, place.account)
}
