//! Whether the engine version exports the wanted logs.

use super::{About, Check, Finding, Observed};
use crate::preflight::observed::EngineVersion;
use crate::step::Side;

/// The wanted log types against those of the version. `None` if none is wanted.
#[must_use]
pub fn decide(wanted: &[String], (engine, version): (&str, &str), listed: &Observed<Option<EngineVersion>>) -> Option<Finding> {
    if wanted.is_empty() {
        return None;
    }
    let about = About {
        check: Check::LogExports,
        side: Side::Destination,
        resource: wanted.join(", "),
        needed: format!("log types that {engine} {version} exports"),
        document: "RDS API reference, DescribeDBEngineVersions: ExportableLogTypes",
    };
    let command = || {
        format!(
            "aws rds describe-db-engine-versions --engine {engine} --engine-version {version} --query 'DBEngineVersions[].ExportableLogTypes'"
        )
    };
    Some(match about.read(listed, command) {
        Ok(Some(listed)) => {
            let unknown: Vec<&str> = wanted.iter().filter(|log| !listed.log_types.contains(log)).map(String::as_str).collect();
            if unknown.is_empty() {
                about.ok("all of them")
            } else {
                about.wrong(format!("not exported: {}", unknown.join(", ")), command())
            }
        }
        Ok(None) => about.cannot_see("the engine version is not offered", command()),
        Err(unread) => *unread,
    })
}
