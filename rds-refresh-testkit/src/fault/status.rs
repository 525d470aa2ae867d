//! Statuses that resources end in, and one that nobody has heard of.

/// What an instance does not leave without a person (RDS user guide, viewing DB instance status).
pub const TERMINAL_INSTANCE: &[&str] = &[
    "failed",
    "incompatible-restore",
    "incompatible-network",
    "incompatible-create",
    "incompatible-credentials",
    "incompatible-option-group",
    "incompatible-parameters",
    "restore-error",
    "insufficient-capacity",
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "storage-full",
];

/// What a cluster does not leave without a person (Aurora user guide, viewing DB cluster status; RDS documents none of its own).
pub const TERMINAL_CLUSTER: &[&str] = &[
    "failed",
    "incompatible-restore",
    "incompatible-network",
    "incompatible-parameters",
    "restore-failed",
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "storage-full",
];

/// What a snapshot does not leave (the SDK's waiters of `DBSnapshotAvailable`).
pub const TERMINAL_SNAPSHOT: &[&str] = &["failed", "incompatible-restore", "incompatible-parameters"];

/// A status that no document names.
pub const UNKNOWN: &str = "recalibrating";
