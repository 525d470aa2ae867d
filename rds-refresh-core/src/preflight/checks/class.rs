//! Whether a class can be had.

use super::{About, Check, Finding, Observed};
use crate::preflight::observed::OrderableOption;
use crate::step::Side;

/// What a class is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// A single-AZ instance: one zone is enough.
    Instance,
    /// A Multi-AZ DB cluster with this storage type: three zones.
    Cluster {
        /// The storage type.
        storage_type: &'a str,
    },
}

/// The class, in the zones of the subnet group; `zones` is `None` where those are not known.
#[must_use]
pub fn decide(
    side: Side,
    class: &str,
    (engine, version): (&str, &str),
    wanted: Wanted<'_>,
    options: &Observed<Vec<OrderableOption>>,
    zones: Option<&[String]>,
) -> Finding {
    let (needed, least) = match wanted {
        Wanted::Instance => (format!("orderable for {engine} {version} in a zone of the subnet group"), 1),
        Wanted::Cluster { storage_type } => (
            format!(
                "orderable as a Multi-AZ DB cluster for {engine} {version} with {storage_type}, in three zones of the subnet group"
            ),
            3,
        ),
    };
    let about = About {
        check: Check::InstanceClass,
        side,
        resource: class.to_owned(),
        needed,
        document: "RDS API reference, DescribeOrderableDBInstanceOptions: SupportsClusters",
    };
    let command = || {
        format!(
            "aws rds describe-orderable-db-instance-options --engine {engine} --engine-version {version} --db-instance-class {class}"
        )
    };
    let options = match about.read(options, command) {
        Ok(options) => options,
        Err(unread) => return *unread,
    };
    let others = || {
        let for_clusters = if wanted == Wanted::Instance { "" } else { "?SupportsClusters" };
        format!(
            "aws rds describe-orderable-db-instance-options --engine {engine} --engine-version {version} --query 'OrderableDBInstanceOptions[{for_clusters}].[DBInstanceClass,StorageType]'"
        )
    };
    if options.is_empty() {
        return about.wrong("not offered for this engine version in this Region", others());
    }
    let fitting: Vec<&OrderableOption> = match wanted {
        Wanted::Instance => options.iter().collect(),
        Wanted::Cluster { storage_type } => {
            let for_clusters: Vec<_> = options.iter().filter(|option| option.supports_clusters).collect();
            if for_clusters.is_empty() {
                return about.wrong("offered for instances only, and not for Multi-AZ DB clusters", others());
            }
            let with_storage: Vec<_> = for_clusters.into_iter().filter(|option| option.storage_type == storage_type).collect();
            if with_storage.is_empty() {
                return about.wrong(format!("not offered with storage type {storage_type}"), others());
            }
            with_storage
        }
    };
    let offered: Vec<&String> = fitting.iter().flat_map(|option| &option.zones).collect();
    let Some(zones) = zones else {
        return about.cannot_see("the zones of the subnet group could not be read", command());
    };
    let common: Vec<&str> = zones.iter().filter(|zone| offered.contains(zone)).map(String::as_str).collect();
    // A group with too few zones is another finding.
    if common.len() < least.min(zones.len()) {
        let where_ = if common.is_empty() { "none".to_owned() } else { common.join(", ") };
        return about.wrong(format!("of the subnet group's zones it is offered in: {where_}"), others());
    }
    about.ok(format!("offered in {}", common.join(", ")))
}
