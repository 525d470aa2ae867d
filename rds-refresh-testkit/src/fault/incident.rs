use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::seconds;

/// Something that somebody does to the accounts, or that befalls them. It strikes everything whose name matches, in every account; in
/// names `*` stands for any characters, `?` for one. What does not exist, or does not allow it, is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Incident {
    /// Keys are disabled.
    DisableKey {
        /// The keys, by ARN or alias.
        key: String,
    },
    /// Keys are enabled again.
    EnableKey {
        /// The keys, by ARN or alias.
        key: String,
    },
    /// The policy of keys is replaced by one that allows their own account everything and others nothing.
    RevokePolicy {
        /// The keys, by ARN or alias.
        key: String,
    },
    /// Grants are revoked.
    RevokeGrant {
        /// Their names.
        name: String,
    },
    /// DB snapshots are shared with nobody any more.
    Unshare {
        /// The snapshots.
        snapshot: String,
    },
    /// DB snapshots and DB cluster snapshots are deleted.
    DeleteSnapshot {
        /// The snapshots.
        snapshot: String,
    },
    /// A DB snapshot or DB cluster snapshot is restored to the instance `restored-by-somebody`, without tags: RDS lets it inherit those
    /// of the snapshot's source.
    RestoreWithoutTags {
        /// The snapshot: the first one that is available.
        snapshot: String,
    },
    /// Instances are stopped.
    StopInstance {
        /// The instances.
        instance: String,
    },
    /// Instances are renamed: `-renamed` is added to their names.
    RenameInstance {
        /// The instances.
        instance: String,
    },
    /// Instances are deleted.
    DeleteInstance {
        /// The instances.
        instance: String,
    },
    /// Deletion protection is switched on for instances and clusters.
    Protect {
        /// The instances and clusters.
        resource: String,
    },
    /// A tag is removed from instances, clusters and snapshots.
    Untag {
        /// The instances, clusters and snapshots.
        resource: String,
        /// The tag's key. Default `rds-refresh:owner`.
        #[serde(default = "owner_tag")]
        tag: String,
    },
    /// Instances, clusters and snapshots come into a status for good.
    Become {
        /// The instances, clusters and snapshots.
        resource: String,
        /// The status.
        status: String,
    },
    /// The clock jumps forward: the machine was suspended.
    ClockJump {
        /// By how much, in seconds.
        #[serde(with = "seconds")]
        by: Duration,
    },
}

impl Incident {
    /// The name as JSON and the journal spell it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::DisableKey { .. } => "disable-key",
            Self::EnableKey { .. } => "enable-key",
            Self::RevokePolicy { .. } => "revoke-policy",
            Self::RevokeGrant { .. } => "revoke-grant",
            Self::Unshare { .. } => "unshare",
            Self::DeleteSnapshot { .. } => "delete-snapshot",
            Self::RestoreWithoutTags { .. } => "restore-without-tags",
            Self::StopInstance { .. } => "stop-instance",
            Self::RenameInstance { .. } => "rename-instance",
            Self::DeleteInstance { .. } => "delete-instance",
            Self::Protect { .. } => "protect",
            Self::Untag { .. } => "untag",
            Self::Become { .. } => "become",
            Self::ClockJump { .. } => "clock-jump",
        }
    }
}

fn owner_tag() -> String {
    rds_refresh_core::resource::OWNER_TAG.to_owned()
}
