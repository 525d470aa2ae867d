//! The master user and its password.

use rds_refresh_core::Secret;

use super::check::{password, required};
use super::encryption::{KeyChoice, SECRETS_MANAGER};
use super::naming::hexadecimal;
use super::place::Place;
use super::resource::MasterUserSecret;
use super::{ApiError, Caller, World};

/// What a request says about the master user's password.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MasterSettings<'a> {
    pub(crate) password: Option<&'a Secret<String>>,
    pub(crate) managed: Option<bool>,
    pub(crate) secret_key: Option<&'a str>,
    pub(crate) authentication_type: Option<&'a str>,
}

/// What [`MasterSettings::of_modified`] has to know of what is modified, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Modified<'a> {
    pub(crate) engine: &'a str,
    pub(crate) secret: Option<&'a MasterUserSecret>,
    pub(crate) longest: usize,
    pub(crate) rotate: bool,
    pub(crate) immediately: bool,
}

/// What becomes of the master password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Master {
    /// It stays as it is, or there is none.
    Unchanged,
    /// It is set to what the request says, and nobody keeps it.
    Set,
    /// AWS Secrets Manager makes and keeps it, encrypted with this key.
    Managed(KeyChoice),
    /// AWS Secrets Manager makes another one.
    Rotated,
}

impl MasterSettings<'_> {
    /// How a new cluster or instance gets its password: from the request, from AWS Secrets Manager, or not at all, with
    /// authentication by IAM (RDS API reference, `ManageMasterUserPassword` and `MasterUserAuthenticationType`).
    pub(crate) fn of_new(&self, world: &World, caller: &Caller, engine: &str, longest: usize) -> Result<Master, ApiError> {
        let by_iam = self.by_iam(engine)?;
        match self.change(world, caller, longest)? {
            Master::Unchanged if by_iam => Ok(Master::Unchanged),
            Master::Unchanged => {
                Err(ApiError::invalid_value("The parameter MasterUserPassword must be provided and must not be blank."))
            }
            _ if by_iam => Err(ApiError::invalid_combination(
                "A master user that authenticates by IAM has no password: MasterUserPassword and ManageMasterUserPassword cannot be \
                 specified.",
            )),
            master => Ok(master),
        }
    }

    /// What a modification does to the password of something whose `secret` is managed, if there is one (RDS API reference,
    /// `ManageMasterUserPassword` and `RotateMasterUserPassword` of `ModifyDBCluster`).
    pub(crate) fn of_modified(&self, world: &World, caller: &Caller, modified: Modified<'_>) -> Result<Master, ApiError> {
        let Modified { engine, secret, longest, rotate, immediately } = modified;
        let managed = secret.is_some() && self.managed != Some(false);
        let wrong = |why: &str| Err(ApiError::invalid_combination(why));
        if self.by_iam(engine)? && (self.password.is_some() || self.managed == Some(true) || managed) {
            return wrong("A master user that authenticates by IAM has no password.");
        }
        if rotate && !managed {
            return wrong("RotateMasterUserPassword can be specified only if the master user password is managed.");
        }
        if rotate && !immediately {
            return wrong("You must apply the change immediately when rotating the master user password.");
        }
        if self.managed == Some(false) && secret.is_some() && self.password.is_none() {
            return wrong("MasterUserPassword must be specified when ManageMasterUserPassword is turned off.");
        }
        if managed && (self.password.is_some() || self.secret_key.is_some()) {
            return wrong(
                "The master user password is managed: neither MasterUserPassword nor MasterUserSecretKmsKeyId can change.",
            );
        }
        match self.change(world, caller, longest)? {
            _ if rotate => Ok(Master::Rotated),
            Master::Managed(_) if managed => Ok(Master::Unchanged),
            change => Ok(change),
        }
    }

    /// What the request says, whatever there is.
    fn change(&self, world: &World, caller: &Caller, longest: usize) -> Result<Master, ApiError> {
        let managed = self.managed == Some(true);
        if self.secret_key.is_some() && !managed {
            return Err(ApiError::invalid_combination(
                "MasterUserSecretKmsKeyId can be specified with ManageMasterUserPassword only.",
            ));
        }
        match self.password {
            Some(_) if managed => Err(ApiError::invalid_combination(
                "MasterUserPassword cannot be specified when ManageMasterUserPassword is enabled.",
            )),
            Some(secret) => password(secret, longest).map(|()| Master::Set),
            None if managed => world.key_choice(caller, self.secret_key, SECRETS_MANAGER).map(Master::Managed),
            None => Ok(Master::Unchanged),
        }
    }

    /// Whether the master user is to authenticate by IAM, which PostgreSQL alone can (RDS API reference,
    /// `MasterUserAuthenticationType`).
    pub(crate) fn by_iam(&self, engine: &str) -> Result<bool, ApiError> {
        match self.authentication_type {
            None | Some("password") => Ok(false),
            Some("iam-db-auth") if engine == "postgres" => Ok(true),
            Some("iam-db-auth") => Err(ApiError::invalid_combination(format!(
                "The MasterUserAuthenticationType iam-db-auth isn't supported for {engine}."
            ))),
            Some(odd) => Err(ApiError::invalid_value(format!("Invalid MasterUserAuthenticationType: {odd}"))),
        }
    }
}

