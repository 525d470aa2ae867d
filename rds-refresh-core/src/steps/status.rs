//! What the statuses of RDS mean to a refresh.
//!
//! Sources: RDS user guide, "Viewing Amazon RDS DB instance status"; Aurora user guide, "Viewing DB cluster status"; the status lists of
//! AWS's own `CloudFormation` handlers. A status that is not listed is waited for until the deadline: RDS adds new ones.

/// What a status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// It can be used.
    Ready,
    /// It changes by itself.
    Busy,
    /// It is being deleted.
    Deleting,
    /// It will not recover, or only by hands: a stopped one runs again when RDS starts it after seven days, or a person does.
    Failed,
}

/// The status of a DB snapshot or a DB cluster snapshot.
#[must_use]
pub fn of_snapshot(status: &str) -> Class {
    match status {
        "available" => Class::Ready,
        "deleting" | "deleted" => Class::Deleting,
        "failed" | "incompatible-restore" | "incompatible-parameters" => Class::Failed,
        // creating, copying, pending (a queued copy), and whatever comes.
        _ => Class::Busy,
    }
}

/// The status of a DB instance.
#[must_use]
pub fn of_instance(status: &str) -> Class {
    match status {
        // CreateDBSnapshot is legal in both (RDS API reference).
        "available" | "storage-optimization" => Class::Ready,
        "deleting" => Class::Deleting,
        "failed"
        | "incompatible-restore"
        | "incompatible-network"
        | "incompatible-create"
        | "incompatible-credentials"
        | "incompatible-option-group"
        | "incompatible-parameters"
        | "restore-error"
        | "insufficient-capacity"
        | "inaccessible-encryption-credentials"
        | "inaccessible-encryption-credentials-recoverable"
        | "modify-failed"
        | "upgrade-failed"
        | "stopped"
        | "storage-full" => Class::Failed,
        _ => Class::Busy,
    }
}

/// The status of a DB cluster.
#[must_use]
pub fn of_cluster(status: &str) -> Class {
    match status {
        "available" => Class::Ready,
        "deleting" => Class::Deleting,
        "failed"
        | "incompatible-restore"
        | "incompatible-network"
        | "incompatible-parameters"
        | "restore-failed"
        | "migration-failed"
        | "cloning-failed"
        | "inaccessible-encryption-credentials"
        | "inaccessible-encryption-credentials-recoverable"
        | "stopped"
        | "storage-full" => Class::Failed,
        _ => Class::Busy,
    }
}
