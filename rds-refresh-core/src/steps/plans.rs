//! The plans that need no step of your own.

use std::sync::Arc;

use super::{
    Acknowledge, Acknowledgement, Acknowledgements, AwaitAcknowledgement, AwaitTemporaryInstanceGone, ClusterSnapshot,
    CopySnapshot, EncryptSnapshot, HandOver, Handover, InstanceSnapshot, ReleaseTemporaryInstance, Released, RestoreCluster,
    RestoreTemporaryInstance, RestoredCluster, Settle, Settled, ShareSnapshot, Shared, SnapshotCluster, SnapshotCopy,
    SnapshotInstance, TakenSnapshot, TemporaryInstance, TemporaryInstanceGone,
};
use crate::plan::{Nothing, Plan, With, facts};
use crate::ports::{Destination, Source};
use crate::request::{DestinationRequest, SourceRequest};

/// The facts known after [`source`].
pub type SourceFacts =
    facts![SourceRequest, ClusterSnapshot, TemporaryInstance, TakenSnapshot, InstanceSnapshot, Shared, Handover, Released];

/// The facts known after [`destination`].
pub type DestinationFacts = facts![DestinationRequest, Handover, SnapshotCopy, Acknowledgement, RestoredCluster];

/// The facts known after [`settlement`].
pub type SettlementFacts = facts![
    SourceRequest,
    ClusterSnapshot,
    TemporaryInstance,
    TakenSnapshot,
    InstanceSnapshot,
    Shared,
    Handover,
    Released,
    TemporaryInstanceGone,
    Acknowledgement,
    Settled,
];

/// The facts known after [`refresh`].
pub type RefreshFacts = facts![
    SourceRequest,
    ClusterSnapshot,
    TemporaryInstance,
    TakenSnapshot,
    InstanceSnapshot,
    Shared,
    Handover,
    Released,
    DestinationRequest,
    SnapshotCopy,
    Acknowledgement,
    RestoredCluster,
    TemporaryInstanceGone,
    Settled,
];

/// The whole refresh in one process: source, destination and settlement.
///
/// The deletion of the temporary instance is asked for as soon as its snapshot exists, and waited for at the very end.
#[must_use]
pub fn refresh(source_account: &Arc<dyn Source>, destination_account: &Arc<dyn Destination>) -> Plan<RefreshFacts> {
    source(source_account)
        .given::<DestinationRequest>()
        .then(CopySnapshot::new(destination_account.clone()))
        .then(Acknowledge)
        .then(RestoreCluster::new(destination_account.clone()))
        .then(AwaitTemporaryInstanceGone::new(source_account.clone()))
        .then(Settle::new(source_account.clone()))
}

/// The source account's half: it ends with the [`Handover`] in its facts.
#[must_use]
pub fn source(source: &Arc<dyn Source>) -> Plan<SourceFacts> {
    Plan::new()
        .given::<SourceRequest>()
        .then(SnapshotCluster::new(source.clone()))
        .then(RestoreTemporaryInstance::new(source.clone()))
        .then(SnapshotInstance::new(source.clone(), source.clone()))
        .then(EncryptSnapshot::new(source.clone(), source.clone()))
        .then(ShareSnapshot::new(source.clone(), source.clone()))
        .then(HandOver)
        .then(ReleaseTemporaryInstance::new(source.clone()))
}

/// The destination account's half: it is given the [`Handover`], and its [`Acknowledgement`] goes back.
#[must_use]
pub fn destination(destination: &Arc<dyn Destination>) -> Plan<DestinationFacts> {
    Plan::new()
        .given::<DestinationRequest>()
        .given::<Handover>()
        .then(CopySnapshot::new(destination.clone()))
        .then(Acknowledge)
        .then(RestoreCluster::new(destination.clone()))
}

/// The settlement of a source half. It goes on with that half's own state: load the state into this plan's machine and
/// [`resume`](crate::Machine::resume) it. Then it waits until the temporary instance is gone, and for the acknowledgement.
#[must_use]
pub fn settlement(source_account: &Arc<dyn Source>, acknowledgements: &Arc<dyn Acknowledgements>) -> Plan<SettlementFacts> {
    source(source_account)
        .then(AwaitTemporaryInstanceGone::new(source_account.clone()))
        .then(AwaitAcknowledgement::new(acknowledgements.clone()))
        .then(Settle::new(source_account.clone()))
}
