//! Which engines, versions and classes can be had.

use super::ApiError;
use super::check::required;
use super::naming::major;
use super::place::Holdings;

/// An engine that the model knows. Aurora has other clusters, storage and rules.
pub(crate) fn engine(name: &str) -> Result<&str, ApiError> {
    match required("Engine", name)? {
        known @ ("mysql" | "postgres") => Ok(known),
        aurora if aurora.starts_with("aurora") => Err(ApiError::invalid_value(format!(
            "The engine {aurora} is not one that this model knows: it has mysql and postgres."
        ))),
        odd => Err(ApiError::invalid_value(format!("Invalid DB engine: {odd}"))),
    }
}

/// The version asked for, or the Region's default one of the engine, or else `fallback`. A major version alone stands for its
/// default minor version (RDS API reference, `EngineVersion` of `ModifyDBInstance`).
pub(crate) fn version(
    holdings: &Holdings,
    engine: &str,
    asked: Option<&str>,
    fallback: Option<&str>,
) -> Result<String, ApiError> {
    let default = holdings.default_versions.get(engine).map(String::as_str);
    let offered = || holdings.orderable.iter().filter(|row| row.engine == engine).map(|row| row.engine_version.as_str());
    let newest =
        |of: &str| offered().filter(|version| of.is_empty() || major(engine, version) == of).max_by_key(|it| numbers(it));
    let version = match asked {
        Some(asked) if major(engine, asked) == asked => {
            default.filter(|default| major(engine, default) == asked).or_else(|| newest(asked)).unwrap_or(asked)
        }
        Some(asked) => asked,
        None => default.or(fallback).or_else(|| newest("")).unwrap_or_default(),
    };
    if offered().any(|it| it == version) {
        Ok(version.to_owned())
    } else {
        Err(ApiError::invalid_combination(format!("Cannot find version {version} for {engine}")))
    }
}

/// The version that a cluster or an instance is upgraded to. Nothing is ever downgraded, and another major version must be allowed
/// (RDS API reference, `AllowMajorVersionUpgrade`).
pub(crate) fn upgrade(holdings: &Holdings, engine: &str, from: &str, to: &str, major_allowed: bool) -> Result<String, ApiError> {
    let version = version(holdings, engine, Some(to), None)?;
    if is_older(&version, from) {
        return Err(ApiError::invalid_combination(format!("Cannot upgrade {engine} from {from} to {version}")));
    }
    if major(engine, &version) != major(engine, from) && !major_allowed {
        return Err(ApiError::invalid_combination(
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
        ));
    }
    Ok(version)
}

pub(crate) fn is_older(version: &str, than: &str) -> bool {
    numbers(version) < numbers(than)
}

/// The class of a Multi-AZ DB cluster, which is what makes it one; it must be on offer for clusters of that version.
pub(crate) fn cluster_class(holdings: &Holdings, engine: &str, version: &str, class: Option<&str>) -> Result<String, ApiError> {
    let Some(class) = class else {
        return Err(ApiError::invalid_combination("DBClusterInstanceClass must be specified for a Multi-AZ DB cluster."));
    };
    let rows = &holdings.orderable;
    let offered = |row: &&super::resource::OrderableOption| row.supports_clusters && row.class == class;
    if rows.iter().filter(offered).any(|row| row.engine == engine && row.engine_version == version) {
        Ok(class.to_owned())
    } else {
        Err(ApiError::invalid_combination(format!(
            "RDS does not support creating a DB cluster with the following combination: DBClusterInstanceClass={class}, \
             Engine={engine} {}, EngineVersion={version}.",
            major(engine, version)
        )))
    }
}

/// The class of an instance; it must be on offer for its version.
pub(crate) fn instance_class(holdings: &Holdings, engine: &str, version: &str, class: &str) -> Result<String, ApiError> {
    let mut rows = holdings.orderable.iter();
    if rows.any(|row| row.engine == engine && row.engine_version == version && row.class == class) {
        Ok(class.to_owned())
    } else {
        Err(ApiError::invalid_combination(format!(
            "RDS does not support creating a DB instance with the following combination: DBInstanceClass={class}, \
             Engine={engine}, EngineVersion={version}."
        )))
    }
}

/// `EngineLifecycleSupport`: enrolled in paid extended support unless opted out (RDS API reference).
pub(crate) fn lifecycle_support(value: Option<&str>) -> Result<String, ApiError> {
    match value.unwrap_or("open-source-rds-extended-support") {
        known @ ("open-source-rds-extended-support" | "open-source-rds-extended-support-disabled") => Ok(known.to_owned()),
        odd => Err(ApiError::invalid_value(format!("Invalid EngineLifecycleSupport: {odd}"))),
    }
}

/// `LicenseModel`: each engine has one (RDS API reference).
pub(crate) fn license_model(engine: &str, asked: Option<&str>) -> Result<(), ApiError> {
    match asked {
        Some(asked) if asked != license_of(engine) => {
            Err(ApiError::invalid_combination(format!("Invalid license model '{asked}' for engine '{engine}'.")))
        }
        _ => Ok(()),
    }
}

/// The license model of an engine.
pub(crate) fn license_of(engine: &str) -> &'static str {
    if engine == "mysql" { "general-public-license" } else { "postgresql-license" }
}

/// What an engine exports to CloudWatch Logs (RDS user guide, publishing database logs).
pub(crate) fn log_types(engine: &str) -> &'static [&'static str] {
    if engine == "mysql" {
        &["audit", "error", "general", "iam-db-auth-error", "slowquery"]
    } else {
        &["iam-db-auth-error", "postgresql", "upgrade"]
    }
}

/// The wanted log types, if the engine exports them (RDS API reference, `EnableCloudwatchLogsExports`).
pub(crate) fn log_exports(engine: &str, types: &[String]) -> Result<Vec<String>, ApiError> {
    let known = log_types(engine);
    match types.iter().find(|wanted| !known.contains(&wanted.as_str())) {
        Some(odd) => Err(ApiError::invalid_combination(format!(
            "You cannot use the log types '{odd}' with engine version {engine}. For supported log types, see the documentation."
        ))),
        None => Ok(types.to_vec()),
    }
}

/// The logs that are exported after a change (RDS API reference, `CloudwatchLogsExportConfiguration`).
pub(crate) fn changed_logs(
    engine: &str,
    before: &[String],
    enable: &[String],
    disable: &[String],
) -> Result<Vec<String>, ApiError> {
    log_exports(engine, disable)?;
    if let Some(both) = enable.iter().find(|name| disable.contains(name)) {
        return Err(ApiError::invalid_combination(format!("The log type {both} cannot be both enabled and disabled.")));
    }
    let enabled = log_exports(engine, enable)?.into_iter().filter(|name| !before.contains(name));
    Ok(before.iter().filter(|name| !disable.contains(name)).cloned().chain(enabled).collect())
}

/// A version as numbers, to be compared.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}
