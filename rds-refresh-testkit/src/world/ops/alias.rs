use rds_refresh_core::Timestamp;

use crate::world::iam::Asks;
use crate::world::kms::constraint;
use crate::world::page::{Page, Paging};
use crate::world::place::Place;
use crate::world::resource::{Alias, Key};
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

    /// The alias; the key is asked for when it is found.
    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on_arn(&arn(&caller.place(), &self.name))
    }

    /// A name is unique in an account and a Region; `alias/aws/` is AWS's own (KMS API reference).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        check_name(&self.name)?;
        check_target(&self.key)?;
        let place = caller.place();
        if world.find_key(caller, &self.name).is_some() {
            let message = format!("An alias with the name {} already exists", arn(&place, &self.name));
            return Err(ApiError::refused("AlreadyExistsException", message));
        }
        let key = world.own_key_for(caller, &self.key, Self::OPERATION)?;
        check_room(key)?;
        let (key, created_at) = (key.arn.clone(), world.now());
        let key = world.key_mut(&key).ok_or_else(ApiError::internal_failure)?;
        key.aliases.push(Alias { name: self.name.clone(), created_at, updated_at: created_at });
        Ok(())
    }
}

/// The parameters of `UpdateAlias`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateAlias {
    /// `AliasName`, which must be there.
    pub name: String,
    /// `TargetKeyId`: the key that it names from now on.
    pub key: String,
}

impl Request for UpdateAlias {
    const OPERATION: Operation = Operation::UpdateAlias;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.name
    }

    /// The alias; the key is asked for when it is found.
    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on_arn(&arn(&caller.place(), &self.name))
    }

    /// Both keys must be of one type and usage, and the caller may do this with both. The one that it named before may be in any
    /// state (KMS API reference; KMS developer guide, *Key states of AWS KMS keys*).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        check_name(&self.name)?;
        check_target(&self.key)?;
        let before = world.permitted_key(caller, &self.name, Self::OPERATION, &[])?;
        let after = world.own_key_for(caller, &self.key, Self::OPERATION)?;
        if is_symmetric(before) != is_symmetric(after) || before.usage != after.usage {
            let message = format!("Alias {} cannot name a key of another type or usage", self.name);
            return Err(ApiError::refused("ValidationException", message));
        }
        if before.arn != after.arn {
            check_room(after)?;
        }
        let (before, after, now) = (before.arn.clone(), after.arn.clone(), world.now());
        let aliases = &mut world.key_mut(&before).ok_or_else(ApiError::internal_failure)?.aliases;
        let position = aliases.iter().position(|alias| alias.name == self.name).ok_or_else(ApiError::internal_failure)?;
        let alias = Alias { updated_at: now, ..aliases.remove(position) };
        world.key_mut(&after).ok_or_else(ApiError::internal_failure)?.aliases.push(alias);
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

    /// The alias; the key is asked for when it is found.
    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on_arn(&arn(&caller.place(), &self.name))
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
    /// `CreationDate`.
    pub created_at: Timestamp,
    /// `LastUpdatedDate`.
    pub updated_at: Timestamp,
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
        let found = keys
            .flat_map(|key| key.aliases.iter().map(move |alias| (key, alias)))
            .map(|(key, alias)| ListedAlias {
                name: alias.name.clone(),
                arn: arn(&place, &alias.name),
                key_id: key.id.clone(),
                created_at: alias.created_at,
                updated_at: alias.updated_at,
            })
            .collect();
        self.paging.kms(found, 50, 100, |alias| alias.name.clone())
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

/// An alias names a key and no other alias.
fn check_target(key: &str) -> Result<(), ApiError> {
    if key.contains("alias/") {
        return Err(ApiError::refused("ValidationException", "Aliases must refer to keys. Not aliases"));
    }
    Ok(())
}

/// A key has at most 50 aliases (KMS developer guide, resource quotas).
fn check_room(key: &Key) -> Result<(), ApiError> {
    if key.aliases.len() >= 50 {
        return Err(ApiError::refused("LimitExceededException", "A key has at most 50 aliases."));
    }
    Ok(())
}

fn is_symmetric(key: &Key) -> bool {
    key.spec == "SYMMETRIC_DEFAULT"
}

fn arn(place: &Place, name: &str) -> String {
    format!("arn:{}:kms:{}:{}:{name}", place.partition(), place.region, place.account)
}
