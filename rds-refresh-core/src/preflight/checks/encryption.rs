//! Whether the source is encrypted.

use super::{About, Check, Finding};
use crate::ports::DbCluster;
use crate::step::Side;

/// The source cluster.
#[must_use]
pub fn decide(cluster: &DbCluster) -> Finding {
    let about = About {
        check: Check::SourceEncryption,
        side: Side::Source,
        resource: cluster.identifier.clone(),
        needed: "storage encryption: an unencrypted snapshot would cross accounts readable for whoever it is shared with".into(),
        document: "RDS user guide, encrypting Amazon RDS resources",
    };
    match &cluster.kms_key {
        Some(key) if cluster.encrypted => about.ok(format!("encrypted with {key}")),
        _ => about.wrong("not encrypted", "restore a snapshot of it into an encrypted cluster, and refresh from that one"),
    }
}
