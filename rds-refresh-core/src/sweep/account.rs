use std::sync::Arc;

use super::finding::Proof;
use crate::StepError;
use crate::ids::{AccountId, DbIdentifier, DbSnapshotIdentifier, InvalidValue, Region};
use crate::ports::{
    DbSnapshot, DestinationSnapshots, GrantInventory, Inventory, Owned, SourceClusters, SourceKeys, SourceSnapshots,
    TemporaryInstances,
};

/// What a sweep asks of the source account.
pub trait SourceSweep: Inventory + GrantInventory + TemporaryInstances + SourceSnapshots + SourceClusters + SourceKeys {}

impl<T: Inventory + GrantInventory + TemporaryInstances + SourceSnapshots + SourceClusters + SourceKeys> SourceSweep for T {}

/// What a sweep asks of the destination account.
pub trait DestinationSweep: Inventory + DestinationSnapshots {}

impl<T: Inventory + DestinationSnapshots> DestinationSweep for T {}

/// An account in one Region, and how it is asked.
pub(super) struct Account {
    pub(super) id: AccountId,
    pub(super) region: Region,
    pub(super) side: Side,
}

pub(super) enum Side {
    Source(Arc<dyn SourceSweep>),
    Destination(Arc<dyn DestinationSweep>),
}

impl Side {
    /// Asks for its removal, once.
    pub(super) async fn remove(&self, proof: &Proof) -> Result<(), StepError> {
        match (self, proof) {
            (Self::Source(ports), Proof::Instance(instance)) => ports.delete_db_instance(instance).await,
            (Self::Source(ports), Proof::Snapshot(snapshot)) => ports.delete_db_snapshot(snapshot).await,
            (Self::Source(ports), Proof::ClusterSnapshot(snapshot)) => ports.delete_db_cluster_snapshot(snapshot).await,
            (Self::Source(ports), Proof::Grant(key, id)) => ports.revoke_grant(key, id).await,
            (Self::Destination(ports), Proof::Snapshot(snapshot)) => ports.delete_db_snapshot(snapshot).await,
            (Self::Destination(_), Proof::Instance(_) | Proof::ClusterSnapshot(_) | Proof::Grant(..)) => Err(elsewhere()),
        }
    }

    /// Whether it is gone, or going.
    pub(super) async fn is_removed(&self, proof: &Proof) -> Result<bool, StepError> {
        let status = match (self, proof) {
            (Self::Source(ports), Proof::Instance(instance)) => {
                let name = name(&instance.observed().identifier)?;
                ports.describe_db_instance(&name).await?.map(|found| found.status)
            }
            (Self::Source(ports), Proof::ClusterSnapshot(snapshot)) => {
                let name = name(&snapshot.observed().identifier)?;
                ports.describe_db_cluster_snapshot(&name).await?.map(|found| found.status)
            }
            (Self::Source(ports), Proof::Snapshot(snapshot)) => {
                ports.describe_db_snapshot(&snapshot_name(snapshot)?).await?.map(|found| found.status)
            }
            (Self::Destination(ports), Proof::Snapshot(snapshot)) => {
                ports.describe_db_snapshot(&snapshot_name(snapshot)?).await?.map(|found| found.status)
            }
            (Self::Source(ports), Proof::Grant(key, id)) => {
                return Ok(!ports.grants(key).await?.iter().any(|grant| grant.id == *id));
            }
            (Self::Destination(_), Proof::Instance(_) | Proof::ClusterSnapshot(_) | Proof::Grant(..)) => return Err(elsewhere()),
        };
        Ok(status.is_none_or(|status| status == "deleting"))
    }
}

fn name(identifier: &str) -> Result<DbIdentifier, StepError> {
    identifier.parse().map_err(|error: InvalidValue| StepError::invalid(error.to_string()))
}

fn snapshot_name(snapshot: &Owned<DbSnapshot>) -> Result<DbSnapshotIdentifier, StepError> {
    name(&snapshot.observed().identifier).map(DbSnapshotIdentifier::from)
}

/// No refresh makes this in its destination, and no sweep finds it there.
fn elsewhere() -> StepError {
    StepError::invalid("a sweep removes nothing but snapshots from a destination account")
}
