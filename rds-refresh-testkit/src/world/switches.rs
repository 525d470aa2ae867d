use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::timing::seconds;

/// What the model does where AWS's documents disagree or say nothing. The defaults follow the stricter reading.
///
/// Serialised, durations are seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a question of its own, which AWS answers one way or the other")]
pub struct Switches {
    /// Whether a snapshot of a Multi-AZ DB cluster can be shared, as the user guide's page on such snapshots says, or not, as
    /// practitioners report. Copying one stays refused (user guide, limitations of Multi-AZ DB clusters). Default false.
    pub cluster_snapshot_sharing: bool,
    /// Whether `DeleteDBInstance` removes a member of a Multi-AZ DB cluster. Default false: only a reboot is allowed (user guide,
    /// modifying a Multi-AZ DB cluster).
    pub member_deletion: bool,
    /// Whether sharing a snapshot that an AWS managed key encrypts is accepted, so that only the copy fails. Default false.
    pub managed_key_sharing: bool,
    /// Whether a shared encrypted snapshot can be copied to another Region in a single step. Default true, as the RDS API
    /// reference says now; the user guide of 2023 denied it.
    pub cross_region_shared_copy: bool,
    /// Whether a restored Multi-AZ DB cluster makes a baseline backup. Default true: its retention is never 0.
    pub cluster_baseline_backup: bool,
    /// Whether clusters and instances with backups make a daily one, and are `backing-up` meanwhile. Default true.
    pub daily_backups: bool,
    /// How long a new grant neither shows nor counts. Default none; KMS says usually less than five minutes.
    #[serde(with = "seconds")]
    pub grant_delay: Duration,
    /// How long a changed key policy does not count yet. Default none.
    #[serde(with = "seconds")]
    pub key_policy_delay: Duration,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            cluster_snapshot_sharing: false,
            member_deletion: false,
            managed_key_sharing: false,
            cross_region_shared_copy: true,
            cluster_baseline_backup: true,
            daily_backups: true,
            grant_delay: Duration::ZERO,
            key_policy_delay: Duration::ZERO,
        }
    }
}
