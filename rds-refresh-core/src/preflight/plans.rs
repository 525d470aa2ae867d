use std::sync::Arc;

use super::{CheckDestination, CheckSource, DestinationChecked, Reads, SourceChecked};
use crate::plan::{Nothing, Plan, With, facts};
use crate::ports::{Destination, Source};
use crate::request::{DestinationRequest, SourceRequest};
use crate::steps::{
    Acknowledge, Acknowledgement, AwaitTemporaryInstanceGone, ClusterSnapshot, CopySnapshot, EncryptSnapshot, HandOver, Handover,
    InstanceSnapshot, ReleaseTemporaryInstance, Released, RestoreCluster, RestoreTemporaryInstance, RestoredCluster, Settle,
    Settled, ShareSnapshot, Shared, SnapshotCluster, SnapshotCopy, SnapshotInstance, TakenSnapshot, TemporaryInstance,
    TemporaryInstanceGone,
};

/// The facts known after [`checked_refresh`].
pub type CheckedRefreshFacts = facts![
    SourceRequest,
    DestinationRequest,
    SourceChecked,
    DestinationChecked,
    ClusterSnapshot,
    TemporaryInstance,
    TakenSnapshot,
    InstanceSnapshot,
    Shared,
    Handover,
    Released,
    SnapshotCopy,
    Acknowledgement,
    RestoredCluster,
    TemporaryInstanceGone,
    Settled,
];

/// [`steps::refresh`](crate::steps::refresh), with both accounts looked at before the first snapshot is made.
#[must_use]
pub fn checked_refresh(
    (source, source_reads): (&Arc<dyn Source>, &Arc<dyn Reads>),
    (destination, destination_reads): (&Arc<dyn Destination>, &Arc<dyn Reads>),
) -> Plan<CheckedRefreshFacts> {
    Plan::new()
        .given::<SourceRequest>()
        .given::<DestinationRequest>()
        .then(CheckSource::new(source_reads.clone()))
        .then(CheckDestination::<SourceChecked>::new(destination_reads.clone()))
        .then(SnapshotCluster::new(source.clone()))
        .then(RestoreTemporaryInstance::new(source.clone()))
        .then(SnapshotInstance::new(source.clone(), source.clone()))
        .then(EncryptSnapshot::new(source.clone(), source.clone()))
        .then(ShareSnapshot::new(source.clone(), source.clone()))
        .then(HandOver)
        .then(ReleaseTemporaryInstance::new(source.clone()))
        .then(CopySnapshot::new(destination.clone()))
        .then(Acknowledge)
        .then(RestoreCluster::new(destination.clone()))
        .then(AwaitTemporaryInstanceGone::new(source.clone()))
        .then(Settle::new(source.clone()))
}
