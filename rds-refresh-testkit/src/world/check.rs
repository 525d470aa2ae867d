//! Rules that several operations share: what a value must look like, and what it must name.

use rds_refresh_core::Secret;

use super::ApiError;
use super::lookup::{parameter_group_not_found, subnet_group_not_found};
use super::naming::{default_security_group, family};
use super::ops::TagList;
use super::place::Holdings;
use super::resource::{AUTHORITIES, DbCluster, DbInstance, ParameterGroup, SubnetGroup, Tags};

/// The longest identifier of a cluster, an instance or a cluster snapshot.
pub(crate) const SHORT: usize = 63;
/// The longest identifier of a Multi-AZ DB cluster (RDS API reference, `CreateDBCluster`): those of its members are longer and must
/// fit too.
pub(crate) const MULTI_AZ_CLUSTER: usize = 52;
/// The longest identifier of a DB snapshot.
pub(crate) const LONG: usize = 255;

/// A parameter that must be sent.
pub(crate) fn required<'a>(parameter: &str, value: &'a str) -> Result<&'a str, ApiError> {
    if value.is_empty() { Err(ApiError::missing(parameter)) } else { Ok(value) }
}

/// A new identifier, as RDS stores it: in lower case (RDS API reference, constraints of the identifier parameters).
pub(crate) fn new_identifier(parameter: &str, value: &str, longest: usize) -> Result<String, ApiError> {
    required(parameter, value)?;
    let legal = value.len() <= longest
        && value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !value.contains("--")
        && !value.ends_with('-');
    if legal {
        Ok(value.to_ascii_lowercase())
    } else {
        Err(ApiError::invalid_value(format!(
            "The parameter {parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII \
             letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
        )))
    }
}

/// Tags as a resource will carry them (RDS user guide, tagging).
pub(crate) fn tags(list: &TagList, quota: usize) -> Result<Tags, ApiError> {
    let legal = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c));
    let mut tags = Tags::new();
    for (key, value) in list {
        if key.starts_with("aws:") || key.starts_with("rds:") {
            return Err(ApiError::invalid_value("Tag keys cannot start with the reserved prefix"));
        }
        if key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256 || !legal(key) || !legal(value) {
            return Err(ApiError::invalid_value(format!("The tag {key} is not valid.")));
        }
        if tags.insert(key.clone(), value.clone()).is_some() {
            return Err(ApiError::invalid_value(format!("Duplicate tag keys found: {key}")));
        }
    }
    if tags.len() > quota {
        return Err(ApiError::invalid_value(format!("Cannot have more than {quota} tags on a resource.")));
    }
    Ok(tags)
}

/// A master password (RDS API reference, `MasterUserPassword`). The message never shows it.
pub(crate) fn password(password: &Secret<String>, longest: usize) -> Result<(), ApiError> {
    let text = password.reveal();
    let legal =
        (8..=longest).contains(&text.len()) && text.bytes().all(|b| (b' '..=b'~').contains(&b) && !b"/\"@ '".contains(&b));
    if legal {
        Ok(())
    } else {
        Err(ApiError::invalid_value(format!(
            "The parameter MasterUserPassword is not a valid password. It must have 8 to {longest} printable ASCII characters \
             besides '/', '@', '\"', ' '.",
        )))
    }
}

/// A whole number in a range.
pub(crate) fn number(parameter: &str, value: Option<i64>, from: u32, to: u32) -> Result<Option<u32>, ApiError> {
    let Some(value) = value else { return Ok(None) };
    u32::try_from(value)
        .ok()
        .filter(|value| (from..=to).contains(value))
        .map(Some)
        .ok_or_else(|| ApiError::invalid_value(format!("Invalid value {value} for {parameter}. Must be between {from} and {to}")))
}

/// A port (RDS API reference, `Port`).
pub(crate) fn port(value: Option<i64>) -> Result<Option<u16>, ApiError> {
    Ok(number("Port", value, 1150, 65535)?.and_then(|port| u16::try_from(port).ok()))
}

/// The DB subnet group that a restore goes to: the group `default` if none is named.
pub(crate) fn subnet_group<'a>(holdings: &'a Holdings, name: Option<&str>) -> Result<&'a SubnetGroup, ApiError> {
    let name = name.unwrap_or("default").to_ascii_lowercase();
    holdings.subnet_groups.get(&name).ok_or_else(|| subnet_group_not_found(&name))
}

