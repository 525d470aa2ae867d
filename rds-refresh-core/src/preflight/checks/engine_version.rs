//! Whether an engine version can still be restored.

use super::{About, Check, Finding, Observed};
use crate::preflight::observed::EngineVersion;
use crate::step::Side;

/// The version, as the Region lists it.
#[must_use]
pub fn decide(side: Side, (engine, version): (&str, &str), listed: &Observed<Option<EngineVersion>>) -> Finding {
    let about = About {
        check: Check::EngineVersion,
        side,
        resource: format!("{engine} {version}"),
        needed: "an available version: a retired one cannot be restored".into(),
        document: "RDS API reference, DescribeDBEngineVersions: Status",
    };
    let command = || format!("aws rds describe-db-engine-versions --engine {engine} --engine-version {version} --include-all");
    let upgrade =
        || format!("aws rds describe-db-engine-versions --engine {engine}  # then upgrade the source cluster to one of them");
    match about.read(listed, command) {
        Ok(Some(listed)) if listed.status == "available" => about.ok("available"),
        Ok(Some(listed)) => about.wrong(listed.status, upgrade()),
        Ok(None) => about.wrong("not offered in this Region", upgrade()),
        Err(unread) => *unread,
    }
}
