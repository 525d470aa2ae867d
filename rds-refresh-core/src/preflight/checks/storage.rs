//! Whether storage type, size and IOPS go together.

use super::{About, Check, Finding, Observed};
use crate::preflight::observed::OrderableOption;
use crate::request::{ClusterRequest, StorageType};
use crate::step::Side;

/// From this size on gp3 volumes take IOPS (RDS user guide, Amazon RDS storage).
pub const GP3_IOPS_FROM: u32 = 400;

/// What a row of an orderable class tells of a storage type.
const LIMITS: &str = "OrderableDBInstanceOptions[?SupportsClusters].[StorageType,MinStorageSize,MaxStorageSize,MinIopsPerDbInstance,MaxIopsPerDbInstance,MinIopsPerGib,MaxIopsPerGib]";

/// The new cluster's storage, whose size is the source's.
#[must_use]
pub fn decide(
    cluster: &ClusterRequest,
    (engine, version): (&str, &str),
    size: Option<u32>,
    options: &Observed<Vec<OrderableOption>>,
) -> Finding {
    let ClusterRequest { storage_type, iops, class, .. } = cluster;
    let kind = storage_type.as_str();
    let about = About {
        check: Check::Storage,
        side: Side::Destination,
        resource: iops.map_or_else(|| kind.to_owned(), |iops| format!("{kind}, {iops} IOPS")),
        needed: "a size and IOPS that the storage type takes: the size is the source's".into(),
        document: "RDS user guide, Amazon RDS storage; RDS API reference, RestoreDBClusterFromSnapshot",
    };
    let command = || {
        format!(
            "aws rds describe-orderable-db-instance-options --engine {engine} --engine-version {version} --db-instance-class {class} --query '{LIMITS}'"
        )
    };
    let fix = || format!("{}  # then change storage_type or iops of the request", command());
    let Some(size) = size else {
        return about.cannot_see("the size of the source is not known", "rds-refresh doctor --side source");
    };
    if let (StorageType::Gp3, Some(_)) = (storage_type, iops)
        && size < GP3_IOPS_FROM
    {
        return about.wrong(format!("{size} GiB: gp3 takes IOPS from {GP3_IOPS_FROM} GiB on"), fix());
    }
    let options = match about.read(options, command) {
        Ok(options) => options,
        Err(unread) => return *unread,
    };
    let Some(option) = options.iter().find(|option| option.supports_clusters && option.storage_type == kind) else {
        return about.cannot_see("the class is not offered with this storage type", command());
    };
    let outside = |value: u32, least: Option<u32>, most: Option<u32>| {
        least.is_some_and(|least| value < least) || most.is_some_and(|most| value > most)
    };
    let range = |least: Option<u32>, most: Option<u32>| {
        format!("{} to {}", least.map_or("any".into(), |it| it.to_string()), most.map_or("any".into(), |it| it.to_string()))
    };
    if outside(size, option.min_storage, option.max_storage) {
        return about.wrong(format!("{size} GiB, and {kind} takes {}", range(option.min_storage, option.max_storage)), fix());
    }
    if let Some(iops) = *iops {
        if outside(iops, option.min_iops, option.max_iops) {
            return about.wrong(format!("{iops} IOPS, and {kind} takes {}", range(option.min_iops, option.max_iops)), fix());
        }
        let per_gib = f64::from(iops) / f64::from(size.max(1));
        if option.min_iops_per_gib.is_some_and(|least| per_gib < least)
            || option.max_iops_per_gib.is_some_and(|most| per_gib > most)
        {
            return about.wrong(format!("{per_gib:.1} IOPS for each of {size} GiB, which {kind} does not take"), fix());
        }
    }
    about.ok(format!("{size} GiB"))
}