/// VPC security groups: those named, or the default one of the VPC.
pub(crate) fn security_groups(holdings: &Holdings, vpc: &str, named: &[String]) -> Result<Vec<String>, ApiError> {
    if named.is_empty() {
        return Ok(vec![default_security_group(vpc)]);
    }
    for group in named {
        match holdings.security_groups.get(group) {
            None => return Err(ApiError::invalid_value(format!("Invalid security group , groupId= {group}, groupName=."))),
            Some(other) if other != vpc => {
                return Err(ApiError::invalid_combination(
                    "The DB instance and EC2 security group are in different VPCs.".to_owned(),
                ));
            }
            Some(_) => {}
        }
    }
    Ok(named.to_vec())
}

/// The DB cluster parameter group of a cluster: the default one of its family if none is named.
pub(crate) fn cluster_parameter_group(
    holdings: &Holdings,
    name: Option<&str>,
    engine: &str,
    version: &str,
) -> Result<String, ApiError> {
    let not_found =
        |name: &str| ApiError::not_found("DBClusterParameterGroupNotFound", format!("DBClusterParameterGroup not found: {name}"));
    parameter_group(&holdings.cluster_parameter_groups, name, engine, version, not_found)
}

/// The DB parameter group of an instance.
pub(crate) fn instance_parameter_group(
    holdings: &Holdings,
    name: Option<&str>,
    engine: &str,
    version: &str,
) -> Result<String, ApiError> {
    parameter_group(&holdings.parameter_groups, name, engine, version, parameter_group_not_found)
}

fn parameter_group(
    groups: &std::collections::BTreeMap<String, ParameterGroup>,
    name: Option<&str>,
    engine: &str,
    version: &str,
    not_found: impl Fn(&str) -> ApiError,
) -> Result<String, ApiError> {
    let family = family(engine, version);
    let default = format!("default.{family}");
    let Some(name) = name.filter(|name| *name != default) else { return Ok(default) };
    match groups.get(&name.to_ascii_lowercase()) {
        None => Err(not_found(name)),
        Some(found) if found.family != family => Err(ApiError::invalid_combination(format!(
            "The parameter group {name} with DBParameterGroupFamily {} can't be used for this instance. Please use a parameter \
             group with DBParameterGroupFamily {family}",
            found.family
        ))),
        Some(found) => Ok(found.name.clone()),
    }
}

/// A certificate authority: those of every Region, of which the first is the default.
pub(crate) fn authority(name: Option<&str>) -> Result<String, ApiError> {
    let name = name.unwrap_or(AUTHORITIES[0]);
    if AUTHORITIES.contains(&name) {
        Ok(name.to_owned())
    } else {
        Err(ApiError::not_found("CertificateNotFound", format!("Certificate not found: {name}")))
    }
}

/// The name of a cluster, if none has it, is going to have it, or still has it while it is being deleted.
pub(crate) fn free_cluster_name(holdings: &Holdings, id: &str) -> Result<(), ApiError> {
    let wanted = |it: &DbCluster| it.pending.identifier.as_deref() == Some(id);
    if holdings.clusters.contains_key(id) || holdings.clusters.values().any(wanted) {
        return Err(ApiError::refused("DBClusterAlreadyExistsFault", "DB Cluster already exists"));
    }
    Ok(())
}

/// The same for instances, members of clusters included.
pub(crate) fn free_instance_name(holdings: &Holdings, id: &str) -> Result<(), ApiError> {
    let wanted = |it: &DbInstance| it.pending.identifier.as_deref() == Some(id);
    if holdings.instances.contains_key(id) || holdings.instances.values().any(wanted) {
        return Err(ApiError::refused("DBInstanceAlreadyExists", "DB instance already exists"));
    }
    Ok(())
}

/// How an instance or a cluster is deleted: with a final snapshot of this name or without one (RDS API reference,
/// `SkipFinalSnapshot`).
pub(crate) fn final_snapshot(skip: Option<bool>, name: Option<&str>, longest: usize) -> Result<Option<String>, ApiError> {
    match (skip.unwrap_or(false), name) {
        (true, None) => Ok(None),
        (false, Some(name)) => new_identifier("FinalDBSnapshotIdentifier", name, longest).map(Some),
        (true, Some(_)) => Err(ApiError::invalid_combination(
            "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is specified.",
        )),
        (false, None) => {
            Err(ApiError::invalid_combination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."))
        }
    }
}