/// The longest master password of a Multi-AZ DB cluster.
pub(crate) const LONGEST_OF_CLUSTER: usize = 41;

/// The longest master password of an instance (RDS API reference, `MasterUserPassword` of `CreateDBInstance`).
pub(crate) fn longest_of_instance(engine: &str) -> usize {
    if engine == "mysql" { 41 } else { 128 }
}

/// The name of the master user (RDS API reference, `MasterUsername`).
pub(crate) fn master_username(engine: &str, name: Option<&str>) -> Result<String, ApiError> {
    let name = required("MasterUsername", name.unwrap_or_default())?;
    let legal = name.len() <= 16
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !legal {
        return Err(ApiError::invalid_value(
            "The parameter MasterUsername is not a valid identifier. It must be 1 to 16 letters, numbers or underscores and begin \
             with a letter.",
        ));
    }
    let reserved: &[&str] =
        if engine == "postgres" { &["admin", "rdsadmin", "replication"] } else { &["rdsadmin", "rdsrepladmin"] };
    if reserved.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(ApiError::invalid_value(format!(
            "MasterUsername {name} cannot be used as it is a reserved word used by the engine"
        )));
    }
    Ok(name.to_owned())
}

/// The name of the database that is made with a cluster or an instance (RDS API reference, `DatabaseName` and `DBName`).
pub(crate) fn database_name(parameter: &str, engine: &str, name: Option<&str>) -> Result<Option<String>, ApiError> {
    let Some(name) = name else { return Ok(None) };
    let longest = if engine == "mysql" { 64 } else { 63 };
    let legal = (1..=longest).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if legal {
        Ok(Some(name.to_owned()))
    } else {
        Err(ApiError::invalid_value(format!("{parameter} must begin with a letter and contain only alphanumeric characters.")))
    }
}

impl World {
    /// The secret of something whose password changes.
    pub(crate) fn changed_secret(
        &mut self,
        place: &Place,
        (kind, id): (&str, &str),
        secret: Option<MasterUserSecret>,
        change: Master,
    ) -> Option<MasterUserSecret> {
        match change {
            Master::Unchanged => secret,
            Master::Set => None,
            Master::Managed(key) => Some(self.new_secret(place, kind, id, key)),
            Master::Rotated => secret.map(|secret| MasterUserSecret { status: "rotating".to_owned(), ..secret }),
        }
    }

    /// A new secret for a cluster or an instance; `kind` is `cluster` or `db`.
    pub(crate) fn new_secret(&mut self, place: &Place, kind: &str, id: &str, key: KeyChoice) -> MasterUserSecret {
        let hex = hexadecimal(self.draw(place, id, &format!("{kind} secret at {}", self.now())), 38);
        let (uuid, suffix) = hex.split_at(32);
        let uuid = [&uuid[..8], &uuid[8..12], &uuid[12..16], &uuid[16..20], &uuid[20..]].join("-");
        MasterUserSecret {
            arn: format!(
                "arn:{}:secretsmanager:{}:{}:secret:rds!{kind}-{uuid}-{suffix}",
                place.partition(),
                place.region,
                place.account
            ),
            status: "creating".to_owned(),
            kms_key: self.arn_of(place, key),
        }
    }
}
