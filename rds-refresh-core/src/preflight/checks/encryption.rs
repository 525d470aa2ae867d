//! Whether the source is encrypted.

use super::{About, Check, Finding};
use crate::ids::AccountId;
use crate::ports::DbCluster;
use crate::step::Side;

/// The source cluster, and whether the request allows it to be unencrypted.
#[must_use]
pub fn decide(cluster: &DbCluster, allowed: bool) -> Finding {
    let about = About {
        check: Check::SourceEncryption,
        side: Side::Source,
        resource: cluster.identifier.clone(),
        needed: NEEDED.into(),
        document: "RDS user guide, encrypting Amazon RDS resources",
    };
    match &cluster.kms_key {
        Some(key) if cluster.encrypted => about.ok(format!("encrypted with {key}")),
        _ if allowed => about.ok("not encrypted, which `source.allow_unencrypted` allows"),
        _ => about.wrong(
            "not encrypted",
            "aws kms list-aliases  # best refresh from an encrypted cluster; or else allow it by source.allow_unencrypted, with one of these keys as source.share_key",
        ),
    }
}

/// What crosses to the destination, where it is known to be unencrypted.
#[must_use]
pub fn decide_crossing(source: &AccountId, allowed: bool) -> Finding {
    let about = About {
        check: Check::SourceEncryption,
        side: Side::Destination,
        resource: format!("snapshots of {source}"),
        needed: NEEDED.into(),
        document: "RDS user guide, encrypting Amazon RDS resources",
    };
    if allowed {
        about.ok("not encrypted, which `destination.allow_unencrypted_source` allows; the copy is encrypted")
    } else {
        about.wrong(
            "not encrypted",
            "rds-refresh doctor --set destination.allow_unencrypted_source=true  # or better, in the source's configuration, a key as source.share_key",
        )
    }
}

const NEEDED: &str = "storage encryption: an unencrypted snapshot crosses accounts readable for whoever it is shared with";
