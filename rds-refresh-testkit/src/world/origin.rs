//! What an instance or a cluster is restored from.

use super::place::Place;
use super::resource::{Data, DbClusterSnapshot, DbSnapshot, Tags};
use super::{ApiError, Caller, World};

/// What a snapshot of either kind gives to a restore.
pub(crate) struct Origin {
    pub(crate) engine: String,
    pub(crate) engine_version: String,
    /// The class of the instance it was taken of. A cluster's snapshot knows none.
    pub(crate) class: Option<String>,
    pub(crate) allocated_storage: u32,
    pub(crate) storage_type: String,
    pub(crate) iops: Option<u32>,
    pub(crate) storage_throughput: Option<u32>,
    pub(crate) kms_key: Option<String>,
    pub(crate) backup_retention_period: u32,
    pub(crate) master_username: String,
    pub(crate) source_tags: Tags,
    pub(crate) data: Data,
}

/// The code for a DB snapshot that is in the wrong state. `RestoreDBInstanceFromDBSnapshot` models no other, also for a cluster's.
pub(crate) const INSTANCE_SNAPSHOT_STATE: &str = "InvalidDBSnapshotState";
/// The code for a DB cluster snapshot that is in the wrong state.
pub(crate) const CLUSTER_SNAPSHOT_STATE: &str = "InvalidDBClusterSnapshotStateFault";

impl World {
    /// The DB snapshot of this name or ARN, if it can be restored.
    pub(crate) fn origin_in_snapshot(&self, caller: &Caller, reference: &str) -> Result<Origin, ApiError> {
        let (place, snapshot) = self.readable_snapshot(caller, reference)?;
        available(&snapshot.status, reference, INSTANCE_SNAPSHOT_STATE)?;
        restorable(caller, &place, snapshot.kms_key.is_some())?;
        Ok(snapshot.clone().into())
    }

    /// The DB cluster snapshot of this name or ARN, if it can be restored. One that is not available is refused with `state`: not
    /// every operation models the same code for that.
    pub(crate) fn origin_in_cluster_snapshot(
        &self,
        caller: &Caller,
        reference: &str,
        state: &'static str,
    ) -> Result<Origin, ApiError> {
        let (place, snapshot) = self.readable_cluster_snapshot(caller, reference)?;
        available(&snapshot.status, reference, state)?;
        restorable(caller, &place, snapshot.kms_key.is_some())?;
        Ok(snapshot.clone().into())
    }
}

fn available(status: &str, name: &str, state: &'static str) -> Result<(), ApiError> {
    if status == "available" {
        return Ok(());
    }
    let why = format!("The snapshot {name} is in the state {status}. It must be available to be restored.");
    Err(ApiError::refused(state, why))
}

/// A snapshot is restored in its own Region. One that is both shared and encrypted must be copied first (RDS user guide, sharing a DB
/// snapshot); which code says so is not documented.
fn restorable(caller: &Caller, place: &Place, encrypted: bool) -> Result<(), ApiError> {
    if place.region != caller.region {
        return Err(ApiError::invalid_value("A snapshot can be restored in its own Region only."));
    }
    if place.account != caller.account && encrypted {
        return Err(ApiError::invalid_combination(
            "A DB instance or cluster cannot be restored from a shared encrypted snapshot. Copy it first.",
        ));
    }
    Ok(())
}

impl From<DbSnapshot> for Origin {
    fn from(snapshot: DbSnapshot) -> Self {
        Self {
            engine: snapshot.engine,
            engine_version: snapshot.engine_version,
            class: Some(snapshot.class),
            allocated_storage: snapshot.allocated_storage,
            storage_type: snapshot.storage_type,
            iops: snapshot.iops,
            storage_throughput: snapshot.storage_throughput,
            kms_key: snapshot.kms_key,
            backup_retention_period: snapshot.backup_retention_period,
            master_username: snapshot.master_username,
            source_tags: snapshot.source_tags,
            data: snapshot.data,
        }
    }
}

impl From<DbClusterSnapshot> for Origin {
    fn from(snapshot: DbClusterSnapshot) -> Self {
        Self {
            engine: snapshot.engine,
            engine_version: snapshot.engine_version,
            class: None,
            allocated_storage: snapshot.allocated_storage,
            storage_type: snapshot.storage_type,
            iops: snapshot.iops,
            storage_throughput: snapshot.storage_throughput,
            kms_key: snapshot.kms_key,
            backup_retention_period: snapshot.backup_retention_period,
            master_username: snapshot.master_username,
            source_tags: snapshot.source_tags,
            data: snapshot.data,
        }
    }
}
